/** The `identities` attribute: a JSON array in a string, one entry per identity of an external provider. */

import type { UserPool } from "./user-pool.ts";
import type { UserRecord } from "./user-record.ts";

/** One external identity of a user. */
export interface Identity {
  readonly userId: string;
  readonly providerName: string;
  readonly providerType: string;
  /** Entity id of a SAML provider; null for others. */
  readonly issuer: string | null;
  /** True for the identity that the profile was born from. */
  readonly primary: boolean;
  /** Milliseconds since the epoch. */
  readonly dateCreated: number;
}

/** The identities of a user; none for a local one. */
export function identitiesOf(pool: UserPool, user: UserRecord): readonly Identity[] {
  const text = pool.users.attribute(user, "identities");
  return text === undefined ? [] : (JSON.parse(text) as Identity[]);
}

/** Sets or, with an empty list, removes the attribute. */
export function setIdentities(pool: UserPool, user: UserRecord, identities: readonly Identity[], now: number): void {
  const value = identities.length === 0 ? undefined : JSON.stringify(identities);
  pool.users.setAttributes(user, new Map([["identities", value]]), now);
}
