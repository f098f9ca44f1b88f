import { mapGroups } from "./group-mapping.ts";
import type { MappingRules } from "./rules.ts";
import { createFindings } from "../findings/findings.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { Role } from "../project/project-snapshot.ts";

/**
 * What membership of groups gives a user of one pool: the part of the mapping that a back end needs to read Cognito
 * tokens as the project will show their users. Plain data, to be kept as JSON.
 */
export interface RoleMap {
  readonly version: 1;
  readonly userPoolId: string;
  /** What each group gives. Groups that are not here give nothing. */
  readonly groups: Readonly<Record<string, { readonly role?: string; readonly tenant?: string }>>;
  /** Tenant of every user of the pool. */
  readonly tenant?: string;
  /** Tenant of the users of each identity provider, by the provider's name. */
  readonly connections: Readonly<Record<string, string>>;
  /** Permissions of each role. */
  readonly permissions: Readonly<Record<string, readonly string[]>>;
}

/** What a role map is computed from, beside the pool. */
export interface RoleMapOptions {
  /** Tenant of every user of the pool, as the config names it. */
  readonly tenant?: string | undefined;
  /** Roles of the project; those that the import makes have no permissions. */
  readonly projectRoles?: readonly Role[] | undefined;
}

/**
 * Computes the role map of a pool by the rules of the import.
 *
 * What one user alone gets is not in it: what a `transform` changes, and what a user gains by being merged with another.
 */
export function roleMapOf(pool: PoolSnapshot, rules: MappingRules, options: RoleMapOptions = {}): RoleMap {
  const { tenant, projectRoles = [] } = options;
  const { effects } = mapGroups(pool, rules, createFindings());
  const reached = new Set([...effects.values()].map(({ role }) => role));
  const permissions = projectRoles
    .filter(({ name, permissionNames }) => reached.has(name) && permissionNames.length > 0)
    .map(({ name, permissionNames }): [string, readonly string[]] => [name, permissionNames.toSorted()]);
  return {
    version: 1,
    userPoolId: pool.userPoolId,
    // Names that a user chose become keys here; this way of making an object sets no prototype.
    groups: Object.fromEntries(effects),
    ...(tenant === undefined ? {} : { tenant }),
    connections: { ...rules.connectionTenants },
    permissions: Object.fromEntries(permissions),
  };
}
