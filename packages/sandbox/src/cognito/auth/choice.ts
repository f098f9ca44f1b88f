/** USER_AUTH: the user chooses the first factor among those that the pool allows and the user has. */

import { invalidParameter } from "../aws-error.ts";
import { passwordOf } from "../user-pool.ts";
import type { UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";
import { checkAccount, checkFirstFactor, isSameText, preAuthenticate, unknownUser } from "./check-password.ts";
import { challengeOf, challengedUser, closeChallenge, issueChallenge } from "./challenges.ts";
import { afterPassword, sendSignInCode } from "./next-step.ts";
import { hidesExistence, parameterOf } from "./sign-in-request.ts";
import type { SignInAnswer, SignInRequest } from "./sign-in-request.ts";
import { askPasswordProof } from "./srp-challenge.ts";

/** First factors that are open to a user; passkeys are not among them. */
function availableChallenges(pool: UserPool, user: UserRecord | undefined): readonly string[] {
  const policies = pool.settings["Policies"] as
    | { SignInPolicy?: { AllowedFirstAuthFactors?: readonly string[] } }
    | undefined;
  const allowed = policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ["PASSWORD"];
  const has = (name: string): boolean => user === undefined || pool.users.attribute(user, name) !== undefined;
  return [
    ...(allowed.includes("PASSWORD") && (user === undefined || passwordOf(pool, user) !== undefined)
      ? ["PASSWORD", "PASSWORD_SRP"]
      : []),
    ...(allowed.includes("EMAIL_OTP") && has("email") ? ["EMAIL_OTP"] : []),
    ...(allowed.includes("SMS_OTP") && has("phone_number") ? ["SMS_OTP"] : []),
  ];
}

/** Begins by the preferred challenge, or asks for a choice. */
export async function beginChoice(
  request: SignInRequest,
  user: UserRecord | undefined,
  username: string,
  _session: string | undefined,
): Promise<SignInAnswer> {
  if (user === undefined && !hidesExistence(request.client)) throw unknownUser(request);
  if (user !== undefined) await preAuthenticate(request, user);
  const available = availableChallenges(request.pool, user);
  const preferred = request.parameters["PREFERRED_CHALLENGE"];
  if (preferred !== undefined && available.includes(preferred))
    return takeChallenge(request, user, username, preferred);
  return issueChallenge(
    request,
    { name: "SELECT_CHALLENGE", user, username, deviceKey: request.parameters["DEVICE_KEY"] },
    { AvailableChallenges: available },
  );
}

/** `SELECT_CHALLENGE`: the choice is made. */
export async function answerChoice(request: SignInRequest, session: string | undefined): Promise<SignInAnswer> {
  const challenge = challengeOf(request, "SELECT_CHALLENGE", session);
  const answer = parameterOf(request, "ANSWER");
  if (!availableChallenges(request.pool, challenge.user).includes(answer)) {
    throw invalidParameter("Selected challenge is not available for the user.");
  }
  closeChallenge(request, session);
  return takeChallenge(request, challenge.user, challenge.username, answer);
}

async function takeChallenge(
  request: SignInRequest,
  user: UserRecord | undefined,
  username: string,
  name: string,
): Promise<SignInAnswer> {
  const deviceKey = request.parameters["DEVICE_KEY"];
  switch (name) {
    case "PASSWORD_SRP":
      if (request.parameters["SRP_A"] !== undefined) return askPasswordProof(request, user, username);
      return issueChallenge(request, { name: "PASSWORD_SRP", user, username, deviceKey });
    case "PASSWORD": {
      const password = request.parameters["PASSWORD"];
      if (password === undefined) return issueChallenge(request, { name: "PASSWORD", user, username, deviceKey });
      if (user === undefined) throw unknownUser(request);
      checkFirstFactor(request, user, (right) => isSameText(right, password));
      return afterPassword(request, { user, username, deviceKey });
    }
    case "EMAIL_OTP":
    case "SMS_OTP": {
      if (user === undefined) return issueChallenge(request, { name, user, username, deviceKey });
      checkAccount(request, user);
      const medium = name === "EMAIL_OTP" ? "EMAIL" : "SMS";
      return issueChallenge(request, {
        name,
        user,
        username,
        deviceKey,
        ...sendSignInCode(request, user, medium, "sign-in"),
      });
    }
    default:
      throw invalidParameter("Selected challenge is not available for the user.");
  }
}

/** `PASSWORD` or `PASSWORD_SRP`, asked for by name before. */
export async function answerPasswordChoice(
  request: SignInRequest,
  name: "PASSWORD" | "PASSWORD_SRP",
  session: string | undefined,
): Promise<SignInAnswer> {
  const challenge = challengeOf(request, name, session);
  parameterOf(request, name === "PASSWORD" ? "PASSWORD" : "SRP_A");
  closeChallenge(request, session);
  if (name === "PASSWORD") challengedUser(request, challenge);
  return takeChallenge(request, challenge.user, challenge.username, name);
}
