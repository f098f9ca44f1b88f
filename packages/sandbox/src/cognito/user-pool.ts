/** One user pool with everything in it. */

import type { AuthState } from "./auth/auth-state.ts";
import type { Group } from "./group.ts";
import type { SchemaAttribute } from "./pool-schema.ts";
import type { UserRecord } from "./user-record.ts";
import type { UserTable } from "./user-table.ts";

/** A JSON object whose members are the model's business. */
export type Json = Readonly<Record<string, unknown>>;

/** An app client: `UserPoolClientType` without dates. */
export interface AppClient {
  readonly clientId: string;
  readonly createdAt: number;
  modifiedAt: number;
  readonly secret: string | undefined;
  settings: Json;
}

/** An identity provider: SAML, OIDC or social. */
export interface IdentityProvider {
  readonly name: string;
  readonly type: string;
  readonly createdAt: number;
  modifiedAt: number;
  details: Readonly<Record<string, string>>;
  attributeMapping: Readonly<Record<string, string>>;
  identifiers: readonly string[];
}

/** A resource server with its scopes. */
export interface ResourceServer {
  readonly identifier: string;
  name: string;
  scopes: readonly { readonly ScopeName: string; readonly ScopeDescription: string }[];
}

/** A pool's prefix domain or custom domain. */
export interface PoolDomain {
  readonly domain: string;
  readonly userPoolId: string;
  readonly certificateArn: string | undefined;
  readonly managedLoginVersion: number;
  readonly createdAt: number;
}

/** A user pool. */
export interface UserPool {
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  modifiedAt: number;
  name: string;
  /** Members of `UserPoolType` that Create and Update take as they are. */
  settings: Json;
  mfa: Json;
  schema: readonly SchemaAttribute[];
  readonly usernameAttributes: readonly string[];
  readonly aliasAttributes: readonly string[];
  readonly caseSensitive: boolean;
  /** False when nothing was said of case sensitivity at creation; then it is not told either. */
  readonly caseSensitivityGiven?: boolean;
  tags: Readonly<Record<string, string>>;
  readonly users: UserTable;
  readonly groups: Map<string, Group>;
  readonly clients: Map<string, AppClient>;
  readonly providers: Map<string, IdentityProvider>;
  readonly resourceServers: Map<string, ResourceServer>;
  nextGroupOrdinal: number;
  /** Keys, refresh tokens and challenges under way. */
  readonly auth: AuthState;
  /** The password of users that carry none themselves; set by a generator, so that a million passwords cost nothing. */
  derivedPassword: ((user: UserRecord) => string | undefined) | undefined;
}

/** The password that signs a user in, if it has one. */
export function passwordOf(pool: UserPool, user: UserRecord): string | undefined {
  return user.password ?? pool.derivedPassword?.(user);
}
