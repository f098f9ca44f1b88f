/** The value of a Descope custom attribute. */
export type AttributeValue = string | number | boolean | readonly string[];

/** A user's membership of a tenant, with the roles held in it. */
export interface UserTenant {
  readonly tenantId: string;
  readonly roleNames: readonly string[];
}

/** `invited` becomes `enabled` at the first sign-in. */
export type UserStatus = "enabled" | "disabled" | "invited";

/** A user of a Descope project, as the management API gives it. Text that is not set is empty. */
export interface ProjectUser {
  readonly userId: string;
  readonly loginIds: readonly string[];
  readonly email: string;
  readonly phone: string;
  readonly verifiedEmail: boolean;
  readonly verifiedPhone: boolean;
  readonly name: string;
  readonly givenName: string;
  readonly middleName: string;
  readonly familyName: string;
  readonly picture: string;
  /** `enabled`, `disabled`, `invited`, `expired`. */
  readonly status: string;
  readonly roleNames: readonly string[];
  readonly userTenants: readonly UserTenant[];
  readonly customAttributes: Readonly<Record<string, AttributeValue>>;
  /** Epoch seconds. */
  readonly createdTime: number;
  /**
   * What the user can sign in with, beside codes and links: `password`, `totp`, `webauthn`, `saml`, … Absent when there is
   * nothing of the kind.
   */
  readonly credentials?: readonly string[];
}

/**
 * A user to be created, all in one item so that no follow-up call is needed.
 *
 * Absent text means: not set. Roles stand in {@link roleNames}, or in {@link userTenants} when there is any tenant:
 * the management API takes one or the other.
 */
export interface NewProjectUser {
  readonly loginId: string;
  readonly additionalLoginIds: readonly string[];
  readonly email?: string;
  readonly phone?: string;
  readonly verifiedEmail: boolean;
  readonly verifiedPhone: boolean;
  readonly name?: string;
  readonly givenName?: string;
  readonly middleName?: string;
  readonly familyName?: string;
  readonly picture?: string;
  readonly status: UserStatus;
  readonly roleNames: readonly string[];
  readonly userTenants: readonly UserTenant[];
  readonly customAttributes: Readonly<Record<string, AttributeValue>>;
  /** Epoch seconds; absent when the source gave none. */
  readonly createdTime?: number;
}

/** Changes to an existing user. Whatever is absent stays as it is. */
export interface ProjectUserPatch {
  /** One of the user's present login IDs. */
  readonly loginId: string;
  /** All login IDs beside {@link loginId} that the user has afterwards. */
  readonly additionalLoginIds?: readonly string[];
  /** {@link loginId} itself is taken off in the end: {@link additionalLoginIds} are all that the user has then. */
  readonly dropsLoginId?: boolean;
  /** Empty text takes the value away, here and below. */
  readonly email?: string;
  readonly phone?: string;
  readonly verifiedEmail?: boolean;
  readonly verifiedPhone?: boolean;
  readonly name?: string;
  readonly givenName?: string;
  readonly middleName?: string;
  readonly familyName?: string;
  readonly picture?: string;
  readonly status?: UserStatus;
  /** The whole list that the user has afterwards. */
  readonly roleNames?: readonly string[];
  /** The whole list that the user has afterwards. */
  readonly userTenants?: readonly UserTenant[];
  /** Only these keys change; null takes the value away. */
  readonly customAttributes?: Readonly<Record<string, AttributeValue | null>>;
}
