/** The whole state of a project as lines of JSON: one for each definition and each user. */

import type { JsonWebKey } from "node:crypto";

import type { SeededRandom } from "../wire/seeded-random.ts";
import type { Connection } from "./sso/connections.ts";
import type { AttributeDefinition } from "./definitions/custom-attributes.ts";
import { isJsonObject } from "./json-fields.ts";
import type { JsonObject } from "./json-fields.ts";
import type { PasswordPolicy } from "./definitions/password-policy.ts";
import type { Permission } from "./definitions/permissions.ts";
import { ProjectState } from "./project-state.ts";
import type { Role } from "./definitions/roles.ts";
import { createSigningKey } from "./sign-in/signing-key.ts";
import type { Tenant } from "./definitions/tenants.ts";
import { UserRecord, noExtras, noMemberships, noRoles } from "./users/user-record.ts";
import type { AttributeValues, UserExtras, UserStatus } from "./users/user-record.ts";
import type { DescopeVariants } from "./variants.ts";

const format = "descope-sandbox-1";

/** Writes the state, line by line without line ends. One-time codes and open sessions are not part of it. */
export function* saveProject(project: ProjectState): IterableIterator<string> {
  yield JSON.stringify({ format, signingKey: project.signingKey.privateJwk() });
  for (const permission of project.permissions.all()) yield line("permission", permission);
  for (const tenant of project.tenants.all()) yield line("tenant", tenant);
  for (const role of project.roles.all()) {
    const { permissions, ...rest } = role;
    yield line("role", { ...rest, permissionIds: permissions.map((permission) => permission.id) });
  }
  for (const definition of project.attributes.values()) yield line("attribute", definition);
  for (const [tenantId, policy] of project.passwordPolicies) yield line("passwordPolicy", { tenantId, policy });
  for (const connection of project.connections.all()) yield line("connection", connection);
  for (const [kind, entities] of Object.entries(mapsOf(project)))
    for (const [id, entity] of entities) yield line(kind, { id, entity });
  const { name, theme, userJwtTemplate } = project;
  yield line("project", { name, theme, userJwtTemplate });
  for (const user of project.users.regular()) yield line("user", savedUser(user));
  for (const user of project.users.test()) yield line("user", savedUser(user));
}

/**
 * Reads a state.
 *
 * @throws TypeError naming the line that is no state.
 */
export async function restoreProject(
  parts: {
    readonly projectId: string;
    readonly managementKey: string;
    readonly clock: () => number;
    readonly random: SeededRandom;
    readonly variants: DescopeVariants;
  },
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<ProjectState> {
  let project: ProjectState | undefined;
  let number = 0;
  for await (const text of lines) {
    number += 1;
    if (text.trim() === "") continue;
    const value = parseLine(text, number);
    if (project === undefined) {
      if (value["format"] !== format)
        throw new TypeError(`line ${number}: not a saved state of this version (${format})`);
      const signingKey = createSigningKey(value["signingKey"] as JsonWebKey);
      project = new ProjectState({ ...parts, signingKey });
      continue;
    }
    try {
      restoreLine(project, value);
    } catch (error) {
      throw new TypeError(`line ${number}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
  if (project === undefined) throw new TypeError("line 1: a saved state is missing");
  return project;
}

/** Definitions that are saved as they are, by kind. */
function mapsOf(project: ProjectState): Readonly<Record<string, Map<string, unknown>>> {
  return {
    oauthProvider: project.oauthProviders,
    connector: project.connectors,
    flow: project.flows,
    jwtTemplate: project.jwtTemplates,
    accessKey: project.accessKeys,
    inboundApplication: project.inboundApplications,
    ssoApplication: project.ssoApplications,
  };
}

function line(kind: string, value: unknown): string {
  return JSON.stringify({ [kind]: value });
}

function parseLine(text: string, number: number): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Said below, as for any other text.
  }
  throw new TypeError(`line ${number}: not a JSON object`);
}

function restoreLine(project: ProjectState, value: JsonObject): void {
  const [kind, content] = Object.entries(value)[0] ?? [];
  if (!isJsonObject(content)) throw new TypeError("has no content");
  switch (kind) {
    case "permission": {
      const { id, name, description, systemDefault } = content as unknown as Permission;
      project.permissions.create(name, description, systemDefault, id);
      return;
    }
    case "tenant":
      project.tenants.add(content as unknown as Tenant);
      return;
    case "role": {
      const { permissionIds, ...role } = content as unknown as Omit<Role, "permissions"> & {
        readonly permissionIds: readonly string[];
      };
      const permissions = permissionIds.map((id) => known(project.permissions.byId(id), id));
      project.roles.add({ ...role, permissions });
      return;
    }
    case "attribute": {
      const definition = content as unknown as AttributeDefinition;
      project.attributes.set(definition.name, definition);
      return;
    }
    case "passwordPolicy": {
      const saved = content as { readonly tenantId: string; readonly policy: PasswordPolicy };
      project.passwordPolicies.set(saved.tenantId, saved.policy);
      return;
    }
    case "user":
      restoreUser(project, content as unknown as SavedUser);
      return;
    case "connection":
      project.connections.restore(content as unknown as Connection);
      return;
    case "project":
      Object.assign(project, content);
      return;
    case undefined:
      return;
    default: {
      const entities = mapsOf(project)[kind];
      if (entities !== undefined) {
        entities.set(String(content["id"]), content["entity"]);
        return;
      }
      throw new TypeError(`is of an unknown kind: ${kind}`);
    }
  }
}

interface SavedUser {
  readonly userId: string;
  readonly loginIds: readonly string[];
  readonly status: UserStatus;
  readonly test: boolean;
  readonly createdTime: number;
  readonly modifiedAt: number;
  readonly roleIds?: readonly string[];
  readonly memberships?: readonly { readonly tenantId: string; readonly roleIds: readonly string[] }[];
  readonly customAttributes: AttributeValues;
  readonly extras?: UserExtras;
}

function savedUser(user: UserRecord): JsonObject {
  const { roles, memberships, position: _position, extras, ...plain } = user;
  return {
    ...plain,
    ...(roles.length === 0 ? {} : { roleIds: roles.map((role) => role.id) }),
    ...(memberships.length === 0
      ? {}
      : {
          memberships: memberships.map((membership) => ({
            tenantId: membership.tenant.id,
            roleIds: membership.roles.map((role) => role.id),
          })),
        }),
    ...(extras === noExtras ? {} : { extras }),
  };
}

function restoreUser(project: ProjectState, saved: SavedUser): void {
  const { roleIds, memberships, extras, userId, loginIds, test, ...plain } = saved;
  const roleOf = (id: string): Role => known(project.roles.byId(id), id);
  const user = new UserRecord(userId, loginIds, test, saved.modifiedAt);
  Object.assign(user, plain);
  user.roles = roleIds === undefined ? noRoles : roleIds.map(roleOf);
  user.memberships =
    memberships === undefined
      ? noMemberships
      : memberships.map((membership) => ({
          tenant: project.tenants.require(membership.tenantId),
          roles: membership.roleIds.map(roleOf),
        }));
  user.extras = extras ?? noExtras;
  project.users.add(user);
}

function known<T>(value: T | undefined, id: string): T {
  if (value === undefined) throw new TypeError(`names ${id}, which no earlier line has`);
  return value;
}
