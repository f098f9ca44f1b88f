/** Asks every operation that the published API description has and the sandbox serves, and looks at the answer's shape. */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, test } from "vitest";

import { totpCode } from "../../src/descope/sign-in/totp.ts";
import { answeredAtRoot, shapeProblems, shapes, undocumentedFields } from "./check-shape.ts";
import { action, flow } from "./flow-documents.ts";
import { createSamlIdp, idpEntityId, idpUrl } from "./saml-idp.ts";
import { openWorld, projectId } from "./world.ts";
import type { Answer, World } from "./world.ts";

/** Calls by operation name and remembers which ones were answered. */
interface Caller {
  readonly seen: Set<string>;
  readonly world: World;
  // eslint-disable-next-line typescript/no-explicit-any -- answers are looked into freely
  (operation: string, body?: unknown, token?: string): Promise<any>;
}

function createCaller(world: World): Caller {
  const seen = new Set<string>();
  const call = async (operation: string, body?: unknown, token?: string): Promise<unknown> => {
    const [method = "", pathAndQuery = ""] = operation.split(" ");
    const path = pathAndQuery.split("?")[0] ?? "";
    const name = `${method} ${path.replaceAll(projectId, "{projectId}")}`;
    const isManagement = path.includes("/mgmt/");
    const given = body ?? (method === "GET" || method === "DELETE" ? undefined : {});
    const answer: Answer = isManagement
      ? await world.manage(method, pathAndQuery, given)
      : await world.call(method, pathAndQuery, given, token === undefined ? undefined : `Bearer ${projectId}:${token}`);
    expect([name, answer.status, answer.status === 200 ? "" : answer.body]).toEqual([name, 200, ""]);
    seen.add(name);
    return answer.body;
  };
  return Object.assign(call, { seen, world });
}

const ana = { loginId: "ana", email: "ana@example.com", phone: "+15555550001" };

async function manageUsers(call: Caller): Promise<void> {
  await call("POST /v1/mgmt/user/customattribute/create", { attributes: [{ name: "extra", type: 1 }] });
  await call("GET /v1/mgmt/user/customattributes");
  const { user } = await call("POST /v1/mgmt/user/create", {
    ...ana,
    customAttributes: { extra: "x", age: 7, teams: ["red"] },
    userTenants: [{ tenantId: "acme", roleNames: ["admins"] }],
  });
  await call("POST /v1/mgmt/user/create/test", { loginId: "tom", email: "tom@example.com", phone: "+15555550002" });
  await call("POST /v1/mgmt/user/create/batch", {
    users: [{ loginId: "bob", email: "bob@example.com" }, { loginId: "x" }],
  });
  await call("POST /v1/mgmt/user/update", { ...ana, name: "Ana" });
  await call("PATCH /v1/mgmt/user/patch", { loginId: "ana", givenName: "A" });
  await call("PATCH /v1/mgmt/user/patch/batch", { users: [{ loginId: "ana" }, { loginId: "nobody" }] });
  await call("GET /v1/mgmt/user?loginId=ana");
  await call("POST /v1/mgmt/users/load", { userIds: [user.userId] });
  await call("POST /v1/mgmt/user/search", {});
  await call("POST /v2/mgmt/user/search", { withTestUser: true });
  await call("POST /v2/mgmt/user/search/test", {});
  const change = (path: string, body: object): Promise<unknown> =>
    call(`POST /v1/mgmt/user/update/${path}`, { loginId: "ana", ...body });
  await change("status", { status: "enabled" });
  await change("email", { email: "ana@example.com", verified: true });
  await change("phone", { phone: "+15555550001", verified: true });
  await change("loginid", { newLoginId: "ann" });
  await call("POST /v1/mgmt/user/update/loginid", { loginId: "ann", newLoginId: "ana" });
  await change("name", { name: "Ana" });
  await change("picture", { picture: "https://example.com/a.png" });
  await change("customAttribute", { attributeKey: "extra", attributeValue: "y" });
  await change("tenant/add", { tenantId: "globex" });
  await change("tenant/remove", { tenantId: "globex" });
  for (const way of ["set", "add", "remove"]) await change(`role/${way}`, { roleNames: ["editors"] });
  await call("POST /v2/mgmt/user/update/role/add", { loginId: "ana", roleNames: ["editors"] });
  for (const way of ["set", "add", "remove"]) await change(`ssoapp/${way}`, { ssoAppIds: ["one"] });
  await change("recovery/email", { recoveryEmail: "r@example.com", verified: true });
  await change("recovery/phone", { recoveryPhone: "+15555550009", verified: true });
  for (const way of ["set/active", "set/temporary"])
    await call(`POST /v1/mgmt/user/password/${way}`, { loginId: "ana", password: "Passw0rd-One!" });
  await call("POST /v1/mgmt/user/password/expire", { loginId: "ana" });
  await call("POST /v1/mgmt/user/totp/delete", { loginId: "ana" });
  await call("POST /v1/mgmt/user/passkeys/list", { loginId: "ana" });
  await call("POST /v1/mgmt/user/passkeys/delete", { loginId: "ana" });
  await call("POST /v1/mgmt/user/logout", { loginId: "ana" });
  await call("POST /v1/mgmt/user/history", [user.userId]);
  await call("POST /v2/mgmt/user/history", { userIds: [user.userId] });
  await call("POST /v1/mgmt/user/customattribute/delete", { names: ["extra"] });
}

async function manageDefinitions(call: Caller): Promise<void> {
  const manage = (path: string, body?: unknown): Promise<Record<string, unknown>> =>
    call(`POST /v1/mgmt/${path}`, body);
  await manage("permission/create", { name: "p" });
  await manage("permission/create/batch", { permissions: [{ name: "q" }] });
  await manage("permission/update", { name: "p", newName: "pp" });
  await manage("permission/update/batch", { permissions: [{ name: "q", description: "d" }] });
  await call("GET /v1/mgmt/permission/all");
  await manage("role/create", { name: "r", permissionNames: ["q"] });
  await manage("role/create/batch", { roles: [{ name: "s" }] });
  await manage("role/update", { name: "r", newName: "rr" });
  await manage("role/update/batch", { roles: [{ name: "s", description: "d" }] });
  await manage("role/search", {});
  await call("GET /v1/mgmt/role/all");
  await manage("role/delete", { name: "rr" });
  await manage("role/delete/batch", { roleNames: ["s"] });
  await manage("permission/delete", { name: "pp" });
  await manage("permission/delete/batch", { names: ["q"] });
  await manage("tenant/create", { id: "t", name: "T" });
  await manage("tenant/update", { id: "t", name: "TT" });
  await call("GET /v1/mgmt/tenant?id=t");
  await call("GET /v1/mgmt/tenant/all");
  await manage("tenant/search", {});
  await call("GET /v1/mgmt/tenant/settings?id=t");
  await manage("tenant/settings", { tenantId: "t" });
  await manage("tenant/updateDefaultRoles", { id: "t", defaultRoles: ["admins"] });
  await manage("tenant/delete", { id: "t" });
  await call("GET /v1/mgmt/password/settings");
  await manage("password/settings", { minLength: 8 });
  await call("GET /v1/auth/password/policy");
  await call("GET /v1/mgmt/license");
  await manage("project/update/name", { name: "New" });
  await manage("projects/list");
}

async function signInEveryWay(call: Caller): Promise<void> {
  const { world } = call;
  const post = (path: string, body?: unknown, token?: string): Promise<Record<string, string>> =>
    call(`POST /v1/${path}`, body, token);
  const { refreshJwt = "", sessionJwt = "" } = await post("mgmt/auth/signin", { loginId: "ana" });
  await post("mgmt/auth/signup", { loginId: "new@example.com" });
  await post("mgmt/auth/signup-in", { loginId: "new@example.com" });
  await post("mgmt/jwt/update", { jwt: sessionJwt, customClaims: { a: 1 } });
  await post("auth/refresh", {}, refreshJwt);
  await post("auth/try-refresh", {}, refreshJwt);
  await post("auth/validate", {}, sessionJwt);
  await call("GET /v1/auth/me", undefined, refreshJwt);
  await call("GET /v1/auth/me/history", undefined, refreshJwt);
  await call(`GET /v1/keys/${projectId}`);
  await call(`GET /v2/keys/${projectId}`);
  await call(`GET /${projectId}/.well-known/jwks.json`);
  await call(`GET /${projectId}/.well-known/openid-configuration`);
  await call(`GET /v1/apps/${projectId}/.well-known/openid-configuration`);
  const { token = "" } = await post("mgmt/user/signin/embeddedlink", { loginId: "ana" });
  await post("auth/magiclink/verify", { token });
  await post("mgmt/user/signup/embeddedlink", { loginId: "new2@example.com" });
  const tom = { loginId: "tom", deliveryMethod: "email", URI: "https://app.example" };
  await post("mgmt/tests/generate/otp", tom);
  await post("mgmt/tests/generate/magiclink", tom);
  const { link = "", pendingRef } = await post("mgmt/tests/generate/enchantedlink", tom);
  await post("auth/enchantedlink/verify", { token: new URL(link).searchParams.get("t") });
  await post("auth/enchantedlink/pending-session", { pendingRef });

  let count = 0;
  const waysOf = (kind: string, channels: readonly string[]): readonly (readonly [string, string])[] =>
    channels.flatMap((channel) =>
      ["signup", "signin", "signup-in"].map((way) => [`auth/${kind}/${way}/${channel}`, channel] as const),
    );
  for (const [path, channel] of [
    ...waysOf("otp", ["email", "sms", "voice", "im"]),
    ...waysOf("magiclink", ["email", "sms"]),
    ...waysOf("enchantedlink", ["email"]),
  ]) {
    count += 1;
    const fresh = channel === "email" ? `u${count}@example.com` : `+1555666${String(count).padStart(4, "0")}`;
    await post(path, { loginId: path.includes("/signin/") ? "ana" : fresh });
  }
  for (const channel of ["email", "sms", "voice", "im"]) {
    await post(`auth/otp/signin/${channel}`, { loginId: "ana" });
    const code = world.service.messages().at(-1)?.secret;
    await post(`auth/otp/verify/${channel}`, { loginId: "ana", code });
  }
  for (const path of ["otp/update/email", "magiclink/update/email", "enchantedlink/update/email"])
    await post(`auth/${path}`, { loginId: "ana", email: "ana@example.com" }, refreshJwt);
  for (const path of [
    "otp/update/phone/sms",
    "otp/update/phone/voice",
    "otp/update/phone/im",
    "magiclink/update/phone/sms",
  ])
    await post(`auth/${path}`, { loginId: "ana", phone: "+15555550001" }, refreshJwt);

  const [one, two] = ["Passw0rd-One!", "Passw0rd-Two!"];
  await post("auth/password/signup", { loginId: "pat@example.com", password: one });
  await post("auth/password/signin", { loginId: "pat@example.com", password: one });
  await post("auth/password/reset", { loginId: "pat@example.com" });
  const replaced = await post("auth/password/replace", {
    loginId: "pat@example.com",
    oldPassword: one,
    newPassword: two,
  });
  await post("auth/password/update", { loginId: "pat@example.com", newPassword: one }, replaced["refreshJwt"]);
  await post("mgmt/auth/anonymous", { customClaims: { guest: true } });
  await post("mgmt/user/update/impersonationConsent", { loginId: "ana", impersonationConsent: 2_000_000_000 });
  await post("mgmt/user/create", { loginId: "boss", email: "boss@example.com", roleNames: ["Tenant Admin"] });
  await post("mgmt/impersonate", { impersonatorId: "boss", loginId: "ana", validateConsent: true });
  for (const path of ["v1/mgmt/tenant/adminlinks/sso/generate", "v2/mgmt/tenant/adminlinks/sso/generate"])
    await call(`POST /${path}`, { tenantId: "acme" });
  await post("mgmt/tenant/adminlinks/sso/revoke", { tenantId: "acme" });
  const app = await post("auth/totp/signup", { loginId: "app@example.com" });
  const code = totpCode(app["key"] ?? "", Date.now());
  const appSession = await post("auth/totp/verify", { loginId: "app@example.com", code });
  await post("auth/totp/update", { loginId: "app@example.com" }, appSession["refreshJwt"]);
  await call("POST /v1/mgmt/user/update/tenant/add", { loginId: "ana", tenantId: "acme" });
  await post("auth/tenant/select", { tenant: "acme" }, refreshJwt);
  const { refreshJwt: last } = await post("mgmt/auth/signin", { loginId: "ana" });
  await post("auth/logout", {}, last);
  const { refreshJwt: all } = await post("mgmt/auth/signin", { loginId: "ana" });
  await post("auth/logoutall", {}, all);
  const { cleartext, key } = await call("POST /v1/mgmt/accesskey/create", { name: "k", expireTime: 0 });
  await post("auth/accesskey/exchange", {}, cleartext);
  await call(`GET /v1/mgmt/accesskey?id=${key.id}`);
  await post("mgmt/accesskey/update", { id: key.id, name: "kk" });
  await post("mgmt/accesskey/search", {});
  for (const path of ["deactivate", "activate"]) {
    await post(`mgmt/accesskey/${path}`, { id: key.id });
    await post(`mgmt/accesskey/${path}/batch`, { ids: [key.id] });
  }
  const { key: other } = await call("POST /v1/mgmt/accesskey/create", { name: "l" });
  await post("mgmt/accesskey/delete", { id: key.id });
  await post("mgmt/accesskey/delete/batch", { ids: [other.id] });
}

async function federate(call: Caller): Promise<void> {
  const { world } = call;
  const post = (path: string, body?: unknown): Promise<Record<string, string>> => call(`POST /v1/${path}`, body);
  const idp = createSamlIdp();
  await world.manage("POST", "/v1/mgmt/oauth/provider", {
    id: "custom",
    clientId: "a",
    clientSecret: "b",
    authUrl: "https://idp.example/auth",
    tokenUrl: "https://idp.example/token",
  });
  for (const path of ["authorize", "authorize/signin", "authorize/signup"])
    await call(`POST /v1/auth/oauth/${path}?provider=custom&redirectUrl=https://app.example`);
  const settings = {
    idpUrl,
    entityId: idpEntityId,
    idpCert: idp.certificate,
    roleMappings: [{ groups: ["g"], roleName: "admins" }],
  };
  const attributeMapping = { email: "mail", customAttributes: { extra: "x" } };
  await post("mgmt/sso/saml", {
    tenantId: "acme",
    settings: { ...settings, attributeMapping },
    domains: ["acme.example"],
  });
  const metadata = createServer((_request, response) => response.end(idp.metadata()));
  await new Promise<void>((resolve) => {
    metadata.listen(0, "127.0.0.1", resolve);
  });
  const idpMetadataUrl = `http://127.0.0.1:${(metadata.address() as AddressInfo).port}`;
  await post("mgmt/sso/saml/metadata", { tenantId: "acme", settings: { idpMetadataUrl } });
  metadata.closeAllConnections();
  metadata.close();
  await call("GET /v2/mgmt/sso/settings?tenantId=acme");
  await post("mgmt/sso/settings/new", { tenantId: "acme", ssoId: "two", displayName: "Two" });
  await post("mgmt/sso/oidc", {
    tenantId: "acme",
    ssoId: "two",
    settings: {
      name: "o",
      clientId: "a",
      clientSecret: "b",
      authUrl: "https://idp.example/auth",
      tokenUrl: "https://idp.example/token",
    },
  });
  await call("GET /v2/mgmt/sso/settings/all?tenantId=acme");
  await post("mgmt/sso/redirect", { tenantId: "acme", samlRedirectUrl: "https://app.example" });
  await post("mgmt/sso/recalculate-mappings", { tenantId: "acme" });
  await call("POST /v1/auth/sso/authorize?tenant=acme&redirectUrl=https://app.example");
  const started = await call("POST /v1/auth/saml/authorize?tenant=acme&redirectUrl=https://app.example");
  expect(started.url).toContain(idpUrl);
  for (const path of ["saml", "sso"]) {
    const acsUrl = `${world.server.url}/v1/auth/saml/acs?projectId=${projectId}&tenantId=acme`;
    const SAMLResponse = await idp.respond({ acsUrl, audience: `${projectId}-acme` });
    const response = await fetch(acsUrl, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ SAMLResponse }),
    });
    const code = new URL(response.headers.get("location") ?? "").searchParams.get("code");
    await post(`auth/${path}/exchange`, { code });
  }
  await call("DELETE /v1/mgmt/sso/settings?tenantId=acme&ssoId=two");
}

async function manageProject(call: Caller): Promise<void> {
  const post = (path: string, body?: unknown): Promise<Record<string, string>> => call(`POST ${path}`, body);
  await post("/v2/mgmt/flow/import", { flow: flow("f", [action("0", "logged-in", {})]) });
  await post("/v2/mgmt/flow/export", { flowId: "f" });
  await post("/v1/mgmt/flow/list");
  await post("/v1/mgmt/flow/run", { flowId: "f" });
  await post("/v1/mgmt/flow/delete", { ids: ["f"] });
  await post("/v2/mgmt/theme/export");
  await post("/v2/mgmt/theme/import", { theme: { styles: {}, componentsVersion: "1" } });
  const { entries } = await call("POST /v1/mgmt/jwt/templates/library/list");
  await post("/v1/mgmt/jwt/templates/library/load", { id: entries[0].id });
  await post("/v1/mgmt/jwt/templates/library/apply", { libraryEntryId: entries[0].id });
  const { template } = await call("POST /v1/mgmt/jwt/templates/create", { template: { name: "t", type: "user" } });
  await post("/v1/mgmt/jwt/templates/update", { template: { ...template, description: "d" } });
  await post("/v1/mgmt/jwt/templates/load", { id: template.id });
  await post("/v1/mgmt/jwt/templates/validate", { id: template.id });
  await post("/v1/mgmt/jwt/templates/list");
  await post("/v1/mgmt/jwt/templates/delete", { id: template.id });
  const app = await post("/v1/mgmt/thirdparty/app/create", { name: "web" });
  await post("/v1/mgmt/thirdparty/app/update", { id: app["id"], name: "web" });
  await post("/v1/mgmt/thirdparty/app/patch", { id: app["id"], description: "d" });
  await call(`GET /v1/mgmt/thirdparty/app/load?id=${app["id"]}`);
  await call("GET /v1/mgmt/thirdparty/apps/load");
  await call(`GET /v1/mgmt/thirdparty/app/secret?id=${app["id"]}`);
  await post("/v1/mgmt/thirdparty/app/rotate", { id: app["id"] });
  await post("/v1/mgmt/thirdparty/app/delete", { id: app["id"] });
  const next = await post("/v1/mgmt/thirdparty/app/create", { name: "next" });
  await post("/v1/mgmt/thirdparty/app/delete/batch", { ids: [next["id"]] });
  for (const type of ["oidc", "saml", "wsfed"]) {
    const { id } = await post(`/v1/mgmt/sso/idp/app/${type}/create`, {
      name: type,
      loginPageUrl: "https://app.example",
    });
    await post(`/v1/mgmt/sso/idp/app/${type}/update`, { id, name: type, loginPageUrl: "https://app.example" });
    await call(`GET /v1/mgmt/sso/idp/app/load?id=${id}`);
    await call("GET /v1/mgmt/sso/idp/apps/load");
    await post("/v1/mgmt/sso/idp/app/delete", { id });
  }
  await post("/v1/mgmt/audit/event", { action: "a", userId: "u" });
  await post("/v1/mgmt/audit/search");
  const { files } = await call("POST /v1/mgmt/project/snapshot/export");
  await post("/v1/mgmt/project/snapshot/validate", { files });
  await post("/v1/mgmt/project/snapshot/import", { files });
}

test("every served operation of the API description answers in its shape", async () => {
  await using world = await openWorld({ clock: Date.now });
  const call = createCaller(world);
  await manageUsers(call);
  await manageDefinitions(call);
  await federate(call);
  await signInEveryWay(call);
  await manageProject(call);
  const { user } = await call("POST /v1/mgmt/user/create", { loginId: "end", email: "e@example.com" });
  await call("POST /v1/mgmt/user/delete/batch", { userIds: [user.userId] });
  await call("POST /v1/mgmt/user/delete", { loginId: "ana" });
  await call("DELETE /v1/mgmt/user/test/delete/all");
  // These need pages between the calls; the tests of OAuth and of the authorization server ask them.
  const isElsewhere = (name: string): boolean => name === "POST /v1/auth/oauth/exchange" || name.includes(" /oauth2/");
  const documented = Object.keys(shapes.answers);
  expect(documented.filter((name) => !call.seen.has(name) && !isElsewhere(name))).toEqual([]);
});

test("a wrong type, a field that is not described and a missing wrapping are noticed", () => {
  expect(shapeProblems("GET /v1/mgmt/user", { user: { userId: 7 } })).toEqual([
    "GET /v1/mgmt/user.user.userId: is no string",
  ]);
  expect(shapeProblems("GET /v1/mgmt/user", { user: { shoe: 1 } })[0]).toMatch(/ResponseUser has no field shoe/);
  expect(shapeProblems("GET /v1/mgmt/user", { userId: "x" })[0]).toMatch(/UserResponse has no field userId/);
});

test("facts.md tells every exception from the description", () => {
  const facts = readFileSync(new URL("../../facts.md", import.meta.url), "utf8");
  for (const name of [...Object.keys(answeredAtRoot), ...undocumentedFields]) expect(facts).toContain(`\`${name}\``);
});

test("every exception from the description is one of an operation or a type in it", () => {
  for (const [operation, field] of Object.entries(answeredAtRoot))
    expect(shapes.types[shapes.answers[operation] ?? ""]).toHaveProperty(field);
  for (const name of undocumentedFields) {
    const [type = "", field = ""] = name.split(".");
    expect(shapes.types[type]).toBeDefined();
    expect(shapes.types[type]).not.toHaveProperty(field);
  }
});
