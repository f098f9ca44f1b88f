import { hasCode } from "@cognito-to-descope/core";
import type { AbortableOptions, Role } from "@cognito-to-descope/core";
import { accept } from "./management-client.ts";
import type { ManagementClient } from "./management-client.ts";
import { readAllRoles, readAttributes, readTenantRoles, readTenants } from "./read-snapshot.ts";

/** Deletes definitions of user attributes, all in one call. */
export async function deleteAttributes(
  client: ManagementClient,
  names: readonly string[],
  options: AbortableOptions,
): Promise<void> {
  if (names.length === 0) return;
  await deleteOnce(client, "/v1/mgmt/user/customattribute/delete", { names }, options, async () => {
    const present = await readAttributes(client, options);
    return !present.some(({ name }) => names.includes(name));
  });
}

/** Deletes a role of the project, or of a tenant. */
export async function deleteRole(
  client: ManagementClient,
  { name, tenantId }: Pick<Role, "name" | "tenantId">,
  options: AbortableOptions,
): Promise<void> {
  const body = { name, ...(tenantId === undefined ? {} : { tenantId }) };
  await deleteOnce(client, "/v1/mgmt/role/delete", body, options, async () => {
    const roles =
      tenantId === undefined ? await readAllRoles(client, options) : await readTenantRoles(client, [tenantId], options);
    return !roles.some((role) => role.name === name && (role.tenantId ?? "") === (tenantId ?? ""));
  });
}

/** Deletes a tenant, and nothing that hangs on it. */
export async function deleteTenant(
  client: ManagementClient,
  tenantId: string,
  options: AbortableOptions,
): Promise<void> {
  await deleteOnce(client, "/v1/mgmt/tenant/delete", { id: tenantId, cascade: false }, options, async () => {
    const tenants = await readTenants(client, options);
    return !tenants.some(({ id }) => id === tenantId);
  });
}

/**
 * Deletes what has a name of its own. Codes for a name that is not there are not published, so after a refusal reading back
 * tells; an answer that was lost is asked for again, and may become such a refusal.
 */
async function deleteOnce(
  client: ManagementClient,
  path: string,
  body: object,
  options: AbortableOptions,
  isGone: () => Promise<boolean>,
): Promise<void> {
  try {
    accept(`POST ${path}`, await client.ask("POST", path, body, options));
  } catch (error) {
    if (!hasCode(error, "ERR_TARGET_REFUSED") || !(await isGone())) throw error;
  }
}
