import type { AbortableOptions, AttributeDefinition, ProjectSnapshot, Role, Tenant } from "@cognito-to-descope/core";
import type { ManagementClient } from "./management-client.ts";
import { accept } from "./management-client.ts";

/** Attribute types by the code that the management API has for them; see `facts.md#attributes`. */
const ATTRIBUTE_TYPES: readonly string[] = [
  "",
  "string",
  "number",
  "boolean",
  "singleselect",
  "multiselect",
  "date",
  "monthday",
];

/** How many tenants one role search names. */
const TENANTS_PER_SEARCH = 100;

/** Reads the attribute definitions, the roles and the tenants of the project. */
export async function readSnapshot(client: ManagementClient, options: AbortableOptions): Promise<ProjectSnapshot> {
  const [attributes, projectRoles, tenants] = await Promise.all([
    readAttributes(client, options),
    readAllRoles(client, options),
    readTenants(client, options),
  ]);
  // Whether the list of all roles has those of tenants is not documented, so they are asked for by tenant.
  const roles = new Map(projectRoles.map((role) => [roleKey(role), role]));
  for (let start = 0; start < tenants.length; start += TENANTS_PER_SEARCH) {
    const tenantIds = tenants.slice(start, start + TENANTS_PER_SEARCH).map(({ id }) => id);
    for (const role of await readTenantRoles(client, tenantIds, options)) {
      // A search by tenant may give the project's own roles too.
      if (!roles.has(roleKey(role))) roles.set(roleKey(role), role);
    }
  }
  return { projectId: client.options.projectId, attributes, roles: [...roles.values()], tenants };
}

function roleKey({ name, tenantId }: Role): string {
  return JSON.stringify([tenantId ?? "", name]);
}

/** Every definition of a user attribute. */
export async function readAttributes(
  client: ManagementClient,
  options: AbortableOptions,
): Promise<readonly AttributeDefinition[]> {
  const operation = "GET /v1/mgmt/user/customattributes";
  const found: unknown = await client.call(operation, (sdk) => sdk.management.user.getCustomAttributes(), options);
  return records(found).map(toAttributeDefinition);
}

/** Every role that the list of all roles has. */
export async function readAllRoles(client: ManagementClient, options: AbortableOptions): Promise<readonly Role[]> {
  const found: unknown = await client.call("GET /v1/mgmt/role/all", (sdk) => sdk.management.role.loadAll(), options);
  return records(found).map(toRole);
}

/** The roles that a search by tenant finds. */
export async function readTenantRoles(
  client: ManagementClient,
  tenantIds: readonly string[],
  options: AbortableOptions,
): Promise<readonly Role[]> {
  const operation = "POST /v1/mgmt/role/search";
  const answer = await client.ask("POST", "/v1/mgmt/role/search", { tenantIds }, options);
  return records(accept(operation, answer)["roles"]).map(toRole);
}

/** Every tenant. */
export async function readTenants(client: ManagementClient, options: AbortableOptions): Promise<readonly Tenant[]> {
  const found: unknown = await client.call(
    "GET /v1/mgmt/tenant/all",
    (sdk) => sdk.management.tenant.loadAll(),
    options,
  );
  return records(found).map((wire) => {
    const carries = carriedBy(wire);
    return { id: text(wire["id"]), name: text(wire["name"]), ...(carries.length === 0 ? {} : { carries }) };
  });
}

/** Fields of a tenant that somebody sets on purpose. */
const TENANT_FIELDS = [
  "domains",
  "selfProvisioningDomains",
  "customAttributes",
  "parent",
  "successors",
  "federatedAppIds",
  "defaultRoles",
  "enforceSSO",
  "disabled",
] as const;

/** What a tenant has been given beside its name. */
function carriedBy(wire: Readonly<Record<string, unknown>>): readonly string[] {
  const authType = text(wire["authType"]);
  const carried: string[] = TENANT_FIELDS.filter((field) => !isEmpty(wire[field]));
  return authType === "" || authType === "none" ? carried : ["sso", ...carried];
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === "" || value === false;
}

function toAttributeDefinition(wire: Readonly<Record<string, unknown>>): AttributeDefinition {
  const name = text(wire["name"]);
  return { name, type: attributeTypeOf(wire["type"]), displayName: text(wire["displayName"]) || name };
}

/** The type's word. Some endpoints give a code, some the word; what is not known stays as it is. */
export function attributeTypeOf(type: unknown): string {
  if (typeof type === "number") return ATTRIBUTE_TYPES[type] || String(type);
  const word = text(type);
  if (/^\d+$/.test(word)) return ATTRIBUTE_TYPES[Number(word)] || word;
  const plain = word.toLowerCase().replaceAll(/[-_ ]/g, "");
  if (plain === "text") return "string";
  return ATTRIBUTE_TYPES.includes(plain) ? plain : word;
}

/** The code of a type's word; undefined when there is none. */
export function attributeCodeOf(type: string): number | undefined {
  const code = type === "" ? -1 : ATTRIBUTE_TYPES.indexOf(type);
  return code < 0 ? undefined : code;
}

function toRole(wire: Readonly<Record<string, unknown>>): Role {
  const tenantId = text(wire["tenantId"]);
  const permissions = Array.isArray(wire["permissionNames"]) ? wire["permissionNames"] : [];
  return {
    name: text(wire["name"]),
    description: text(wire["description"]),
    permissionNames: permissions.filter((name): name is string => typeof name === "string"),
    ...(tenantId === "" ? {} : { tenantId }),
  };
}

function records(list: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(list)) return [];
  return list.filter((part): part is Record<string, unknown> => typeof part === "object" && part !== null);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
