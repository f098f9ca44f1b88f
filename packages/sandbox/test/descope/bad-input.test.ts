import { expect, test } from "vitest";

import { createDescopeService } from "../../src/descope/descope-service.ts";
import type { DescopeService } from "../../src/descope/descope-service.ts";
import { managementKey, projectId } from "./world.ts";

/** Every field name that any operation reads, as far as the operations say so, and those of users. */
const userFields = [
  "loginId",
  "email",
  "phone",
  "verifiedEmail",
  "name",
  "givenName",
  "picture",
  "roleNames",
  "userTenants",
  "customAttributes",
  "additionalIdentifiers",
  "ssoAppIds",
  "status",
  "password",
  "hashedPassword",
  "createdTime",
  "seed",
  "test",
  "scim",
  "invite",
  "users",
  "user",
  "code",
  "token",
  "newPassword",
  "oldPassword",
  "loginOptions",
  "redirectUrl",
  "tenantId",
  "settings",
  "domains",
  "template",
  "id",
  "type",
  "configuration",
  "flow",
  "flowId",
  "executionId",
  "stepId",
  "interactionId",
  "input",
  "options",
  "files",
  "inputSecrets",
  "clientId",
  "approvedCallbackUrls",
  "permissionsScopes",
  "keyTenants",
  "expireTime",
  "customClaims",
  "from",
  "to",
  "size",
  "page",
  "limit",
  "offset",
  "sort",
  "SAMLResponse",
  "RelayState",
  "state",
  "scopes",
  "userDataClaimsMapping",
  "dsl",
  "minLength",
  "authType",
  "parent",
  "selectedTenantId",
  "refreshDuration",
  "timeout",
  "jwt",
  "action",
  "data",
];

const oddValues: readonly unknown[] = [
  null,
  7,
  -1,
  1e300,
  "x",
  "",
  "__proto__",
  true,
  [],
  [null],
  [7],
  ["x"],
  [{}],
  [[]],
  {},
  { a: 1 },
  { __proto__: null, x: null },
  { tasks: { 0: 7 } },
  { values: 7 },
  { "snapshot.json": { version: 5 }, "flows/flows.json": 7 },
];

async function ask(
  service: DescopeService,
  name: string,
  body: unknown,
  authorization = `Bearer ${projectId}:${managementKey}`,
): Promise<number> {
  const [method = "", path = ""] = name.split(" ");
  const { status } = await service.answer({
    method,
    path: path.replace("{projectId}", projectId),
    query: new URLSearchParams(
      typeof body === "object" && body !== null ? { id: "x", tenantId: "x", loginId: "x" } : {},
    ),
    headers: { authorization, "content-type": "application/json", host: "127.0.0.1" },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    remoteAddress: "127.0.0.1",
  });
  return status;
}

function open(): DescopeService {
  return createDescopeService({
    projectId,
    managementKey,
    customAttributes: [{ name: "a", type: 1 }],
    tenants: [{ id: "x", name: "X" }],
    roles: [{ name: "x" }],
    variants: { duplicateRole: 400, duplicatePermission: 400, duplicateTenant: 400 },
  });
}

const operations = open().operations.map((operation) => operation.name);

test.each(operations)("%s answers any odd field with a status below 500", async (name) => {
  const service = open();
  service.addUser({ loginId: "x", email: "x@example.com" });
  const { fields = userFields } = service.operations.find((operation) => operation.name === name) ?? {};
  const statuses = new Set<number>();
  for (const field of new Set([...fields, ...userFields]))
    for (const value of oddValues)
      statuses.add(await ask(service, name, { loginId: "x", id: "x", name: "x", tenantId: "x", [field]: value }));
  for (const body of ["{", "[]", '"x"', "null", "7", ""]) statuses.add(await ask(service, name, body));
  expect([...statuses].filter((status) => status >= 500 || status < 200)).toEqual([]);
});

test.each(operations)("%s answers any odd authorization with a status below 500", async (name) => {
  const service = open();
  for (const authorization of [
    "",
    "Bearer",
    "Bearer :",
    `Bearer ${projectId}:`,
    `Bearer ${projectId}:a:b:c`,
    `Bearer ${projectId}:a.b.c`,
    "x",
  ])
    expect(await ask(service, name, {}, authorization)).toBeLessThan(500);
});
