import type { PlanDefinitions } from "../plan/plan.ts";
import type { AttributeDefinition, ProjectSnapshot, Role, Tenant } from "../project/project-snapshot.ts";
import { roleKey, roleLabel } from "../project/role-key.ts";
import type { ProjectUser } from "../project/project-user.ts";

/** A definition of any kind, by its kind and name. */
export interface DefinitionName {
  readonly kind: "attribute" | "role" | "tenant";
  readonly name: string;
  /** The tenant that a role belongs to; absent for a role of the project. */
  readonly tenantId?: string | undefined;
}

/** Definitions that a run created. */
export interface MadeDefinitions {
  readonly attributes: readonly AttributeDefinition[];
  readonly roles: readonly Role[];
  readonly tenants: readonly Tenant[];
}

/** Text that stands for a definition in a set or a map. */
export function definitionKey({ kind, name, tenantId }: DefinitionName): string {
  return JSON.stringify([kind, tenantId ?? "", name]);
}

/** A definition in words: `role admins`, `tenant acme`. */
export function definitionLabel({ kind, name, tenantId }: DefinitionName): string {
  return `${kind} ${roleLabel({ name, ...(tenantId !== undefined && { tenantId }) })}`;
}

/** Names of all the definitions. */
export function namesOf({ attributes, roles, tenants }: MadeDefinitions): readonly DefinitionName[] {
  return [
    ...roles.map(roleName),
    ...tenants.map(({ id }): DefinitionName => ({ kind: "tenant", name: id })),
    ...attributes.map(({ name }): DefinitionName => ({ kind: "attribute", name })),
  ];
}

function roleName({ name, tenantId }: Role): DefinitionName {
  return { kind: "role", name, tenantId };
}

/** The definitions whose keys are in a set. */
export function pickDefinitions(
  { attributes, roles, tenants }: MadeDefinitions,
  has: (key: string) => boolean,
): MadeDefinitions {
  return {
    attributes: attributes.filter(({ name }) => has(definitionKey({ kind: "attribute", name }))),
    roles: roles.filter((role) => has(definitionKey(roleName(role)))),
    tenants: tenants.filter(({ id }) => has(definitionKey({ kind: "tenant", name: id }))),
  };
}

/** The definitions that a run's plan created or is to remove, as far as a project has them: as they were created, or changed. */
export function presentDefinitions(
  { attributes, roles, tenants }: PlanDefinitions,
  kind: "create" | "remove",
  project: ProjectSnapshot,
): { readonly asMade: MadeDefinitions; readonly changed: MadeDefinitions } {
  const [sameAttributes, otherAttributes] = split(
    attributes[kind] ?? [],
    project.attributes,
    ({ name }) => name,
    (made, there) => there.type === made.type && there.displayName === made.displayName,
  );
  const [sameRoles, otherRoles] = split(
    roles[kind] ?? [],
    project.roles,
    roleKey,
    (made, there) => there.description === made.description && isSameSet(there.permissionNames, made.permissionNames),
  );
  // Roles that were created in a tenant go before it does.
  const made = new Set(sameRoles.map(roleKey));
  const tenantsWithRoles = new Set(
    project.roles.filter((role) => !made.has(roleKey(role))).map(({ tenantId }) => tenantId),
  );
  const [sameTenants, otherTenants] = split(
    tenants[kind] ?? [],
    project.tenants,
    ({ id }) => id,
    (one, there) => there.name === one.name && (there.carries ?? []).length === 0 && !tenantsWithRoles.has(one.id),
  );
  return {
    asMade: { attributes: sameAttributes, roles: sameRoles, tenants: sameTenants },
    changed: { attributes: otherAttributes, roles: otherRoles, tenants: otherTenants },
  };
}

/** Those that are there as they were made, and those that are there and differ. */
function split<T>(
  made: readonly T[],
  present: readonly T[],
  key: (one: T) => string,
  isSame: (made: T, there: T) => boolean,
): readonly [same: readonly T[], other: readonly T[]] {
  const byKey = new Map(present.map((one) => [key(one), one]));
  const pairs = made.flatMap((one) => {
    const there = byKey.get(key(one));
    return there === undefined ? [] : [{ one, same: isSame(one, there) }];
  });
  return [pairs.filter(({ same }) => same), pairs.filter(({ same }) => !same)].map((some) =>
    some.map(({ one }) => one),
  ) as [T[], T[]];
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((member) => other.includes(member));
}

/** Keys of the definitions that a user holds: its roles, its tenants, and the attributes that it has a value in. */
export function usedBy(user: Pick<ProjectUser, "roleNames" | "userTenants" | "customAttributes">): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const name of user.roleNames) keys.add(definitionKey({ kind: "role", name }));
  for (const { tenantId, roleNames } of user.userTenants) {
    keys.add(definitionKey({ kind: "tenant", name: tenantId }));
    // What a user holds in a tenant is the tenant's own role of that name, or the project's.
    for (const name of roleNames) {
      keys.add(definitionKey({ kind: "role", name }));
      keys.add(definitionKey({ kind: "role", name, tenantId }));
    }
  }
  for (const name of Object.keys(user.customAttributes)) keys.add(definitionKey({ kind: "attribute", name }));
  return keys;
}
