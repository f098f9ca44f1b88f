import type { Findings } from "../findings/findings.ts";
import type { AttributeDefinition, ProjectSnapshot, Role, Tenant } from "../project/project-snapshot.ts";
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
  const roles = new Map(
    project.roles.filter(({ tenantId }) => tenantId === undefined).map((role) => [role.name, role]),
  );
  for (const { name } of wanted.roles) {
    // A group's name may be the name of a role that means much more in the project.
    if ((roles.get(name)?.permissionNames.length ?? 0) > 0) findings.add("role-has-permissions", name);
  }
  return {
    attributes: split(
      wanted.attributes,
      ({ name }) => attributes.has(name),
      ({ name }) => name,
    ),
    roles: split(
      wanted.roles,
      ({ name }) => roles.has(name),
      ({ name }) => name,
    ),
    tenants: split(
      wanted.tenants,
      ({ id }) => tenants.has(id),
      ({ id }) => id,
    ),
  };
}

function split<T>(
  wanted: readonly T[],
  exists: (one: T) => boolean,
  key: (one: T) => string,
): { readonly create: readonly T[]; readonly unchanged: readonly T[] } {
  const sorted = [...wanted].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return { create: sorted.filter((one) => !exists(one)), unchanged: sorted.filter(exists) };
}
