import { decodeJwt } from "jose";
import { expect, test } from "vitest";

import { action, flow } from "./flow-documents.ts";
import { openWorld, projectId } from "./world.ts";
import type { World } from "./world.ts";

async function sessionOf(world: World, loginId = "ana"): Promise<ReturnType<typeof decodeJwt>> {
  const { data } = await world.sdk.management.jwt.signIn(loginId);
  return decodeJwt(data?.sessionJwt ?? "");
}

test("the ready-made template for Amazon API Gateway makes issuer and audience fit", async () => {
  await using world = await openWorld({ clock: Date.now });
  const { jwtTemplate, user } = world.sdk.management;
  await user.create("ana", { email: "ana@example.com" });
  expect((await sessionOf(world)).aud).toBeUndefined();
  const library = await jwtTemplate.listLibrary();
  const applied = await jwtTemplate.applyFromLibrary({ libraryEntryId: library.data?.[0]?.id ?? "" });
  world.service.selectJwtTemplate(applied.data?.name ?? "");
  expect(await sessionOf(world)).toMatchObject({ iss: `${world.server.url}/${projectId}`, aud: projectId });
  const { data } = await world.sdk.management.jwt.signIn("ana");
  expect((await world.sdk.validateSession(data?.sessionJwt ?? "", { audience: projectId })).token.iss).toBe(projectId);
});

test("a template puts values of the user into claims and overrides the subject", async () => {
  await using world = await openWorld({ clock: Date.now });
  const { jwtTemplate, user } = world.sdk.management;
  await user.create("ana", {
    email: "ana@example.com",
    customAttributes: { cognitoSub: "s-1" },
    userTenants: [{ tenantId: "acme", roleNames: ["admins"] }],
  });
  const created = await jwtTemplate.create({
    name: "soft landing",
    type: "user",
    template: {
      sub: "{{user.customAttributes.cognitoSub}}",
      email: "{{user.email}}",
      groups: "{{user.userTenants.0.roleNames}}",
      nickname: "{{user.customAttributes.nothing}}",
      "cognito:username": "u-{{user.customAttributes.cognitoSub}}",
    },
    authSchema: "tenantOnly",
    overrideSubject: true,
    emptyClaimPolicy: "delete",
    addJti: true,
  });
  world.service.selectJwtTemplate(created.data?.id ?? "");
  const claims = await sessionOf(world);
  expect(claims).toMatchObject({
    sub: "s-1",
    dsub: world.service.user("ana")?.["userId"],
    email: "ana@example.com",
    groups: ["admins"],
    roles: ["admins"],
    "cognito:username": "u-s-1",
    dct: "acme",
    jti: expect.any(String) as string,
  });
  expect(claims).not.toHaveProperty("nickname");
  expect(claims).not.toHaveProperty("tenants");
});

test("a template with a reserved claim is refused, and validation says why", async () => {
  await using world = await openWorld();
  const { jwtTemplate } = world.sdk.management;
  const template = { name: "x", type: "user", template: { iss: "me" } } as Parameters<typeof jwtTemplate.create>[0];
  expect((await jwtTemplate.create(template)).error?.errorMessage).toMatch(/RESERVED_CLAIM_KEY/);
  const validated = await world.manage("POST", "/v1/mgmt/jwt/templates/validate", { template });
  expect(validated.body).toMatchObject({ valid: false, issues: [{ code: "RESERVED_CLAIM_KEY" }] });
  expect((await jwtTemplate.list()).data).toEqual([]);
});

test("claims are added to a token, which stays this project's", async () => {
  await using world = await openWorld({ clock: Date.now });
  await world.sdk.management.user.create("ana", { email: "ana@example.com" });
  const { data } = await world.sdk.management.jwt.signIn("ana");
  const updated = await world.sdk.management.jwt.update(data?.sessionJwt ?? "", { plan: "paid" });
  expect((await world.sdk.validateSession(updated.data?.jwt ?? "")).token["plan"]).toBe("paid");
  expect((await world.sdk.management.jwt.update("no.jwt.this", {})).ok).toBe(false);
});

test("an access key is exchanged for a session until it is switched off, expires or is deleted", async () => {
  await using world = await openWorld();
  const { accessKey } = world.sdk.management;
  const expireTime = world.clock.now / 1000 + 3600;
  const created = await accessKey.create("machine", expireTime, undefined, [
    { tenantId: "acme", roleNames: ["admins"] },
  ]);
  const cleartext = created.data?.cleartext ?? "";
  const id = created.data?.key.id ?? "";
  const exchanged = await world.sdk.accessKey.exchange(cleartext);
  expect(decodeJwt(exchanged.data?.sessionJwt ?? "")).toMatchObject({
    sub: id,
    drn: "DS",
    dct: "acme",
    tenants: { acme: { roles: ["admins"] } },
  });
  expect(exchanged.data?.keyId).toBe(id);
  await accessKey.deactivate(id);
  expect((await world.sdk.accessKey.exchange(cleartext)).code).toBe(401);
  await accessKey.activate(id);
  const rotated = await world.manage("POST", "/v1/mgmt/accesskey/rotate", { id });
  expect((await world.sdk.accessKey.exchange(cleartext)).code).toBe(401);
  expect((await world.sdk.accessKey.exchange(rotated.body.cleartext as string)).ok).toBe(true);
  world.clock.now += 3_600_000;
  expect((await world.sdk.accessKey.exchange(rotated.body.cleartext as string)).code).toBe(401);
  expect((await accessKey.load(id)).data).toMatchObject({ name: "machine", status: "expired" });
  expect((await accessKey.searchAll(["acme"])).data).toHaveLength(1);
  await accessKey.delete(id);
  expect((await accessKey.load(id)).error?.errorCode).toBe("E111502");
});

test("an inbound application keeps the client ID and secret it is given", async () => {
  await using world = await openWorld();
  const created = await world.manage("POST", "/v1/mgmt/thirdparty/app/create", {
    name: "web",
    clientId: "the-old-client-id",
    clientSecret: "the-old-secret",
    approvedCallbackUrls: ["https://app.example/callback"],
    permissionsScopes: [{ name: "read", description: "", values: ["admins"] }],
  });
  expect(created.body).toMatchObject({ clientId: "the-old-client-id", cleartext: "the-old-secret" });
  const { inboundApplication } = world.sdk.management;
  const id = created.body.id as string;
  expect((await inboundApplication.loadApplication(id)).data).toMatchObject({
    id,
    name: "web",
    clientId: "the-old-client-id",
  });
  expect((await inboundApplication.getApplicationSecret(id)).data).toEqual({ cleartext: "the-old-secret" });
  const patched = await world.manage("POST", "/v1/mgmt/thirdparty/app/patch", { id, description: "the web" });
  expect(patched.status).toBe(200);
  expect((await inboundApplication.loadAllApplications()).data).toMatchObject([
    { name: "web", description: "the web" },
  ]);
  expect((await world.manage("POST", "/v1/mgmt/thirdparty/app/create", { name: "web" })).status).toBe(400);
  await inboundApplication.deleteApplication(id);
  expect((await inboundApplication.loadApplication(id)).ok).toBe(false);
});

test("SSO applications name their issuer and discovery document", async () => {
  await using world = await openWorld();
  const { ssoApplication } = world.sdk.management;
  const created = await ssoApplication.createOidcApplication({
    name: "for Cognito",
    loginPageUrl: "https://app.example/login",
  });
  const id = created.data?.id ?? "";
  expect((await ssoApplication.load(id)).data).toMatchObject({
    id,
    appType: "oidc",
    enabled: true,
    oidcSettings: {
      issuer: `${world.server.url}/${projectId}/${id}`,
      discoveryUrl: `${world.server.url}/${projectId}/${id}/.well-known/openid-configuration`,
      loginPageUrl: "https://app.example/login",
    },
  });
  await ssoApplication.createSamlApplication({ name: "saml", loginPageUrl: "https://app.example/login" });
  expect((await ssoApplication.loadAll()).data).toHaveLength(2);
  await ssoApplication.delete(id);
  expect((await ssoApplication.load(id)).ok).toBe(false);
});

test("the audit trail tells of creation, sign-in and deletion, newest first", async () => {
  await using world = await openWorld();
  const { audit, user, jwt } = world.sdk.management;
  await user.create("ana", { email: "ana@example.com" });
  world.clock.now += 1000;
  await jwt.signIn("ana");
  world.clock.now += 1000;
  await user.delete("ana");
  await audit.createEvent({
    action: "custom",
    userId: "U2x",
    type: "info",
    actorId: "a",
    tenantId: "acme",
  });
  const all = await audit.search({});
  expect(all.data?.map((event) => event.action)).toEqual(["custom", "UserDeleted", "LoginSucceed", "UserCreated"]);
  expect(all.data?.[2]).toMatchObject({ loginIds: ["ana"], occurred: world.clock.now - 1000 });
  expect((await audit.search({ actions: ["LoginSucceed"] })).data).toHaveLength(1);
  expect((await audit.search({ from: world.clock.now })).data).toHaveLength(2);
  expect((await world.manage("POST", "/v1/mgmt/audit/search", { size: 1001 })).status).toBe(400);
});

async function fill(world: World): Promise<void> {
  await world.manage("POST", "/v1/mgmt/connector", {
    name: "Gateway",
    type: "http",
    configuration: { baseUrl: "https://gateway.example", hmacSecret: "a-secret" },
  });
  await world.manage("POST", "/v2/mgmt/flow/import", {
    flow: flow("one", [action("0", "logged-in", {})], { connectors: { Gateway: "CI2x" } }),
  });
  await world.manage("POST", "/v1/mgmt/jwt/templates/create", {
    template: { name: "claims", type: "user", template: { email: "{{user.email}}" } },
  });
  world.service.selectJwtTemplate("claims");
}

test.each([
  ["refused", 403, "E011007"],
  ["absent", 404, "E011001"],
] as const)(
  "connectors that are %s over the API can be neither made, read, changed nor deleted",
  async (connectorApi, status, code) => {
    await using world = await openWorld({ variants: { connectorApi } });
    for (const [method, path] of [
      ["POST", "/v1/mgmt/connector"],
      ["GET", "/v1/mgmt/connector?id=CI1"],
      ["PUT", "/v1/mgmt/connector"],
      ["POST", "/v1/mgmt/connector/update"],
      ["DELETE", "/v1/mgmt/connector?id=CI1"],
    ] as const) {
      const answer = await world.manage(method, path, method === "GET" || method === "DELETE" ? undefined : {});
      expect(answer).toMatchObject({ status, body: { errorCode: code } });
    }
  },
);

test("two connectors have one name only where that is allowed", async () => {
  const connector = { name: "Gateway", type: "http", configuration: { baseUrl: "https://gateway.example" } };
  for (const [duplicateConnector, status] of [
    ["refused", 400],
    ["allowed", 200],
  ] as const) {
    await using world = await openWorld({ variants: { duplicateConnector } });
    await world.manage("POST", "/v1/mgmt/connector", connector);
    expect((await world.manage("POST", "/v1/mgmt/connector", connector)).status).toBe(status);
    const other = await world.manage("POST", "/v1/mgmt/connector", { ...connector, name: "Other" });
    const renamed = { ...connector, id: other.body.id as string };
    expect((await world.manage("PUT", "/v1/mgmt/connector", renamed)).status).toBe(status);
  }
});

test("a project without snapshots in its licence refuses them", async () => {
  await using world = await openWorld({ variants: { snapshotApi: "refused" } });
  for (const step of ["export", "import", "validate"])
    expect(await world.manage("POST", `/v1/mgmt/project/snapshot/${step}`, {})).toMatchObject({
      status: 403,
      body: { errorCode: "E011007" },
    });
});

test("a snapshot carries the configuration to another project, without secrets", async () => {
  await using from = await openWorld();
  await fill(from);
  const exported = await from.sdk.management.project.exportSnapshot();
  const files = (exported.data?.files ?? {}) as Record<string, unknown>;
  expect(files["snapshot.json"]).toEqual({ version: 5 });
  expect(JSON.stringify(files)).not.toContain("a-secret");
  await using to = await openWorld({ customAttributes: [], roles: [], tenants: [] });
  const incomplete = await to.sdk.management.project.validateSnapshot({ files });
  expect(incomplete.data).toMatchObject({ ok: false, missingSecrets: { connectors: [{ name: "Gateway" }] } });
  expect((await to.sdk.management.project.importSnapshot({ files })).ok).toBe(true);
  expect((await to.sdk.management.role.loadAll()).data?.map((role) => role.name)).toContain("admins");
  expect((await to.sdk.management.user.getCustomAttributes()).data?.map((one) => one.name)).toContain("cognitoSub");
  const flows = await to.sdk.management.flow.list();
  expect(flows.data).toMatchObject({ flows: [{ id: "one" }] });
  await to.sdk.management.user.create("ana", { email: "ana@example.com" });
  expect((await sessionOf(to))["email"]).toBe("ana@example.com");
  expect((await to.sdk.management.project.validateSnapshot({ files })).data).toMatchObject({ ok: true });
});

test.each([
  [{}, "version"],
  [{ "snapshot.json": { version: 6 } }, "version 6"],
  [{ "snapshot.json": { version: 5 }, "flows/flows.json": { flows: ["x"] } }, "contents"],
  [{ "snapshot.json": { version: 5 }, "connectors/connectors.json": { connectors: ["x"] } }, "missing"],
])("the snapshot %j is refused and changes nothing", async (files, reason) => {
  await using world = await openWorld();
  const before = [...world.service.save()];
  const answer = await world.manage("POST", "/v1/mgmt/project/snapshot/import", { files });
  expect(answer.status).toBe(400);
  expect(answer.body.message).toContain(reason);
  expect([...world.service.save()]).toEqual(before);
});

test("a saved state keeps connectors, flows, templates, keys, applications and connections", async () => {
  await using from = await openWorld();
  await fill(from);
  const key = await from.sdk.management.accessKey.create("machine", 0);
  await from.sdk.management.inboundApplication.createApplication({ name: "web" } as never);
  await from.manage("POST", "/v1/mgmt/sso/saml", {
    tenantId: "acme",
    settings: { idpUrl: "https://idp.example", idpCert: "x" },
  });
  const lines = [...from.service.save()];
  await using to = await openWorld({ customAttributes: [], roles: [], tenants: [] });
  await to.service.restore(lines);
  expect([...to.service.save()]).toEqual(lines);
  expect((await to.sdk.accessKey.exchange(key.data?.cleartext ?? "")).ok).toBe(true);
  expect((await to.sdk.management.sso.loadSettings("acme")).data?.saml?.idpSSOUrl).toBe("https://idp.example");
});
