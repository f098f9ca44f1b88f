import { hasCode } from "@cognito-to-descope/core";
import type { AbortableOptions, AttributeDefinition, Role, Tenant } from "@cognito-to-descope/core";
import { VENDOR_CODES } from "./errors.ts";
import type { DescopeSdk, ManagementClient } from "./management-client.ts";
import { attributeCodeOf, readAllRoles, readTenantRoles, readTenants } from "./read-snapshot.ts";

/** Reads lag behind writes: how often, and how far apart, a definition that should be there is looked for. */
const LOOKS = 7;
const LOOK_DELAY_MS = 500;

type AttributeItems = Parameters<DescopeSdk["management"]["user"]["createCustomAttributes"]>[0];

/** Defines custom attributes, all in one call. Those that exist already stay as they are. */
export async function createAttributes(
  client: ManagementClient,
  definitions: readonly AttributeDefinition[],
  options: AbortableOptions,
): Promise<void> {
  if (definitions.length === 0) return;
  const items = definitions.map(({ name, type, displayName }) => {
    const code = attributeCodeOf(type);
    if (code === undefined) throw new TypeError(`there is no attribute type "${type}"`);
    return { name, type: code, displayName, options: [] };
  });
  const operation = "POST /v1/mgmt/user/customattribute/create";
  await client.call(
    operation,
    (sdk) => sdk.management.user.createCustomAttributes(items as unknown as AttributeItems),
    options,
  );
}

/** Creates a role. That it exists already counts as done. */
export async function createRole(client: ManagementClient, role: Role, options: AbortableOptions): Promise<void> {
  const { name, description, permissionNames, tenantId } = role;
  const create = (): Promise<unknown> =>
    client.call(
      "POST /v1/mgmt/role/create",
      (sdk) => sdk.management.role.create(name, description, [...permissionNames], tenantId),
      options,
    );
  await createOnce(client, create, VENDOR_CODES.roleExists, options, async () => {
    const roles =
      tenantId === undefined ? await readAllRoles(client, options) : await readTenantRoles(client, [tenantId], options);
    return roles.some((found) => found.name === name && (found.tenantId ?? "") === (tenantId ?? ""));
  });
}

/** Creates a tenant with the ID it is to have. That it exists already counts as done. */
export async function createTenant(client: ManagementClient, tenant: Tenant, options: AbortableOptions): Promise<void> {
  const create = (): Promise<unknown> =>
    client.call(
      "POST /v1/mgmt/tenant/create",
      (sdk) => sdk.management.tenant.createWithId(tenant.id, tenant.name),
      options,
    );
  await createOnce(client, create, VENDOR_CODES.tenantExists, options, async () => {
    const tenants = await readTenants(client, options);
    return tenants.some(({ id }) => id === tenant.id);
  });
}

/**
 * Creates what has a name of its own, so that reading it back tells whether it is there: after an answer that says so,
 * which may come as a server error, and after an answer that was lost.
 */
async function createOnce(
  client: ManagementClient,
  create: () => Promise<unknown>,
  existsCode: string,
  options: AbortableOptions,
  isThere: () => Promise<boolean>,
): Promise<void> {
  try {
    await create();
  } catch (error) {
    const inDoubt =
      hasCode(error, "ERR_TARGET_ANSWER_LOST") ||
      (hasCode(error, "ERR_TARGET_REFUSED") && error.vendorCode === existsCode);
    if (!inDoubt || options.signal?.aborted === true) throw error;
    for (let look = 1; ; look += 1) {
      if (await isThere()) return;
      if (look === LOOKS) throw error;
      await client.options.clock.sleep(LOOK_DELAY_MS, options.signal);
    }
  }
}
