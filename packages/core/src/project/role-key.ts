import type { Role } from "./project-snapshot.ts";

/** What tells roles apart: a tenant may have a role of the name that the project's own has, or another tenant's. */
export function roleKey({ name, tenantId }: Pick<Role, "name" | "tenantId">): string {
  return JSON.stringify([tenantId ?? "", name]);
}

/** A role in words: `admins`, or `admins in tenant acme`. */
export function roleLabel({ name, tenantId }: Pick<Role, "name" | "tenantId">): string {
  return tenantId === undefined ? name : `${name} in tenant ${tenantId}`;
}
