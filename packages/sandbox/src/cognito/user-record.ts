/** One user of a pool, as kept in memory. */

import type { AttributeShape } from "./attribute-shape.ts";
import type { Group } from "./group.ts";
import type { SignInState } from "./sign-in-state.ts";

/** Cognito's `UserStatus`, the values no longer used included. */
export const userStatuses = [
  "UNCONFIRMED",
  "CONFIRMED",
  "ARCHIVED",
  "COMPROMISED",
  "UNKNOWN",
  "RESET_REQUIRED",
  "FORCE_CHANGE_PASSWORD",
  "EXTERNAL_PROVIDER",
] as const;

/** One of `userStatuses`. */
export type UserStatus = (typeof userStatuses)[number];

/** A user. Small on purpose: a pool may hold millions. */
export interface UserRecord {
  /** Position in the pool's table; page tokens refer to it. */
  readonly index: number;
  readonly username: string;
  readonly sub: string;
  shape: AttributeShape;
  /** Escaped values in the shape's order. */
  values: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  modifiedAt: number;
  enabled: boolean;
  status: UserStatus;
  /** Groups in the order of joining; the list is shared with users that have the same. */
  groups: readonly Group[];
  /** In clear, as this is a sandbox; undefined: none, or the one that the pool's generator derives. */
  password: string | undefined;
  /** What sign-in adds: MFA, devices, codes, sessions. */
  signIn: SignInState | undefined;
}
