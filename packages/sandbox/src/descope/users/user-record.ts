/** One user of the project as it is kept in memory; a million of them must fit. */

import type { Role } from "../definitions/roles.ts";
import type { Tenant } from "../definitions/tenants.ts";

/** The states a user can be in. */
export type UserStatus = "enabled" | "disabled" | "invited" | "expired";

/** Every state, in the API description's order. */
export const userStatuses: readonly UserStatus[] = ["enabled", "disabled", "invited", "expired"];

/** A value of a custom attribute. */
export type AttributeValue = string | number | boolean | readonly string[];

/** Custom attributes of one user or tenant. */
export type AttributeValues = Readonly<Record<string, AttributeValue>>;

/** A membership: a tenant and the roles there. */
export interface Membership {
  readonly tenant: Tenant;
  readonly roles: readonly Role[];
}

/** A stored password. Fast hash: a sandbox keeps no real secrets. */
export interface StoredPassword {
  readonly salt: string;
  readonly hash: string;
  /** True: must be changed at the next sign-in. */
  readonly mustChange: boolean;
  /** Milliseconds since the epoch. */
  readonly setAt: number;
  /** Hashes of earlier passwords, newest first, each as `salt:hash`. */
  readonly earlier: readonly string[];
}

/** One sign-in that succeeded. */
export interface SignIn {
  /** Seconds since the epoch. */
  readonly loginTime: number;
  readonly ip: string;
  readonly selectedTenant: string;
}

/** What most users do not have. */
export interface UserExtras {
  readonly password?: StoredPassword | undefined;
  /** Wrong passwords in a row. */
  readonly failedAttempts?: number;
  readonly recoveryEmail?: string;
  readonly verifiedRecoveryEmail?: boolean;
  readonly recoveryPhone?: string;
  readonly verifiedRecoveryPhone?: boolean;
  readonly ssoAppIds?: readonly string[];
  readonly totpSeed?: string | undefined;
  /** IDs of the credentials that are passkeys. */
  readonly passkeys?: readonly string[];
  readonly scim?: boolean;
  readonly saml?: boolean;
  readonly oidc?: boolean;
  /** Providers that the user has signed in with. */
  readonly oauth?: readonly string[];
  readonly signIns?: readonly SignIn[];
  readonly consentExpiration?: number;
}

export const noRoles: readonly Role[] = Object.freeze([]);
export const noMemberships: readonly Membership[] = Object.freeze([]);
export const noAttributes: AttributeValues = Object.freeze({});
export const noExtras: UserExtras = Object.freeze({});

/** A user. Lists and objects inside are never changed, only replaced, so equal ones may be shared. */
export class UserRecord {
  readonly userId: string;
  loginIds: readonly string[];
  status: UserStatus = "invited";
  email = "";
  phone = "";
  verifiedEmail = false;
  verifiedPhone = false;
  readonly test: boolean;
  name = "";
  givenName = "";
  middleName = "";
  familyName = "";
  picture = "";
  /** Roles of the project. */
  roles: readonly Role[] = noRoles;
  memberships: readonly Membership[] = noMemberships;
  customAttributes: AttributeValues = noAttributes;
  /** Seconds since the epoch; may lie before the user came to this project. */
  createdTime: number;
  /** Milliseconds since the epoch. */
  modifiedAt: number;
  extras: UserExtras = noExtras;
  /** Place in its store's order; the store's own. */
  position = -1;

  constructor(userId: string, loginIds: readonly string[], test: boolean, nowMs: number) {
    this.userId = userId;
    this.loginIds = loginIds;
    this.test = test;
    this.createdTime = Math.floor(nowMs / 1000);
    this.modifiedAt = nowMs;
  }
}

/** A copy of a user as it is now. */
export function copyUser(user: UserRecord): UserRecord {
  return Object.assign(new UserRecord(user.userId, user.loginIds, user.test, 0), user);
}
