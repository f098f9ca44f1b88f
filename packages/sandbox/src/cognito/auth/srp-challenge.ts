/** Sign-in by SRP: the password never travels. */

import { createHmac } from "node:crypto";

import { invalidParameter, notAuthorized } from "../aws-error.ts";
import { passwordOf } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";
import type { Challenge, SrpExchange } from "./auth-state.ts";
import { checkFirstFactor, unknownUser, wrongPassword } from "./check-password.ts";
import { challengedUser, closeChallenge, storeChallenge } from "./challenges.ts";
import type { NewChallenge } from "./challenges.ts";
import { hidesExistence, parameterOf } from "./sign-in-request.ts";
import type { SignInAnswer, SignInRequest } from "./sign-in-request.ts";
import { beginSrp, checkSrpClaim, createSalt, srpHex, srpVerifier } from "./srp.ts";

/** What comes after the `_` of a pool's id; SRP mixes it into the identity. */
function poolName(request: SignInRequest): string {
  return request.pool.id.slice(request.pool.id.indexOf("_") + 1);
}

/** Asks for proof of the password. Users that do not exist are asked too where the client hides who does. */
export function askPasswordProof(
  request: SignInRequest,
  user: UserRecord | undefined,
  username: string,
  more: Partial<NewChallenge> = {},
): SignInAnswer {
  if (user === undefined && !hidesExistence(request.client)) throw unknownUser(request);
  const identity = user?.username ?? username;
  const salt = user === undefined ? saltOfNobody(username) : saltOf(user);
  const password = user === undefined ? undefined : passwordOf(request.pool, user);
  const verifier = srpVerifier(`${poolName(request)}${identity}`, password ?? createSalt(), salt);
  const exchange = beginSrp(parameterOf(request, "SRP_A"), verifier, salt);
  if (exchange === undefined) throw invalidParameter("Invalid SRP_A");
  storeChallenge(
    request,
    { deviceKey: request.parameters["DEVICE_KEY"], ...more, name: "PASSWORD_VERIFIER", user, username, srp: exchange },
    exchange.secretBlock,
  );
  return {
    ChallengeName: "PASSWORD_VERIFIER",
    ChallengeParameters: {
      SALT: exchange.salt,
      SECRET_BLOCK: exchange.secretBlock,
      SRP_B: srpHex(exchange.publicB),
      USERNAME: identity,
      USER_ID_FOR_SRP: identity,
    },
  };
}

function saltOf(user: UserRecord): string {
  const salt = user.signIn?.srpSalt ?? createSalt();
  user.signIn = { ...user.signIn, srpSalt: salt };
  return salt;
}

/** The same for every question, as a real user's would be. */
function saltOfNobody(username: string): string {
  return createHmac("sha256", "nobody").update(username).digest("hex").slice(0, 32);
}

/** Checks the proof; gives the user and the challenge it belongs to. */
export function checkPasswordProof(request: SignInRequest): {
  readonly user: UserRecord;
  readonly challenge: Challenge;
} {
  const secretBlock = parameterOf(request, "PASSWORD_CLAIM_SECRET_BLOCK");
  const signature = parameterOf(request, "PASSWORD_CLAIM_SIGNATURE");
  const timestamp = parameterOf(request, "TIMESTAMP");
  const challenge = request.pool.auth.challenges.get(secretBlock);
  if (challenge?.srp === undefined || challenge.expiresAt <= request.state.now()) {
    throw notAuthorized(wrongPassword);
  }
  // One proof per exchange, right or wrong.
  closeChallenge(request, secretBlock);
  const exchange: SrpExchange = challenge.srp;
  const user = challengedUser(request, challenge);
  checkFirstFactor(request, user, (password) => {
    const verifier = srpVerifier(`${poolName(request)}${user.username}`, password, exchange.salt);
    return checkSrpClaim(exchange, verifier, { identity: [poolName(request), user.username], timestamp, signature });
  });
  return { user, challenge };
}
