/** Permissions of the project. */

import type { IdentifierSource } from "../identifiers.ts";
import { readObjects, readString, readStrings, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { Refusal, conflicting, missing } from "../refusal.ts";

/** A permission as answers show it. */
export interface Permission {
  readonly id: string;
  name: string;
  description: string;
  readonly systemDefault: boolean;
}

/** Permissions that every project has. */
export const systemPermissions: readonly string[] = ["Impersonate", "User Admin", "SSO Admin"];

/** Keeps permissions by name and ID. */
export class PermissionStore {
  readonly #byId = new Map<string, Permission>();
  readonly #ids: IdentifierSource;
  readonly #duplicateStatus: 400 | 500;

  constructor(ids: IdentifierSource, duplicateStatus: 400 | 500) {
    this.#ids = ids;
    this.#duplicateStatus = duplicateStatus;
  }

  all(): readonly Permission[] {
    return [...this.#byId.values()];
  }

  byName(name: string): Permission | undefined {
    return this.all().find((permission) => permission.name === name);
  }

  byId(id: string): Permission | undefined {
    return this.#byId.get(id);
  }

  create(name: string, description: string, systemDefault = false, id?: string): Permission {
    if (this.byName(name) !== undefined) throw this.#duplicate();
    const permission = { id: id ?? this.#ids.next("PER"), name, description, systemDefault };
    this.#byId.set(permission.id, permission);
    return permission;
  }

  rename(permission: Permission, name: string): void {
    const other = this.byName(name);
    if (other !== undefined && other !== permission) throw this.#duplicate();
    permission.name = name;
  }

  remove(permission: Permission): void {
    this.#byId.delete(permission.id);
  }

  #duplicate(): Refusal {
    return new Refusal(
      this.#duplicateStatus,
      "E024104",
      "Permission already exists",
      "A permission with this name or ID exists",
    );
  }
}

function notFound(): Refusal {
  return new Refusal(404, "E111303", "Permission not found", "Permission not found");
}

/** Finds the permission that a request names by `id` or `name`. */
function named({ project }: Call, body: JsonObject): Permission {
  const id = readString(body, "id");
  const name = readString(body, "name");
  if (id === undefined && name === undefined) throw missing("Missing name or id");
  const found = id === undefined || id === "" ? project.permissions.byName(name ?? "") : project.permissions.byId(id);
  if (found === undefined) throw notFound();
  return found;
}

function create(call: Call, body: JsonObject): void {
  call.project.permissions.create(requireString(body, "name"), readString(body, "description") ?? "");
}

function update(call: Call, body: JsonObject): void {
  const permission = named(call, body);
  const newName =
    readString(body, "newName") ?? (readString(body, "id") === undefined ? undefined : readString(body, "name"));
  if (permission.systemDefault) throw conflicting("A system permission cannot be changed");
  if (newName !== undefined && newName !== "") call.project.permissions.rename(permission, newName);
  permission.description = readString(body, "description") ?? "";
}

function remove(call: Call, permission: Permission): void {
  if (permission.systemDefault) throw conflicting("A system permission cannot be deleted");
  call.project.permissions.remove(permission);
  for (const role of call.project.roles.all())
    role.permissions = role.permissions.filter((held) => held !== permission);
}

export const permissionOperations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/permission/create",
    access: "management",
    fields: ["name", "description"],
    run: (call) => {
      create(call, call.body);
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/permission/create/batch",
    access: "management",
    fields: ["permissions"],
    run: (call) => {
      const items = readObjects(call.body, "permissions") ?? [];
      const names = items.map((item) => requireString(item, "name"));
      const taken = names.find((name, i) => names.indexOf(name) !== i || call.project.permissions.byName(name));
      // Trying the taken one first refuses the batch before anything is stored.
      if (taken !== undefined && call.project.variants.roleBatch === "atomic") {
        throw new Refusal(
          call.project.variants.duplicatePermission,
          "E024104",
          "Permission already exists",
          "A permission with this name or ID exists",
        );
      }
      for (const item of items) create(call, item);
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/permission/update",
    access: "management",
    fields: ["id", "name", "newName", "description"],
    run: (call) => {
      update(call, call.body);
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/permission/update/batch",
    access: "management",
    fields: ["permissions"],
    run: (call) => {
      for (const item of readObjects(call.body, "permissions") ?? []) update(call, item);
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/permission/delete",
    access: "management",
    fields: ["id", "name"],
    run: (call) => {
      remove(call, named(call, call.body));
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/permission/delete/batch",
    access: "management",
    fields: ["names", "ids"],
    run: (call) => {
      const found = [
        ...(readStrings(call.body, "names") ?? []).map((name) => named(call, { name })),
        ...(readStrings(call.body, "ids") ?? []).map((id) => named(call, { id })),
      ];
      for (const permission of found) remove(call, permission);
      return nothing;
    },
  },
  {
    name: "GET /v1/mgmt/permission/all",
    access: "management",
    run: ({ project }) => ({ permissions: project.permissions.all() }),
  },
];
