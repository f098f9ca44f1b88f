import type { CognitoIssuer } from "./options.ts";
import type { TenantGrant } from "./principal.ts";
import type { RoleMap } from "./role-map.ts";
import { sortedSet } from "./sorted-set.ts";

/** What a user holds by its groups and connections. */
export interface Memberships {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly tenants: Readonly<Record<string, TenantGrant>>;
  readonly activeTenant: string | undefined;
}

/**
 * Gives what a user of the pool would hold after the import.
 *
 * `providers` are those of the user's external identities; undefined where the token does not tell, as in access tokens.
 * Then the groups that Cognito makes for providers tell instead.
 */
export type ReadMemberships = (groups: readonly string[], providers: readonly string[] | undefined) => Memberships;

const NO_TENANTS: Readonly<Record<string, TenantGrant>> = Object.freeze({});
const NOTHING: Memberships = Object.freeze({
  roles: Object.freeze([]),
  permissions: Object.freeze([]),
  tenants: NO_TENANTS,
  activeTenant: undefined,
});

/** @throws TypeError when the role map is not one of this pool. */
export function compileMemberships(options: Pick<CognitoIssuer, "roles" | "userPoolId">): ReadMemberships {
  const { roles, userPoolId } = options;
  if (roles === null) return () => NOTHING;
  const providerPrefix = `${userPoolId}_`;
  if (roles === "group-names") {
    return (groups) => {
      if (groups.length === 0) return NOTHING;
      const own = sortedSet(groups.filter((group) => !group.startsWith(providerPrefix)));
      return { ...NOTHING, roles: own };
    };
  }
  // A role map comes out of a file as often as not.
  if (typeof roles !== "object" || (roles as Partial<RoleMap>).version !== 1) {
    throw new TypeError('"roles" must be a role map of version 1, "group-names", or null');
  }
  if (roles.userPoolId !== userPoolId) throw new TypeError('"roles" is the role map of another pool');
  return readByRoleMap(roles, providerPrefix);
}

function readByRoleMap(map: RoleMap, providerPrefix: string): ReadMemberships {
  // Names in tokens are not ours: an object would find `constructor` among them.
  const effects = new Map(Object.entries(map.groups));
  const connections = new Map(Object.entries(map.connections));
  const permissionsOfRole = new Map(Object.entries(map.permissions));
  const permissionsOf = (roles: readonly string[]): readonly string[] =>
    permissionsOfRole.size === 0
      ? NOTHING.permissions
      : sortedSet(roles.flatMap((role) => permissionsOfRole.get(role) ?? []));

  return (groups, providers) => {
    const everywhere: string[] = [];
    let tenants: Map<string, string[]> | undefined;
    const tenant = (id: string): string[] => {
      tenants ??= new Map();
      let roles = tenants.get(id);
      if (roles === undefined) tenants.set(id, (roles = []));
      return roles;
    };
    if (map.tenant !== undefined) tenant(map.tenant);
    if (connections.size > 0) {
      for (const name of providers ?? providersByGroup(groups, providerPrefix)) {
        const id = connections.get(name);
        if (id !== undefined) tenant(id);
      }
    }
    for (const group of groups) {
      const effect = effects.get(group);
      if (effect === undefined) continue;
      // A pool's groups say nothing about other tenants than the pool's own.
      const id = effect.tenant ?? map.tenant;
      const roles = id === undefined ? everywhere : tenant(id);
      if (effect.role !== undefined) roles.push(effect.role);
    }
    if (tenants === undefined) {
      const roles = sortedSet(everywhere);
      return { roles, permissions: permissionsOf(roles), tenants: NO_TENANTS, activeTenant: undefined };
    }
    // As the import writes it: a user of a tenant holds all roles inside tenants.
    const ids = [...tenants.keys()].sort();
    const grants = ids.map((id): [string, TenantGrant] => {
      const roles = sortedSet([...everywhere, ...(tenants?.get(id) ?? [])]);
      return [id, { roles, permissions: permissionsOf(roles) }];
    });
    return { ...NOTHING, tenants: Object.fromEntries(grants), activeTenant: ids.length === 1 ? ids[0] : undefined };
  };
}

function providersByGroup(groups: readonly string[], prefix: string): readonly string[] {
  return groups.flatMap((group) => (group.startsWith(prefix) ? [group.slice(prefix.length)] : []));
}
