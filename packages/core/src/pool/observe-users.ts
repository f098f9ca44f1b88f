import { isTrue, validEmail, validPhone } from "../mapping/contact.ts";
import { isExactNumber } from "../mapping/attribute-value.ts";
import { parseIdentities } from "../mapping/identities.ts";
import type { PoolUser } from "./pool-user.ts";

/** What the users of a pool have, counted. No personal data. */
export interface PoolObservation {
  readonly users: number;
  readonly disabled: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Users without an external identity. */
  readonly native: number;
  /** Users born from an external identity provider. */
  readonly federated: number;
  /** Native users that an external identity was linked to. */
  readonly linked: number;
  /** Users by identity provider's name. */
  readonly byConnection: Readonly<Record<string, number>>;
  readonly verifiedEmail: number;
  readonly unverifiedEmail: number;
  readonly verifiedPhone: number;
  readonly unverifiedPhone: number;
  readonly noContact: number;
  /** Users by attribute, and whether a value would change as a JavaScript number. */
  readonly attributes: Readonly<Record<string, ObservedAttribute>>;
  readonly memberships: number;
  readonly mostGroupsOfOneUser: number;
  /** Creation of the newest user in epoch milliseconds; 0 for an empty pool. */
  readonly newestUserAt: number;
}

/** How an attribute is used. */
export interface ObservedAttribute {
  readonly users: number;
  /** Every value is a number that JavaScript keeps exactly. */
  readonly exactNumbers: boolean;
}

/** Counts users as they come. */
export interface PoolObserver {
  add(user: PoolUser, groups: readonly string[]): void;
  observation(): PoolObservation;
}

/** Starts counting at zero. */
export function observeUsers(): PoolObserver {
  let users = 0;
  let disabled = 0;
  let native = 0;
  let federated = 0;
  let linked = 0;
  let verifiedEmail = 0;
  let unverifiedEmail = 0;
  let verifiedPhone = 0;
  let unverifiedPhone = 0;
  let noContact = 0;
  let memberships = 0;
  let mostGroupsOfOneUser = 0;
  let newestUserAt = 0;
  const byStatus = new Map<string, number>();
  const byConnection = new Map<string, number>();
  const attributes = new Map<string, { users: number; exactNumbers: boolean }>();

  return {
    add(user, groups) {
      users += 1;
      if (!user.enabled) disabled += 1;
      increase(byStatus, user.status);
      memberships += groups.length;
      mostGroupsOfOneUser = Math.max(mostGroupsOfOneUser, groups.length);
      newestUserAt = Math.max(newestUserAt, user.createdAt);
      for (const name in user.attributes) {
        const value = user.attributes[name] ?? "";
        let seen = attributes.get(name);
        if (seen === undefined) attributes.set(name, (seen = { users: 0, exactNumbers: true }));
        seen.users += 1;
        // An empty value is no number, and none that would change either.
        if (seen.exactNumbers && value !== "" && !isExactNumber(value)) seen.exactNumbers = false;
      }

      const { email, email_verified, phone_number, phone_number_verified, identities } = user.attributes;
      const hasEmail = validEmail(email) !== undefined;
      const hasPhone = validPhone(phone_number) !== undefined;
      if (hasEmail && isTrue(email_verified)) verifiedEmail += 1;
      else if (hasEmail) unverifiedEmail += 1;
      if (hasPhone && isTrue(phone_number_verified)) verifiedPhone += 1;
      else if (hasPhone) unverifiedPhone += 1;
      if (!hasEmail && !hasPhone) noContact += 1;

      const known = identities === undefined ? [] : (parseIdentities(identities) ?? []);
      for (const identity of known) increase(byConnection, identity.providerName);
      if (known.some((identity) => identity.primary) || (known.length === 0 && user.status === "EXTERNAL_PROVIDER")) {
        federated += 1;
      } else if (known.length > 0) linked += 1;
      else native += 1;
    },
    observation: () => ({
      users,
      disabled,
      byStatus: Object.fromEntries(byStatus),
      native,
      federated,
      linked,
      byConnection: Object.fromEntries(byConnection),
      verifiedEmail,
      unverifiedEmail,
      verifiedPhone,
      unverifiedPhone,
      noContact,
      attributes: Object.fromEntries([...attributes].map(([name, seen]) => [name, { ...seen }])),
      memberships,
      mostGroupsOfOneUser,
      newestUserAt,
    }),
  };
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
