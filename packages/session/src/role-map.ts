/**
 * What membership of Cognito groups gives a user, by the rules of the import: plain data that can be kept as JSON.
 *
 * `roleMapOf` of `@cognito-to-descope/core` computes it from the pool and the rules that the import uses.
 */
export interface RoleMap {
  readonly version: 1;
  /** The pool whose groups these are. */
  readonly userPoolId: string;
  /** What each group gives: a role, a tenant, or a role in a tenant. Groups that are not here give nothing. */
  readonly groups: Readonly<Record<string, { readonly role?: string; readonly tenant?: string }>>;
  /** Tenant of every user of the pool. */
  readonly tenant?: string;
  /** Tenant of the users of each identity provider, by the provider's name. */
  readonly connections: Readonly<Record<string, string>>;
  /** Permissions that each role has in the project. */
  readonly permissions: Readonly<Record<string, readonly string[]>>;
}
