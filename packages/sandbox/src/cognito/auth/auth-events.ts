/** The log of sign-ins that threat protection keeps for each user. */

import type { CognitoState } from "../cognito-state.ts";
import type { UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";

/** One sign-in. */
export interface AuthEvent {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly passed: boolean;
}

const maxEventsPerUser = 200;

/** True when the pool has threat protection, at least to look on. */
export function keepsAuthEvents(pool: UserPool): boolean {
  const addOns = pool.settings["UserPoolAddOns"] as { AdvancedSecurityMode?: string } | undefined;
  return addOns?.AdvancedSecurityMode === "AUDIT" || addOns?.AdvancedSecurityMode === "ENFORCED";
}

/** Logs a sign-in where the pool keeps such a log. */
export function logAuthEvent(state: CognitoState, pool: UserPool, user: UserRecord, passed: boolean): void {
  if (!keepsAuthEvents(pool)) return;
  const events = pool.auth.events.get(user) ?? [];
  const event: AuthEvent = { id: state.ids.uuid(), at: state.now(), passed };
  pool.auth.events.set(user, [event, ...events].slice(0, maxEventsPerUser));
}
