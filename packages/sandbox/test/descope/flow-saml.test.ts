import { inflateRawSync } from "node:zlib";

import { decodeJwt } from "jose";
import { expect, test } from "vitest";

import { action, flow, screen } from "./flow-documents.ts";
import { createSamlIdp, idpEntityId, idpUrl } from "./saml-idp.ts";
import type { SamlIdp } from "./saml-idp.ts";
import { openWorld, projectId } from "./world.ts";
import type { World } from "./world.ts";

const application = "https://app.example/login";
const right = { acsUrl: "https://auth.example.com/saml2/idpresponse", audience: "urn:amazon:cognito:sp:us-east-1_AbC" };

/** A project whose flow sends users to their tenant's identity provider, and a user of two tenants. */
async function openTenant(idp: SamlIdp): Promise<World> {
  const world = await openWorld({ clock: Date.now });
  const { user, sso } = world.sdk.management;
  await user.create("ana@acme.example", {
    email: "ana@acme.example",
    userTenants: [
      { tenantId: "acme", roleNames: [] },
      { tenantId: "globex", roleNames: [] },
    ],
  });
  await sso.configureSAMLSettings(
    "acme",
    {
      idpUrl,
      entityId: idpEntityId,
      idpCert: idp.certificate,
      spACSUrl: right.acsUrl,
      spEntityId: right.audience,
      attributeMapping: { email: "mail" },
    },
    application,
    ["acme.example"],
  );
  const document = flow("sso", [
    screen("0", { go: "1" }),
    action("1", "saml-start", { success: "1.end" }, { exchangeStepId: "1.end" }),
    action("1.end", "exchange-saml-code", { success: "2", SAMLExchangeCodeFailed: "3" }, {}, [
      "SAMLExchangeCodeFailed",
    ]),
    action("2", "logged-in", {}),
    screen("3", { go: "1" }),
  ]);
  expect((await world.manage("POST", "/v2/mgmt/flow/import", { flow: document })).status).toBe(200);
  return world;
}

/** Starts the flow, goes to the identity provider and gives the application's address with what came back. */
async function comeBack(world: World, idp: SamlIdp): Promise<{ executionId: string; back: URL }> {
  const started = await world.sdk.flow.start("sso", { redirectUrl: application });
  const executionId = started.data?.executionId ?? "";
  const away = await world.sdk.flow.next(executionId, "0", "go", undefined, undefined, { email: "ana@acme.example" });
  expect(away.data).toMatchObject({ action: "redirect", stepId: "1.end" });
  const url = new URL(away.data?.redirect?.url ?? "");
  expect(url.href.startsWith(idpUrl)).toBe(true);
  const xml = inflateRawSync(Buffer.from(url.searchParams.get("SAMLRequest") ?? "", "base64")).toString();
  const inResponseTo = /ID="([^"]+)"/.exec(xml)?.[1] ?? "";
  const answer = await fetch(`${world.server.url}/v1/auth/saml/acs?projectId=${projectId}`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({
      SAMLResponse: await idp.respond({ ...right, inResponseTo }),
      RelayState: url.searchParams.get("RelayState") ?? "",
    }),
  });
  expect(answer.status).toBe(302);
  return { executionId, back: new URL(answer.headers.get("location") ?? "") };
}

test("a SAML pair of a flow signs in to the tenant whose identity provider vouched", async () => {
  const idp = createSamlIdp();
  await using world = await openTenant(idp);
  const { executionId, back } = await comeBack(world, idp);
  expect(back.searchParams.get("descope-login-flow")).toBe(`${executionId}_1.end`);
  const exchangeCode = back.searchParams.get("code") ?? "";
  const end = await world.sdk.flow.next(executionId, "1.end", "submit", undefined, undefined, { exchangeCode });
  expect(end.data).toMatchObject({ status: "completed", authInfo: { user: { loginIds: ["ana@acme.example"] } } });
  const settings = await world.sdk.management.sso.loadSettings("acme");
  expect(end.data?.authInfo).toMatchObject({ tenantSSOID: (settings.data as { ssoId?: string }).ssoId });
  expect(decodeJwt(end.data?.authInfo?.sessionJwt ?? "")).toMatchObject({ amr: ["fed"], dct: "acme" });
  expect(world.service.countUsers()).toBe(1);
});

test("a code that is none leads to the branch for it", async () => {
  const idp = createSamlIdp();
  await using world = await openTenant(idp);
  const { executionId } = await comeBack(world, idp);
  const next = await world.sdk.flow.next(executionId, "1.end", "submit", undefined, undefined, { exchangeCode: "no" });
  expect(next.data).toMatchObject({ status: "waiting", stepId: "3" });
});
