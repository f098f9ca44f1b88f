import type { Findings } from "../findings/findings.ts";
import type { AttributeDefinition, ProjectSnapshot, Role, Tenant } from "../project/project-snapshot.ts";
import { roleKey, roleLabel } from "../project/role-key.ts";
import type { PlanDefinitions } from "./plan.ts";

/** What must be in the project before any user. */
export interface WantedDefinitions {
  readonly attributes: readonly AttributeDefinition[];
  readonly roles: readonly Role[];
  readonly tenants: readonly Tenant[];
}

/** Splits the wanted definitions into those to create and those the project has. */
export function planDefinitions(
  wanted: WantedDefinitions,
  project: ProjectSnapshot,
  findings: Findings,
): PlanDefinitions {
  const attributes = new Set(project.attributes.map(({ name }) => name));
  const tenants = new Set(project.tenants.map(({ id }) => id));
  const roles = new Map(project.roles.map((role) => [roleKey(role), role]));
  for (const wantedRole of wanted.roles) {
    // A group's name may be the name of a role that means much more in the project.
    if (hasPermissions(roles.get(roleKey(wantedRole)))) findings.add("role-has-permissions", roleLabel(wantedRole));
    if (wantedRole.tenantId !== undefined) continue;
    // Held in a tenant that has a role of that name, the name means the tenant's role.
    for (const { id: tenantId } of wanted.tenants) {
      const own = { name: wantedRole.name, tenantId };
      if (hasPermissions(roles.get(roleKey(own)))) findings.add("role-has-permissions", roleLabel(own));
    }
  }
  const idByName = new Map(project.tenants.map(({ id, name }) => [name, id]));
  for (const { id, name } of wanted.tenants) {
    if (!tenants.has(id) && idByName.has(name)) findings.add("tenant-name-taken", `${id}: "${name}"`);
  }
  return {
    attributes: split(
      wanted.attributes,
      ({ name }) => attributes.has(name),
      ({ name }) => name,
    ),
    roles: split(
      wanted.roles,
      (role) => roles.has(roleKey(role)),
      // The project's own come before those of tenants.
      roleKey,
    ),
    tenants: split(
      wanted.tenants,
      ({ id }) => tenants.has(id),
      ({ id }) => id,
    ),
  };
}

function hasPermissions(role: Role | undefined): boolean {
  return (role?.permissionNames.length ?? 0) > 0;
}

function split<T>(
  wanted: readonly T[],
  exists: (one: T) => boolean,
  key: (one: T) => string,
): { readonly create: readonly T[]; readonly unchanged: readonly T[] } {
  const sorted = [...wanted].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return { create: sorted.filter((one) => !exists(one)), unchanged: sorted.filter(exists) };
}
