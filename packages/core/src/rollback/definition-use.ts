import type { PlanDefinitions } from "../plan/plan.ts";
import type { AttributeDefinition, ProjectSnapshot, Role, Tenant } from "../project/project-snapshot.ts";
import type { ProjectUser } from "../project/project-user.ts";

/** A definition of any kind, by its kind and name. */
export interface DefinitionName {
  readonly kind: "attribute" | "role" | "tenant";
  readonly name: string;
}

/** Definitions that a run created. */
export interface MadeDefinitions {
  readonly attributes: readonly AttributeDefinition[];
  readonly roles: readonly Role[];
  readonly tenants: readonly Tenant[];
}

/** Text that stands for a definition in a set or a map. */
export function definitionKey({ kind, name }: DefinitionName): string {
  return `${kind} ${name}`;
}

/** Names of all the definitions. */
export function namesOf({ attributes, roles, tenants }: MadeDefinitions): readonly DefinitionName[] {
  return [
    ...roles.map(({ name }): DefinitionName => ({ kind: "role", name })),
    ...tenants.map(({ id }): DefinitionName => ({ kind: "tenant", name: id })),
    ...attributes.map(({ name }): DefinitionName => ({ kind: "attribute", name })),
  ];
}

/** The definitions whose keys are in a set. */
export function pickDefinitions(
  { attributes, roles, tenants }: MadeDefinitions,
  has: (key: string) => boolean,
): MadeDefinitions {
  return {
    attributes: attributes.filter(({ name }) => has(definitionKey({ kind: "attribute", name }))),
    roles: roles.filter(({ name }) => has(definitionKey({ kind: "role", name }))),
    tenants: tenants.filter(({ id }) => has(definitionKey({ kind: "tenant", name: id }))),
  };
}

/** The definitions that a run's plan created, of which a project has some as they were created, and some changed. */
export function presentDefinitions(
  { attributes, roles, tenants }: PlanDefinitions,
  kind: "create" | "remove",
  project: ProjectSnapshot,
): { readonly asMade: MadeDefinitions; readonly changed: readonly DefinitionName[] } {
  const changed: DefinitionName[] = [];
  const split = <T>(
    wanted: readonly T[],
    of: (one: T) => DefinitionName,
    asMade: (one: T) => boolean | undefined,
  ): readonly T[] =>
    wanted.filter((one) => {
      const same = asMade(one);
      if (same === false) changed.push(of(one));
      return same === true;
    });
  const presentAttributes = new Map(project.attributes.map((one) => [one.name, one]));
  const presentRoles = new Map(
    project.roles.filter(({ tenantId }) => tenantId === undefined).map((one) => [one.name, one]),
  );
  const presentTenants = new Map(project.tenants.map((one) => [one.id, one]));
  const tenantsWithRoles = new Set(project.roles.map(({ tenantId }) => tenantId));
  return {
    asMade: {
      attributes: split(
        attributes[kind] ?? [],
        ({ name }) => ({ kind: "attribute", name }),
        (one) => {
          const there = presentAttributes.get(one.name);
          return there && there.type === one.type && there.displayName === one.displayName;
        },
      ),
      roles: split(
        roles[kind] ?? [],
        ({ name }) => ({ kind: "role", name }),
        (one) => {
          const there = presentRoles.get(one.name);
          const permissions = [...(there?.permissionNames ?? [])].sort().join("\n");
          return (
            there && there.description === one.description && permissions === [...one.permissionNames].sort().join("\n")
          );
        },
      ),
      tenants: split(
        tenants[kind] ?? [],
        ({ id }) => ({ kind: "tenant", name: id }),
        (one) => {
          const there = presentTenants.get(one.id);
          return (
            there && there.name === one.name && (there.carries ?? []).length === 0 && !tenantsWithRoles.has(one.id)
          );
        },
      ),
    },
    changed,
  };
}

/** Keys of the definitions that a user holds: its roles, its tenants, and the attributes that it has a value in. */
export function usedBy(user: Pick<ProjectUser, "roleNames" | "userTenants" | "customAttributes">): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const name of user.roleNames) keys.add(definitionKey({ kind: "role", name }));
  for (const { tenantId, roleNames } of user.userTenants) {
    keys.add(definitionKey({ kind: "tenant", name: tenantId }));
    for (const name of roleNames) keys.add(definitionKey({ kind: "role", name }));
  }
  for (const name of Object.keys(user.customAttributes)) keys.add(definitionKey({ kind: "attribute", name }));
  return keys;
}
