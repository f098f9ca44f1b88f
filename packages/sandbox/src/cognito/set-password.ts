/** Gives a user a password of its own; whatever hung on the old one ends. */

import type { UserRecord } from "./user-record.ts";

/** Sets a permanent password; the user is confirmed from then on. */
export function setOwnPassword(user: UserRecord, password: string): void {
  user.password = password;
  user.status = "CONFIRMED";
  if (user.signIn === undefined) return;
  user.signIn = {
    ...user.signIn,
    temporaryPasswordExpiresAt: undefined,
    temporaryPasswordUsed: undefined,
    resetCode: undefined,
    failures: undefined,
    lastFailureAt: undefined,
    srpSalt: undefined,
  };
}
