import type { Sandbox } from "@cognito-to-descope/sandbox";
import { descope, projectUsers, type ShownUser } from "./world.ts";

/** A user field by field, as JSON text: attributes one by one, lists in an order of their own. */
export type UserFields = ReadonlyMap<string, string>;

/** Everything in a project: users by user ID, and definitions by kind and name, each as JSON text. */
export interface ProjectState {
  readonly users: ReadonlyMap<string, UserFields>;
  readonly definitions: ReadonlyMap<string, string>;
}

/** Reads everything in the project, from behind its API where that lags. */
export async function projectState(sandbox: Sandbox): Promise<ProjectState> {
  const { roles } = (await descope(sandbox, "GET /v1/mgmt/role/all")) as { readonly roles: readonly Named[] };
  const { tenants } = (await descope(sandbox, "GET /v1/mgmt/tenant/all")) as { readonly tenants: readonly Named[] };
  const { data } = (await descope(sandbox, "GET /v1/mgmt/user/customattributes")) as {
    readonly data: readonly Named[];
  };
  return {
    users: new Map(projectUsers(sandbox).map((user) => [user.userId, fieldsOf(user)])),
    definitions: new Map([
      ...roles.map(
        (role) => [`role ${[role.name, role.tenantId].filter(Boolean).join(" of ")}`, JSON.stringify(role)] as const,
      ),
      ...tenants.map((tenant) => [`tenant ${String(tenant.id)}`, JSON.stringify(tenant)] as const),
      ...data.map((attribute) => [`attribute ${attribute.name}`, JSON.stringify(attribute)] as const),
    ]),
  };
}

interface Named {
  readonly id?: unknown;
  readonly name: string;
  readonly tenantId?: string;
}

function fieldsOf(user: ShownUser): UserFields {
  const { customAttributes, loginIds, roleNames, userTenants, ...rest } = user as unknown as Readonly<
    Record<string, unknown>
  > &
    ShownUser;
  // Other names of the same, and what follows from the roles.
  const { externalIds: _externalIds, permissions: _permissions, ...others } = rest as Record<string, unknown>;
  return new Map([
    ...Object.entries(others).map(([field, value]) => [field, JSON.stringify(value)] as const),
    ...Object.entries(customAttributes).map(
      ([name, value]) => [`customAttributes.${name}`, JSON.stringify(value)] as const,
    ),
    ["loginIds", JSON.stringify([...loginIds].sort())],
    ["roleNames", JSON.stringify([...roleNames].sort())],
    [
      "userTenants",
      JSON.stringify(userTenants.map(({ tenantId, roleNames: held }) => [tenantId, [...held].sort()]).sort()),
    ],
  ]);
}

/** The names of the fields in which two users differ. */
export function differingFields(one: UserFields, other: UserFields): readonly string[] {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].filter((name) => one.get(name) !== other.get(name));
}
