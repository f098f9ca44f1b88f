/** Roles: of the whole project, or of one tenant. */

import type { IdentifierSource } from "../identifiers.ts";
import { readBoolean, readObjects, readString, readStrings, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import type { Permission } from "./permissions.ts";
import { Refusal, conflicting, invalid, missing } from "../refusal.ts";

/** A role. An empty tenant ID means the whole project. */
export interface Role {
  readonly id: string;
  name: string;
  description: string;
  permissions: readonly Permission[];
  /** Seconds since the epoch. */
  readonly createdTime: number;
  readonly tenantId: string;
  default: boolean;
  private: boolean;
}

/** The most characters of a role's name and description. */
export const roleLimits: { readonly name: number; readonly description: number } = {
  name: 100,
  description: 254,
};

/** Keeps roles by ID, and by tenant and name. */
export class RoleStore {
  readonly #byId = new Map<string, Role>();
  readonly #byName = new Map<string, Role>();
  readonly #ids: IdentifierSource;
  readonly #duplicateStatus: 400 | 500;

  constructor(ids: IdentifierSource, duplicateStatus: 400 | 500) {
    this.#ids = ids;
    this.#duplicateStatus = duplicateStatus;
  }

  all(): readonly Role[] {
    return [...this.#byId.values()];
  }

  byId(id: string): Role | undefined {
    return this.#byId.get(id);
  }

  byName(name: string, tenantId = ""): Role | undefined {
    return this.#byName.get(`${tenantId}\n${name}`);
  }

  add(role: Omit<Role, "id"> & { readonly id?: string }): Role {
    if (this.byName(role.name, role.tenantId) !== undefined) throw this.duplicate();
    const stored: Role = { ...role, id: role.id ?? this.#ids.next("ROL") };
    this.#byId.set(stored.id, stored);
    this.#byName.set(`${stored.tenantId}\n${stored.name}`, stored);
    return stored;
  }

  rename(role: Role, name: string): void {
    const other = this.byName(name, role.tenantId);
    if (other === role) return;
    if (other !== undefined) throw this.duplicate();
    this.#byName.delete(`${role.tenantId}\n${role.name}`);
    role.name = name;
    this.#byName.set(`${role.tenantId}\n${name}`, role);
  }

  remove(role: Role): void {
    this.#byId.delete(role.id);
    this.#byName.delete(`${role.tenantId}\n${role.name}`);
  }

  duplicate(): Refusal {
    return new Refusal(this.#duplicateStatus, "E024209", "Role already exists", "A role with this name or ID exists");
  }
}

const noneHeld: readonly Role[] = Object.freeze([]);

/** A role as answers show it. */
export function answerRole(role: Role): JsonObject {
  return {
    id: role.id,
    name: role.name,
    description: role.description,
    permissionNames: role.permissions.map((permission) => permission.name),
    createdTime: role.createdTime,
    tenantId: role.tenantId,
    default: role.default,
    private: role.private,
  };
}

/** The refusal for a role that does not exist. */
export function roleNotFound(name?: string): Refusal {
  return new Refusal(
    404,
    "E111403",
    "Role not found",
    name === undefined ? "Role not found" : `Role not found: ${name}`,
  );
}

/**
 * The roles with the given names; in a tenant, its own roles and those of the project.
 *
 * @throws Refusal when one does not exist.
 */
export function findRoles(store: RoleStore, names: readonly string[], tenantId: string): readonly Role[] {
  if (names.length === 0) return noneHeld;
  if (names.length === 1) return soleRole(roleNamed(store, names[0] as string, tenantId));
  const found = new Set<Role>();
  for (const name of names) found.add(roleNamed(store, name, tenantId));
  return [...found];
}

function roleNamed(store: RoleStore, name: string, tenantId: string): Role {
  const role = (tenantId === "" ? undefined : store.byName(name, tenantId)) ?? store.byName(name);
  if (role === undefined) throw roleNotFound(name);
  return role;
}

const soleRoles = new WeakMap<Role, readonly Role[]>();

/** The list of one role, the same for all users that hold it. */
function soleRole(role: Role): readonly Role[] {
  const known = soleRoles.get(role);
  if (known !== undefined) return known;
  const list = Object.freeze([role]);
  soleRoles.set(role, list);
  return list;
}

function named({ project }: Call, body: JsonObject): Role {
  const id = readString(body, "id");
  const name = readString(body, "name");
  if (id !== undefined && id !== "") {
    const role = project.roles.byId(id);
    if (role === undefined) throw roleNotFound();
    return role;
  }
  if (name === undefined || name === "") throw missing("Missing name or id");
  const role = project.roles.byName(name, readString(body, "tenantId") ?? "");
  if (role === undefined) throw roleNotFound(name);
  return role;
}

function permissionsOf({ project }: Call, body: JsonObject): readonly Permission[] {
  return (readStrings(body, "permissionNames") ?? []).map((name) => {
    const permission = project.permissions.byName(name);
    if (permission === undefined)
      throw new Refusal(404, "E111303", "Permission not found", `Permission not found: ${name}`);
    return permission;
  });
}

interface NewRole {
  readonly name: string;
  readonly description: string;
  readonly tenantId: string;
  readonly permissions: readonly Permission[];
}

function readNew(call: Call, body: JsonObject): NewRole {
  const name = requireString(body, "name");
  const description = readString(body, "description") ?? "";
  checkLengths(name, description);
  const tenantId = readString(body, "tenantId") ?? "";
  if (tenantId !== "") call.project.tenants.require(tenantId);
  return { name, description, tenantId, permissions: permissionsOf(call, body) };
}

function create(call: Call, body: JsonObject): Role {
  return call.project.roles.add({
    ...readNew(call, body),
    createdTime: Math.floor(call.project.clock() / 1000),
    default: readBoolean(body, "default") ?? false,
    private: readBoolean(body, "private") ?? false,
  });
}

function checkLengths(name: string, description: string): void {
  if (name.length > roleLimits.name) throw invalid(`The name field must be at most ${roleLimits.name} characters`);
  if (description.length > roleLimits.description)
    throw invalid(`The description field must be at most ${roleLimits.description} characters`);
}

function update(call: Call, body: JsonObject): Role {
  const role = named(call, body);
  const newName = readString(body, "newName") ?? role.name;
  const description = readString(body, "description") ?? "";
  checkLengths(newName, description);
  const permissions = permissionsOf(call, body);
  if (newName !== "") call.project.roles.rename(role, newName);
  role.description = description;
  role.permissions = permissions;
  role.default = readBoolean(body, "default") ?? false;
  role.private = readBoolean(body, "private") ?? false;
  return role;
}

function remove({ project }: Call, role: Role): void {
  project.roles.remove(role);
  for (const user of [...project.users.regular(), ...project.users.test()]) {
    const held = user.memberships.some((membership) => membership.roles.includes(role));
    if (!held && !user.roles.includes(role)) continue;
    project.users.change(user, (changed) => {
      changed.roles = changed.roles.filter((other) => other !== role);
      changed.memberships = changed.memberships.map(({ tenant, roles }) => ({
        tenant,
        roles: roles.filter((other) => other !== role),
      }));
    });
  }
}

function search(call: Call): readonly Role[] {
  const { body } = call;
  const tenantIds = readStrings(body, "tenantIds") ?? [];
  const names = readStrings(body, "roleNames") ?? [];
  const ids = readStrings(body, "roleIds") ?? [];
  const permissionNames = readStrings(body, "permissionNames") ?? [];
  const like = (readString(body, "roleNameLike") ?? "").toLowerCase();
  const text = (readString(body, "text") ?? "").toLowerCase();
  const withProject = readBoolean(body, "includeProjectRoles") ?? false;
  readObjects(body, "sort");
  return call.project.roles
    .all()
    .filter(
      (role) =>
        (tenantIds.length === 0 || tenantIds.includes(role.tenantId) || (withProject && role.tenantId === "")) &&
        (names.length === 0 || names.includes(role.name)) &&
        (ids.length === 0 || ids.includes(role.id)) &&
        (permissionNames.length === 0 ||
          role.permissions.some((permission) => permissionNames.includes(permission.name))) &&
        role.name.toLowerCase().includes(like) &&
        (role.name.toLowerCase().includes(text) || role.description.toLowerCase().includes(text)),
    );
}

const roleFields = ["name", "description", "permissionNames", "tenantId", "default", "private"];

export const roleOperations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/role/create",
    access: "management",
    fields: roleFields,
    run: (call) => answerRole(create(call, call.body)),
  },
  {
    name: "POST /v1/mgmt/role/create/batch",
    access: "management",
    fields: ["roles"],
    run: (call) => {
      const items = readObjects(call.body, "roles") ?? [];
      if (call.project.variants.roleBatch === "atomic") {
        const keys = items.map((item) => {
          const { name, tenantId } = readNew(call, item);
          if (call.project.roles.byName(name, tenantId)) throw call.project.roles.duplicate();
          return `${tenantId}\n${name}`;
        });
        if (new Set(keys).size < keys.length) throw call.project.roles.duplicate();
      }
      return { roles: items.map((item) => answerRole(create(call, item))) };
    },
  },
  {
    name: "POST /v1/mgmt/role/update",
    access: "management",
    fields: [...roleFields, "id", "newName"],
    run: (call) => answerRole(update(call, call.body)),
  },
  {
    name: "POST /v1/mgmt/role/update/batch",
    access: "management",
    fields: ["roles"],
    run: (call) => ({
      roles: (readObjects(call.body, "roles") ?? []).map((item) => answerRole(update(call, item))),
    }),
  },
  {
    name: "POST /v1/mgmt/role/delete",
    access: "management",
    fields: ["name", "id", "tenantId"],
    run: (call) => {
      const { name, id } = call.body;
      if (typeof name === "string" && name !== "" && typeof id === "string" && id !== "")
        throw conflicting("Give either name or id");
      remove(call, named(call, call.body));
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/role/delete/batch",
    access: "management",
    fields: ["roleNames", "roleIds", "tenantId"],
    run: (call) => {
      const tenantId = readString(call.body, "tenantId") ?? "";
      const found = [
        ...(readStrings(call.body, "roleNames") ?? []).map((name) => named(call, { name, tenantId })),
        ...(readStrings(call.body, "roleIds") ?? []).map((id) => named(call, { id })),
      ];
      for (const role of found) remove(call, role);
      return nothing;
    },
  },
  {
    name: "GET /v1/mgmt/role/all",
    access: "management",
    run: ({ project }) => ({ roles: project.roles.all().map(answerRole) }),
  },
  {
    name: "POST /v1/mgmt/role/search",
    access: "management",
    fields: [
      "tenantIds",
      "roleNames",
      "roleNameLike",
      "permissionNames",
      "text",
      "sort",
      "includeProjectRoles",
      "roleIds",
    ],
    partly: "the answer is in order of creation whatever `sort` says",
    run: (call) => ({ roles: search(call).map(answerRole) }),
  },
];
