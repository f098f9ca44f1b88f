import { inflateRawSync } from "node:zlib";

import { decodeJwt } from "jose";
import { expect, test } from "vitest";

import { createSamlIdp, idpEntityId, idpUrl } from "./saml-idp.ts";
import type { ResponseOptions, SamlIdp } from "./saml-idp.ts";
import { openWorld, projectId } from "./world.ts";
import type { World } from "./world.ts";

const application = "https://app.example/callback";
/** What the tenant's identity provider knows from before the migration. */
const oldAcsUrl = "https://auth.example.com/saml2/idpresponse";
const oldEntityId = "urn:amazon:cognito:sp:us-east-1_AbCdEf123";

interface Started {
  readonly relayState: string;
  readonly requestId: string;
  readonly xml: string;
}

async function openTenant(idp: SamlIdp, more: object = {}): Promise<World> {
  const world = await openWorld({ clock: Date.now });
  const { ok } = await world.sdk.management.sso.configureSAMLSettings(
    "acme",
    {
      idpUrl,
      entityId: idpEntityId,
      idpCert: idp.certificate,
      spACSUrl: oldAcsUrl,
      spEntityId: oldEntityId,
      attributeMapping: { email: "mail", name: "fullName", group: "memberOf" },
      roleMappings: [{ groups: ["staff"], roleName: "admins" }],
      ...more,
    },
    application,
    ["acme.example"],
  );
  expect(ok).toBe(true);
  return world;
}

async function start(world: World): Promise<Started> {
  const { data } = await world.sdk.saml.start("acme", application);
  const url = new URL(data?.url ?? "");
  const xml = inflateRawSync(Buffer.from(url.searchParams.get("SAMLRequest") ?? "", "base64")).toString();
  return {
    relayState: url.searchParams.get("RelayState") ?? "",
    requestId: /ID="([^"]+)"/.exec(xml)?.[1] ?? "",
    xml,
  };
}

async function post(world: World, form: Readonly<Record<string, string>>, query = ""): Promise<Response> {
  return fetch(`${world.server.url}/v1/auth/saml/acs?projectId=${projectId}${query}`, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
}

const right = { acsUrl: oldAcsUrl, audience: oldEntityId };

test("a request goes out with the identity of before the migration", async () => {
  await using world = await openTenant(createSamlIdp());
  const { relayState, xml } = await start(world);
  expect(relayState).toMatch(/^s\//);
  expect(xml).toContain(`AssertionConsumerServiceURL="${oldAcsUrl}"`);
  expect(xml).toContain(`>${oldEntityId}<`);
  expect(xml).toContain(`Destination="${idpUrl}"`);
});

test("a signed assertion signs in with tenant, attributes and roles", async () => {
  const idp = createSamlIdp();
  await using world = await openTenant(idp);
  const { relayState, requestId } = await start(world);
  const SAMLResponse = await idp.respond({ ...right, inResponseTo: requestId });
  const answer = await post(world, { SAMLResponse, RelayState: relayState });
  expect(answer.status).toBe(302);
  const back = new URL(answer.headers.get("location") ?? "");
  expect(back.origin + back.pathname).toBe(application);
  const session = await world.sdk.saml.exchange(back.searchParams.get("code") ?? "");
  expect(session.data?.user).toMatchObject({
    loginIds: ["ana@acme.example"],
    name: "Ana Example",
    SAML: true,
    verifiedEmail: true,
    userTenants: [{ tenantId: "acme", roleNames: ["admins"] }],
  });
  expect(decodeJwt(session.data?.sessionJwt ?? "")).toMatchObject({ dct: "acme", amr: ["fed"] });
});

test("a response begun at the identity provider finds its tenant by issuer", async () => {
  const idp = createSamlIdp();
  await using world = await openTenant(idp);
  const answer = await post(world, { SAMLResponse: await idp.respond(right) });
  expect(answer.headers.get("location")).toMatch(/^https:\/\/app\.example\/callback\?code=/);
  const named = await post(world, { SAMLResponse: await idp.respond(right) }, "&tenantId=acme");
  expect(named.status).toBe(302);
});

const refused: readonly (readonly [string, Partial<ResponseOptions>, (xml: string) => string, string])[] = [
  ["tampered", {}, (xml) => xml.replaceAll("ana@acme.example", "eve@acme.example"), "signature"],
  [
    "unsigned",
    {},
    (xml) => xml.replaceAll(/<ds:Signature.*?<\/ds:Signature>|<Signature.*?<\/Signature>/gs, ""),
    "signature",
  ],
  ["expired", { lifetimeMs: -120_000 }, (xml) => xml, "expired"],
  ["for another audience", { audience: "urn:other" }, (xml) => xml, "audience"],
  ["for another address", { acsUrl: "https://other.example/acs" }, (xml) => xml, "address"],
  ["of another issuer", { issuer: "https://other.example" }, (xml) => xml, "issuer|provider"],
  ["an answer to another request", { inResponseTo: "_other" }, (xml) => xml, "request"],
  ["with a DTD", {}, (xml) => `<!DOCTYPE x [<!ENTITY y "z">]>${xml}`, "DTD"],
];

test.each(refused)("a response that is %s is refused", async (_what, options, alter, reason) => {
  const idp = createSamlIdp();
  await using world = await openTenant(idp);
  const { relayState, requestId } = await start(world);
  const signed = await idp.respond({ ...right, inResponseTo: requestId, ...options });
  const xml = alter(Buffer.from(signed, "base64").toString());
  const answer = await post(world, { SAMLResponse: Buffer.from(xml).toString("base64"), RelayState: relayState });
  expect(answer.status).toBe(401);
  expect(((await answer.json()) as { message: string }).message).toMatch(new RegExp(reason, "i"));
  expect(world.service.countUsers()).toBe(0);
});

test("a response of another key is refused", async () => {
  await using world = await openTenant(createSamlIdp());
  const { relayState, requestId } = await start(world);
  const SAMLResponse = await createSamlIdp().respond({ ...right, inResponseTo: requestId });
  expect((await post(world, { SAMLResponse, RelayState: relayState })).status).toBe(401);
});

test("a response is good once, with its relay state or without", async () => {
  const idp = createSamlIdp();
  await using world = await openTenant(idp);
  const { relayState, requestId } = await start(world);
  const SAMLResponse = await idp.respond({ ...right, inResponseTo: requestId });
  expect((await post(world, { SAMLResponse, RelayState: relayState })).status).toBe(302);
  expect((await post(world, { SAMLResponse, RelayState: relayState })).status).toBe(400);
  expect((await post(world, { SAMLResponse })).status).toBe(401);
  const unsolicited = { SAMLResponse: await idp.respond(right) };
  expect((await post(world, unsolicited)).status).toBe(302);
  const again = await post(world, unsolicited);
  expect(again.status).toBe(401);
  expect(((await again.json()) as { message: string }).message).toMatch(/used before/);
});

test("any of several certificates of the provider is good", async () => {
  const idp = createSamlIdp();
  await using world = await openTenant(idp, {
    idpCert: createSamlIdp().certificate,
    idpAdditionalCerts: [idp.certificate],
  });
  expect((await post(world, { SAMLResponse: await idp.respond(right) })).status).toBe(302);
});

test("a provider is configured by the address of its metadata", async () => {
  const idp = createSamlIdp();
  await using world = await openWorld({ clock: Date.now });
  const { createServer } = await import("node:http");
  const server = createServer((_request, response) => response.end(idp.metadata()));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const configure = (idpMetadataUrl: string): Promise<{ ok?: boolean }> =>
    world.sdk.management.sso.configureSAMLByMetadata(
      "acme",
      { idpMetadataUrl, spACSUrl: oldAcsUrl, spEntityId: oldEntityId },
      application,
    );
  expect((await configure(`http://127.0.0.1:${port}/metadata`)).ok).toBe(true);
  server.close();
  server.closeAllConnections();
  const { data } = await world.sdk.management.sso.loadSettings("acme");
  expect(data?.saml).toMatchObject({ idpEntityId, idpSSOUrl: idpUrl, spEntityId: oldEntityId, spACSUrl: oldAcsUrl });
  expect((await post(world, { SAMLResponse: await idp.respond(right) })).status).toBe(302);
  expect((await configure(`http://127.0.0.1:${port}/metadata`)).ok).toBe(false);
});

test("the service's own identity holds where the tenant has none, and shows in its metadata", async () => {
  const idp = createSamlIdp();
  await using world = await openTenant(idp, { spACSUrl: undefined, spEntityId: undefined });
  const { data } = await world.sdk.management.sso.loadSettings("acme");
  expect(data?.saml).toMatchObject({
    spEntityId: `${projectId}-acme`,
    spACSUrl: `${world.server.url}/v1/auth/saml/acs?projectId=${projectId}&tenantId=acme`,
    groupsMapping: [{ roleName: "admins", groups: ["staff"] }],
  });
  const metadata = await (await fetch(`${world.server.url}/v1/auth/saml/metadata?tenantId=acme`)).text();
  expect(metadata).toContain(`entityID="${projectId}-acme"`);
  const own = { acsUrl: data?.saml?.spACSUrl ?? "", audience: `${projectId}-acme` };
  expect((await post(world, { SAMLResponse: await idp.respond(own) }, "&tenantId=acme")).status).toBe(302);
});

test("a tenant has several connections, each with its own settings", async () => {
  const idp = createSamlIdp();
  await using world = await openTenant(idp);
  const { sso } = world.sdk.management;
  await sso.newSettings("acme", "second", "Second");
  await sso.configureSAMLSettings(
    "acme",
    {
      idpUrl: "https://second.example/sso",
      entityId: "https://second.example",
      idpCert: idp.certificate,
    },
    application,
    [],
    "second",
  );
  expect((await sso.loadSettings("acme")).data?.saml?.idpSSOUrl).toBe(idpUrl);
  expect((await sso.loadSettings("acme", "second")).data?.saml?.idpSSOUrl).toBe("https://second.example/sso");
  expect((await sso.loadAllSettings("acme")).data).toHaveLength(2);
  expect((await sso.newSettings("acme", "second", "Again")).ok).toBe(false);
  await sso.deleteSettings("acme", "second");
  expect((await sso.loadSettings("acme", "second")).ok).toBe(false);
  expect((await sso.configureSSORedirectURL("acme", "https://app.example/other")).ok).toBe(true);
  expect((await sso.loadSettings("acme")).data?.saml?.redirectUrl).toBe("https://app.example/other");
});

test("roles in mappings must exist", async () => {
  await using world = await openWorld();
  const answer = await world.manage("POST", "/v1/mgmt/sso/saml", {
    tenantId: "acme",
    settings: { idpUrl, idpCert: "x", roleMappings: [{ groups: ["a"], roleName: "nobody" }] },
  });
  expect(answer.body.errorCode).toBe("E111403");
});
