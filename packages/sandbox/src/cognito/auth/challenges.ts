/** Challenges under way: a session string names one, for as long as the client's AuthSessionValidity says. */

import { randomBytes } from "node:crypto";

import { invalidParameter, notAuthorized } from "../aws-error.ts";
import type { UserRecord } from "../user-record.ts";
import type { Challenge } from "./auth-state.ts";
import type { SignInAnswer, SignInRequest, Texts } from "./sign-in-request.ts";

const expired = "Invalid session for the user, session is expired.";

/** What a new challenge is made of. */
export type NewChallenge = Omit<Challenge, "clientId" | "expiresAt"> & { readonly parameters?: Texts };

/** Issues a challenge and gives the answer that carries it. */
export function issueChallenge(
  request: SignInRequest,
  challenge: NewChallenge,
  extra: SignInAnswer = {},
): SignInAnswer {
  const { parameters = {}, ...rest } = challenge;
  const session = storeChallenge(request, rest);
  return { ChallengeName: challenge.name, Session: session, ChallengeParameters: parameters, ...extra };
}

/** Stores a challenge; gives its session string. */
export function storeChallenge(
  request: SignInRequest,
  challenge: Omit<NewChallenge, "parameters">,
  session: string = randomBytes(330).toString("base64url"),
): string {
  const { state, pool, client } = request;
  const now = state.now();
  const minutes = (client.settings["AuthSessionValidity"] as number | undefined) ?? 3;
  for (const [key, { expiresAt }] of pool.auth.challenges) {
    if (expiresAt > now) break;
    pool.auth.challenges.delete(key);
  }
  pool.auth.challenges.set(session, { ...challenge, clientId: client.clientId, expiresAt: now + minutes * 60_000 });
  return session;
}

/**
 * The challenge that an answer is for.
 *
 * @throws AwsError when there is none (any more) or when it is another one.
 */
export function challengeOf(request: SignInRequest, name: string | undefined, session: string | undefined): Challenge {
  if (session === undefined) throw invalidParameter("Missing required parameter Session");
  const { state, pool, client } = request;
  const challenge = pool.auth.challenges.get(session);
  if (challenge === undefined || challenge.clientId !== client.clientId)
    throw notAuthorized("Invalid session for the user.");
  if (challenge.expiresAt <= state.now()) {
    pool.auth.challenges.delete(session);
    throw notAuthorized(expired);
  }
  if (name !== undefined && challenge.name !== name) throw notAuthorized("Invalid session for the user.");
  return challenge;
}

/** The user of a challenge; a challenge made for nobody cannot be answered. */
export function challengedUser(request: SignInRequest, challenge: Challenge): UserRecord {
  const { user } = challenge;
  if (user === undefined || request.pool.users.at(user.index) !== user) {
    throw notAuthorized("Incorrect username or password.");
  }
  return user;
}

/** Takes a challenge away once it was met. */
export function closeChallenge(request: SignInRequest, session: string | undefined): void {
  if (session !== undefined) request.pool.auth.challenges.delete(session);
}
