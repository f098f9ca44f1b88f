/** Who issued a token. */
export type Provider = "cognito" | "descope";

/** What a user holds in one tenant. */
export interface TenantGrant {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

/** Who a request comes from, in one shape for both providers. Lists are sorted and hold nothing twice. */
export interface Principal {
  readonly provider: Provider;
  /** The exact `iss` of the token. */
  readonly issuer: string;
  /** The ID that the application knows the user by, as the `subject` option decides. */
  readonly subject: string;
  /** The user's `sub` in the pool, where the token or the ID map tells it. */
  readonly cognitoSub?: string;
  /** The user's ID in the project, where the token or the ID map tells it. */
  readonly descopeUserId?: string;
  /** `machine`: an access key, or an app client that acts for itself. */
  readonly kind: "user" | "machine";
  readonly tokenKind: "id" | "access" | "session";
  readonly username?: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly phone?: string;
  readonly phoneVerified?: boolean;
  readonly name?: string;
  /** Roles outside tenants. A user of a tenant holds all roles inside tenants: see {@link tenants}. */
  readonly roles: readonly string[];
  /** Permissions outside tenants. */
  readonly permissions: readonly string[];
  /** What the user holds in each tenant, by tenant ID. */
  readonly tenants: Readonly<Record<string, TenantGrant>>;
  /** The tenant that the session is for: the chosen one, or the only one. */
  readonly activeTenant?: string;
  readonly scopes: readonly string[];
  /** The app client (Cognito) or application (`azp`) that the token was issued to. */
  readonly clientId?: string;
  /** `aud` as a list. */
  readonly audience: readonly string[];
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** When the user signed in, in seconds since the epoch. */
  readonly authTime?: number;
  /** How the user signed in, as the provider names it. */
  readonly authMethods: readonly string[];
  /** `jti` */
  readonly tokenId?: string;
  /** `origin_jti`: one for all Cognito tokens of a sign-in. */
  readonly sessionId?: string;
  /**
   * False for a Cognito token where the mode prefers Descope: accepted, and to be exchanged for a Descope session.
   */
  readonly preferred: boolean;
  /** The claims as they were signed. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The part of a principal that says who somebody is and what they may do, and nothing of the token. */
export type Identity = Pick<Principal, "subject" | "kind" | "roles" | "permissions" | "tenants" | "activeTenant">;

/**
 * What a decision may rest on, whichever provider the token came from.
 *
 * A user's Cognito token and Descope token have equal identities when the role map is that of the import and the
 * project still holds what the import wrote.
 */
export function identityOf(principal: Principal): Identity {
  const { subject, kind, roles, permissions, tenants, activeTenant } = principal;
  return { subject, kind, roles, permissions, tenants, ...(activeTenant === undefined ? {} : { activeTenant }) };
}
