/**
 * Cognito's lock-out: after 5 wrong passwords 1 second, doubled by each further one, up to about 15 minutes. Tries while locked
 * neither count nor lengthen it; a success, or 15 minutes without tries, resets it. Source: "Authentication with Amazon
 * Cognito user pools" (read 2026-11).
 */

import type { UserRecord } from "../user-record.ts";

const freeTries = 5;
const maxMs = 15 * 60 * 1000;

/** Until when a user is locked, in milliseconds since the epoch; 0 when not. */
export function lockedUntil(user: UserRecord, now: number): number {
  const failures = user.signIn?.failures ?? 0;
  const lastFailureAt = user.signIn?.lastFailureAt ?? 0;
  if (failures < freeTries || now - lastFailureAt >= maxMs) return 0;
  const until = lastFailureAt + Math.min(maxMs, 2 ** (failures - freeTries) * 1000);
  return until > now ? until : 0;
}

/** Counts a wrong password. */
export function countFailure(user: UserRecord, now: number): void {
  const stale = now - (user.signIn?.lastFailureAt ?? 0) >= maxMs;
  const failures = stale ? 1 : (user.signIn?.failures ?? 0) + 1;
  user.signIn = { ...user.signIn, failures, lastFailureAt: now };
}

/** Forgets wrong passwords after a right one. */
export function clearFailures(user: UserRecord): void {
  if (user.signIn?.failures === undefined) return;
  user.signIn = { ...user.signIn, failures: undefined, lastFailureAt: undefined };
}
