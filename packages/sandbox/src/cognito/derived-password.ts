/** The password of generated users: it follows from the sub, so that a million passwords cost nothing. */

import type { UserRecord } from "./user-record.ts";

/** The password that goes with a sub. */
export function derivedPassword(sub: string): string {
  return `Passw0rd!${sub.slice(0, 8)}`;
}

/** The password of a user that carries none itself; users of external providers have none. */
export function passwordBySub({ sub, status }: UserRecord): string | undefined {
  return status === "EXTERNAL_PROVIDER" ? undefined : derivedPassword(sub);
}
