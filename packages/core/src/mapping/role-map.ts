import { mapGroups } from "./group-mapping.ts";
import type { MappingRules } from "./rules.ts";
import { createFindings } from "../findings/findings.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { Role } from "../project/project-snapshot.ts";
import { roleKey } from "../project/role-key.ts";

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
  /** Roles of the project and of its tenants; those that the import makes have no permissions. */
  readonly projectRoles?: readonly Role[] | undefined;
  /** Names of roles by group, of all pools of the import: `nameRoles`. @defaultValue those of this pool alone */
  readonly names?: ReadonlyMap<string, string> | undefined;
}

/**
 * Computes the role map of a pool by the rules of the import.
 *
 * What one user alone gets is not in it: what a `transform` changes, and what a user gains by being merged with another.
 */
export function roleMapOf(pool: PoolSnapshot, rules: MappingRules, options: RoleMapOptions = {}): RoleMap {
  const { tenant, projectRoles = [], names } = options;
  const { effects, roles } = mapGroups(pool, rules, createFindings(), { tenant, names });
  return {
    version: 1,
    userPoolId: pool.userPoolId,
    // Names that a user chose become keys here; this way of making an object sets no prototype.
    groups: Object.fromEntries(effects),
    ...(tenant === undefined ? {} : { tenant }),
    connections: { ...rules.connectionTenants },
    permissions: Object.fromEntries(permissionsOf(roles, projectRoles)),
  };
}

/** A name that several tenants use for roles of their own gives only what all of these give: never more than a user has. */
function permissionsOf(given: readonly Role[], known: readonly Role[]): ReadonlyMap<string, readonly string[]> {
  const knownByKey = new Map(known.map((role) => [roleKey(role), role.permissionNames]));
  const permissions = new Map<string, readonly string[]>();
  for (const role of given) {
    const own = knownByKey.get(roleKey(role)) ?? [];
    const others = permissions.get(role.name);
    permissions.set(role.name, others === undefined ? own.toSorted() : others.filter((name) => own.includes(name)));
  }
  return new Map([...permissions].filter(([, names]) => names.length > 0));
}
