/** The first factor: who signs in, may they, and is the password right. */

import { timingSafeEqual } from "node:crypto";

import { AwsError, notAuthorized } from "../aws-error.ts";
import { findUser } from "../find-user.ts";
import { passwordOf } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";
import { logAuthEvent } from "./auth-events.ts";
import { eventAttributes, runTrigger } from "./lambda.ts";
import { clearFailures, countFailure, lockedUntil } from "./lockout.ts";
import { hidesExistence } from "./sign-in-request.ts";
import type { SignInRequest } from "./sign-in-request.ts";

/** The text for a wrong password and, where clients hide who exists, for much else. */
export const wrongPassword = "Incorrect username or password.";

/** The error for a user that does not exist, as the client is to see it. */
export function unknownUser(request: SignInRequest): AwsError {
  return hidesExistence(request.client)
    ? notAuthorized(wrongPassword)
    : new AwsError("UserNotFoundException", "User does not exist.");
}

/** The user that a sign-in name means; federated profiles cannot sign in here. */
export function findSignInUser(request: SignInRequest, username: string): UserRecord | undefined {
  return findUser(request.pool, username);
}

/** Runs the PreAuthentication trigger. */
export async function preAuthenticate(request: SignInRequest, user: UserRecord): Promise<void> {
  await runTrigger(request.state, request.pool, {
    trigger: "PreAuthentication",
    source: "PreAuthentication_Authentication",
    clientId: request.client.clientId,
    userName: user.username,
    request: { userAttributes: eventAttributes(request.pool, user), validationData: request.clientMetadata ?? {} },
  });
}

/** @throws AwsError when the state of the account does not allow to sign in. */
export function checkAccount(request: SignInRequest, user: UserRecord): void {
  if (!user.enabled || user.status === "ARCHIVED") throw notAuthorized("User is disabled.");
  if (user.status === "UNCONFIRMED") throw new AwsError("UserNotConfirmedException", "User is not confirmed.");
  if (user.status === "RESET_REQUIRED" || user.status === "COMPROMISED") {
    if (hidesExistence(request.client)) throw notAuthorized(wrongPassword);
    throw new AwsError("PasswordResetRequiredException", "Password reset required for the user");
  }
  if (user.status === "FORCE_CHANGE_PASSWORD") {
    const { temporaryPasswordExpiresAt, temporaryPasswordUsed } = user.signIn ?? {};
    const expired = temporaryPasswordExpiresAt !== undefined && temporaryPasswordExpiresAt <= request.state.now();
    const used = temporaryPasswordUsed === true && request.state.variants.temporaryPassword === "once";
    if (expired || used) {
      throw notAuthorized("Temporary password has expired and must be reset by an administrator.");
    }
  }
}

/**
 * Checks a password with everything around it: trigger, lock-out, state of the account.
 *
 * @param isRight - Compares, with the user's password given; not asked while the user is locked.
 * @throws AwsError in AWS's words.
 */
export function checkFirstFactor(
  request: SignInRequest,
  user: UserRecord,
  isRight: (password: string) => boolean,
): void {
  const now = request.state.now();
  if (lockedUntil(user, now) > 0) throw notAuthorized("Password attempts exceeded");
  const before = request.state.variants.statusCheck === "before-password";
  if (before) checkAccount(request, user);
  const password = passwordOf(request.pool, user);
  if (password === undefined || !isRight(password)) {
    countFailure(user, now);
    logAuthEvent(request.state, request.pool, user, false);
    throw notAuthorized(wrongPassword);
  }
  clearFailures(user);
  if (!before) checkAccount(request, user);
}

/** Compares two texts in constant time. */
export function isSameText(one: string, other: string): boolean {
  const a = Buffer.from(one, "utf8");
  const b = Buffer.from(other, "utf8");
  return a.length === b.length && timingSafeEqual(a, b);
}
