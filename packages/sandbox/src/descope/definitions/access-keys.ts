/** Access keys: credentials of machines, exchanged for sessions. */

import { createHash } from "node:crypto";

import { readInteger, readObject, readObjects, readString, readStrings, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import type { ProjectState } from "../project-state.ts";
import { Refusal, missing, unauthorized } from "../refusal.ts";
import { findRoles } from "./roles.ts";
import { issuerOf, tokenLifetimes } from "../sign-in/sessions.ts";
import { permissionNames } from "../users/user-answer.ts";

/** A key, without its secret. */
export interface AccessKey {
  readonly id: string;
  readonly digest: string;
  readonly name: string;
  readonly description: string;
  readonly roleNames: readonly string[];
  readonly keyTenants: readonly { readonly tenantId: string; readonly roleNames: readonly string[] }[];
  readonly status: "active" | "inactive";
  /** Seconds since the epoch. */
  readonly createdTime: number;
  /** Seconds since the epoch; 0 for never. */
  readonly expireTime: number;
  readonly boundUserId: string;
  readonly customClaims: JsonObject;
  readonly permittedIps: readonly string[];
  readonly customAttributes: JsonObject;
}

function digestOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

function isExpired(project: ProjectState, key: AccessKey): boolean {
  return key.expireTime > 0 && key.expireTime * 1000 <= project.clock();
}

/** A key as answers show it. */
export function answerKey(project: ProjectState, key: AccessKey): JsonObject {
  const { digest: _digest, ...shown } = key;
  return {
    ...shown,
    status: isExpired(project, key) ? "expired" : key.status,
    keyTenants: key.keyTenants.map(({ tenantId, roleNames }) => ({
      tenantId,
      roleNames,
      tenantName: project.tenants.byId(tenantId)?.name ?? "",
    })),
    createdBy: "",
    clientId: key.id,
    editable: true,
  };
}

function required({ project }: Call, id: string): AccessKey {
  const key = project.accessKeys.get(id);
  if (key === undefined) throw new Refusal(404, "E111502", "Access key not found", "Access key not found");
  return key;
}

function readTenants({ project, body }: Call): AccessKey["keyTenants"] | undefined {
  return readObjects(body, "keyTenants")?.map((member) => {
    const tenantId = requireString(member, "tenantId");
    const roleNames = readStrings(member, "roleNames") ?? [];
    project.tenants.require(tenantId);
    findRoles(project.roles, roleNames, tenantId);
    return { tenantId, roleNames };
  });
}

function create(call: Call): JsonObject {
  const { project, body } = call;
  const roleNames = readStrings(body, "roleNames") ?? [];
  findRoles(project.roles, roleNames, "");
  const boundUserId = readString(body, "userId") ?? "";
  if (boundUserId !== "" && project.users.byUserId(boundUserId) === undefined)
    throw new Refusal(404, "E112102", "User not found", "User not found");
  const cleartext = `K2${project.ids.secret(24)}`;
  const key: AccessKey = {
    id: project.ids.next("K"),
    digest: digestOf(cleartext),
    name: requireString(body, "name"),
    description: readString(body, "description") ?? "",
    roleNames,
    keyTenants: readTenants(call) ?? [],
    status: "active",
    createdTime: Math.floor(project.clock() / 1000),
    expireTime: readInteger(body, "expireTime") ?? 0,
    boundUserId,
    customClaims: readObject(body, "customClaims") ?? {},
    permittedIps: readStrings(body, "permittedIps") ?? [],
    customAttributes: readObject(body, "customAttributes") ?? {},
  };
  project.accessKeys.set(key.id, key);
  return { cleartext, key: answerKey(project, key) };
}

function update(call: Call): JsonObject {
  const { project, body } = call;
  const key = required(call, requireString(body, "id"));
  const roleNames = readStrings(body, "roleNames") ?? key.roleNames;
  findRoles(project.roles, roleNames, "");
  const next: AccessKey = {
    ...key,
    name: readString(body, "name") ?? key.name,
    description: readString(body, "description") ?? key.description,
    roleNames,
    keyTenants: readTenants(call) ?? key.keyTenants,
    customClaims: readObject(body, "customClaims") ?? key.customClaims,
    permittedIps: readStrings(body, "permittedIps") ?? key.permittedIps,
    customAttributes: readObject(body, "customAttributes") ?? key.customAttributes,
  };
  project.accessKeys.set(key.id, next);
  return { key: answerKey(project, next) };
}

function search({ project, body }: Call): JsonObject {
  const tenantIds = readStrings(body, "tenantIds") ?? [];
  const bound = readString(body, "boundUserId") ?? "";
  const text = (readString(body, "text") ?? "").toLowerCase();
  const keys = [...project.accessKeys.values()].filter(
    (key) =>
      (tenantIds.length === 0 || key.keyTenants.some(({ tenantId }) => tenantIds.includes(tenantId))) &&
      (bound === "" || key.boundUserId === bound) &&
      key.name.toLowerCase().includes(text),
  );
  return { keys: keys.map((key) => answerKey(project, key)) };
}

function setStatus(name: string, status: AccessKey["status"] | "deleted"): readonly Operation[] {
  const apply = (call: Call, ids: readonly string[]): object => {
    for (const key of ids.map((id) => required(call, id)))
      if (status === "deleted") call.project.accessKeys.delete(key.id);
      else call.project.accessKeys.set(key.id, { ...key, status });
    return nothing;
  };
  return [
    {
      name: `POST /v1/mgmt/accesskey/${name}`,
      access: "management",
      fields: ["id"],
      run: (call) => apply(call, [requireString(call.body, "id")]),
    },
    {
      name: `POST /v1/mgmt/accesskey/${name}/batch`,
      access: "management",
      fields: ["ids"],
      run: (call) => {
        const ids = readStrings(call.body, "ids") ?? [];
        if (ids.length === 0) throw missing("Missing ids");
        return apply(call, ids);
      },
    },
  ];
}

function exchange(call: Call): JsonObject {
  const { project, token } = call;
  if (token === undefined) throw unauthorized("Missing access key");
  const digest = digestOf(token);
  const key = [...project.accessKeys.values()].find((one) => one.digest === digest);
  if (key === undefined || key.status !== "active" || isExpired(project, key))
    throw unauthorized("The access key is not valid");
  if (key.permittedIps.length > 0 && !key.permittedIps.includes(call.request.remoteAddress))
    throw unauthorized("The access key is not valid from this address");
  const options = readObject(call.body, "loginOptions") ?? {};
  const now = Math.floor(project.clock() / 1000);
  const rolesIn = (names: readonly string[], tenantId: string): JsonObject => {
    const roles = names
      .map((name) => project.roles.byName(name, tenantId) ?? project.roles.byName(name))
      .filter((role) => role !== undefined);
    const permissions = permissionNames(roles);
    return {
      ...(permissions.length === 0 ? {} : { permissions }),
      ...(roles.length === 0 ? {} : { roles: roles.map((role) => role.name) }),
    };
  };
  const selected = readString(options, "selectedTenant");
  const only = key.keyTenants.length === 1 ? key.keyTenants[0]?.tenantId : undefined;
  const dct = selected ?? only;
  const exp = now + tokenLifetimes.session;
  const sessionJwt = project.signingKey.sign({
    ...(dct === undefined ? {} : { dct }),
    drn: "DS",
    exp,
    iat: now,
    iss: issuerOf(project, call.baseUrl),
    ...rolesIn(key.roleNames, ""),
    ...key.customClaims,
    ...(options["customClaims"] === undefined ? {} : { nsec: readObject(options, "customClaims") }),
    sub: key.id,
    ...(key.keyTenants.length === 0
      ? {}
      : {
          tenants: Object.fromEntries(
            key.keyTenants.map(({ tenantId, roleNames }) => [tenantId, rolesIn(roleNames, tenantId)]),
          ),
        }),
  });
  return { keyId: key.id, sessionJwt, expiration: exp };
}

export const accessKeyOperations: readonly Operation[] = [
  { name: "POST /v1/mgmt/accesskey/create", access: "management", run: create },
  { name: "POST /v1/mgmt/accesskey/update", access: "management", run: update },
  { name: "POST /v1/mgmt/accesskey/search", access: "management", run: search },
  {
    name: "GET /v1/mgmt/accesskey",
    access: "management",
    run: (call) => ({ key: answerKey(call.project, required(call, call.query.get("id") ?? "")) }),
  },
  ...setStatus("activate", "active"),
  ...setStatus("deactivate", "inactive"),
  ...setStatus("delete", "deleted"),
  {
    name: "POST /v1/mgmt/accesskey/rotate",
    access: "management",
    fields: ["id"],
    run: (call) => {
      const key = required(call, requireString(call.body, "id"));
      const cleartext = `K2${call.project.ids.secret(24)}`;
      const next = { ...key, digest: digestOf(cleartext) };
      call.project.accessKeys.set(key.id, next);
      return { cleartext, key: answerKey(call.project, next) };
    },
  },
  {
    name: "POST /v1/auth/accesskey/exchange",
    access: "project",
    partly: "networks in `permittedIps` are compared as single addresses",
    run: exchange,
  },
];
