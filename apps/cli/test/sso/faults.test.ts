import { expect, test } from "vitest";
import type { Finding, SsoOutcome, SsoPlanItem, VerifiedConnection } from "@cognito-to-descope/core";
import { makeCertificate } from "../../../../packages/sandbox/test/descope/self-signed-certificate.ts";
import { cognito, descope } from "../pipeline/world.ts";
import { samlMetadata } from "./identity-providers.ts";
import { startSsoWorld, type SsoWorld } from "./sso-world.ts";

interface Planned {
  readonly connections: readonly SsoPlanItem[];
  readonly findings: readonly Finding[];
}

interface Applied {
  readonly connections: Readonly<Record<string, number>>;
  readonly outcomes: readonly SsoOutcome[];
}

/** Rules that a plan found about a connection. */
function rulesOf({ connections }: Planned, name: string): readonly string[] {
  const item = connections.find(({ label }) => label === name);
  expect(item, name).toBeDefined();
  return (item?.findings ?? []).map(({ rule }) => rule);
}

/** A connection that nothing is wrong with. */
async function addGood({ addProvider, providers }: SsoWorld, name = "Good"): Promise<void> {
  await addProvider(
    name,
    "SAML",
    { MetadataURL: providers.addSaml(name.toLowerCase()) },
    {
      AttributeMapping: { email: "mail" },
    },
  );
}

test(
  "each bad connection is a finding of its own, and the good one is applied all the same",
  { timeout: 60_000 },
  async () => {
    await using world = await startSsoWorld();
    const { addProvider, providers, json, settings } = world;
    await addGood(world);
    await addProvider("Gone", "SAML", { MetadataURL: `${providers.url}/nowhere/metadata` });
    await addProvider("Html", "SAML", { MetadataURL: providers.addText("html", "<html><body>Sign in</body></html>") });
    await addProvider("Dtd", "SAML", {
      MetadataURL: providers.addText("dtd", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
    });
    await addProvider("BadCertificate", "SAML", {
      MetadataFile: samlMetadata("bad", providers.url).replace(
        /<(?:\w+:)?X509Certificate>[^<]*</,
        "<ds:X509Certificate>bm90IGEgY2VydGlmaWNhdGU=<",
      ),
    });
    await addProvider("Apple", "SignInWithApple", {
      client_id: "com.example",
      team_id: "T",
      key_id: "K",
      private_key: "-----BEGIN PRIVATE KEY-----canary-----END PRIVATE KEY-----",
      authorize_scopes: "email name",
    });
    await addProvider("Encrypted", "SAML", { MetadataURL: providers.addSaml("encrypted"), EncryptedResponses: "true" });
    await addProvider("Signed", "SAML", {
      MetadataURL: providers.addSaml("signed", { wantsSignedRequests: true }),
      RequestSigningAlgorithm: "rsa-sha256",
    });

    const { document: plan } = await json<Planned>(["sso", "plan"]);
    expect(rulesOf(plan, "Good")).toEqual([]);
    expect(rulesOf(plan, "Gone")).toContain("sso-metadata-unreachable");
    expect(rulesOf(plan, "Html")).toEqual(
      expect.arrayContaining(["sso-metadata-unreadable", "sso-settings-incomplete"]),
    );
    expect(rulesOf(plan, "Dtd")).toContain("sso-metadata-unreadable");
    expect(rulesOf(plan, "BadCertificate")).toEqual(
      expect.arrayContaining(["sso-certificate-unreadable", "sso-settings-incomplete"]),
    );
    expect(rulesOf(plan, "Apple")).toContain("sso-secret-missing");
    expect(rulesOf(plan, "Encrypted")).toContain("sso-encrypted-responses");
    expect(rulesOf(plan, "Signed")).toContain("sso-signed-requests");
    const classes = Object.fromEntries(plan.connections.map(({ label, connection }) => [label, connection.class]));
    expect(classes).toMatchObject({ Good: "A", Encrypted: "D", Signed: "C", Apple: "G" });

    const { code, document } = await json<Applied>(["sso", "apply", "--yes"]);
    expect(code).toBe(3);
    const outcomes = Object.fromEntries(document.outcomes.map(({ label, outcome }) => [label, outcome]));
    // The project cannot fetch what is not there either: its refusal is that connection's own.
    expect(outcomes).toEqual({
      Good: "created",
      Gone: "failed",
      Html: "skipped",
      Dtd: "skipped",
      BadCertificate: "skipped",
      Apple: "skipped",
      Encrypted: "created",
      Signed: "created",
    });
    expect((await settings("good"))[0]?.saml["idpEntityId"]).toBe(`${providers.url}/good/entity`);
  },
);

test("metadata and certificates that have ended are told before and after", { timeout: 60_000 }, async () => {
  await using world = await startSsoWorld();
  const { addProvider, providers, json } = world;
  await addGood(world);
  const { url } = providers;
  const old = samlMetadata("old", url).replace(
    "<EntityDescriptor",
    '<EntityDescriptor validUntil="2021-01-01T00:00:00Z"',
  );
  expect(old).toContain("validUntil");
  await addProvider("Old", "SAML", { MetadataURL: providers.addText("old", old) });
  const { certificate } = makeCertificate("idp.example", "210101000000Z");
  const base64 = certificate.replaceAll(/-----[^-]+-----|\n/g, "");
  const ended = samlMetadata("ended", url).replaceAll(/(<(?:\w+:)?X509Certificate>)[^<]*</g, `$1${base64}<`);
  await addProvider("Ended", "SAML", { MetadataURL: providers.addText("ended", ended) });

  const { document: plan } = await json<Planned>(["sso", "plan"]);
  expect(rulesOf(plan, "Good")).toEqual([]);
  expect(rulesOf(plan, "Old")).toContain("sso-metadata-expired");
  expect(rulesOf(plan, "Ended")).toContain("sso-certificate-expired");
  await json<Applied>(["sso", "apply", "--yes"]);
  const { code, document } = await json<{ readonly connections: readonly VerifiedConnection[] }>(["sso", "verify"]);
  expect(code).toBe(3);
  const failed = document.connections.map(({ label, checks }) => [
    label,
    checks.filter(({ result }) => result === "fail").map(({ check }) => check),
  ]);
  expect(Object.fromEntries(failed)).toEqual({ Good: [], Old: ["metadata"], Ended: ["certificate"] });
});

test(
  "two connections with one entity ID, one domain or one tenant are told, and the rest goes on",
  { timeout: 60_000 },
  async () => {
    await using world = await startSsoWorld();
    const { addProvider, providers, json, settings } = world;
    const entityId = "https://idp.example/one";
    await addProvider(
      "First",
      "SAML",
      { MetadataURL: providers.addSaml("first", { entityId }) },
      {
        IdpIdentifiers: ["shared.example"],
      },
    );
    await addProvider(
      "Second",
      "SAML",
      { MetadataURL: providers.addSaml("second", { entityId }) },
      {
        IdpIdentifiers: ["SHARED.example", "own.example"],
      },
    );
    await addGood(world);
    const tenants = { Good: "same", First: { tenant: "first" } };
    const { document: plan } = await json<Planned>(["sso", "plan"], { tenants });
    for (const name of ["First", "Second"]) {
      expect(rulesOf(plan, name)).toEqual(expect.arrayContaining(["sso-entity-id-shared", "sso-domain-shared"]));
    }
    const { document } = await json<Applied>(["sso", "apply", "--yes"], { tenants });
    expect(document.connections).toMatchObject({ created: 3, failed: 0 });
    expect((await settings("first"))[0]?.tenant.domains).toEqual(["shared.example"]);
    expect((await settings("second"))[0]?.tenant.domains).toEqual(["own.example"]);

    await addGood(world, "Better");
    const same = { ...tenants, Better: "same" };
    const { document: clash } = await json<Planned>(["sso", "plan"], { tenants: same });
    for (const name of ["Good", "Better"]) expect(rulesOf(clash, name)).toContain("sso-tenant-shared");
    const apart = { ...tenants, Better: { tenant: "same", ssoId: "better" } };
    await json<Planned>(["sso", "plan"], { tenants: apart });
    const both = await json<Applied>(["sso", "apply", "--yes"], { tenants: apart });
    expect(both.document.connections).toMatchObject({ created: 1, unchanged: 3 });
    expect((await settings("same")).map(({ saml }) => saml["idpEntityId"])).toEqual([
      `${providers.url}/good/entity`,
      `${providers.url}/better/entity`,
    ]);
  },
);

test("what is removed or changed between plan and apply is left, and named", { timeout: 60_000 }, async () => {
  await using world = await startSsoWorld();
  const { sandbox, pool, json } = world;
  for (const name of ["Good", "Removed", "Changed"]) await addGood(world, name);
  await json<Planned>(["sso", "plan"]);
  const of = { UserPoolId: pool.userPoolId };
  await cognito(sandbox, "DeleteIdentityProvider", { ...of, ProviderName: "Removed" });
  await cognito(sandbox, "UpdateIdentityProvider", {
    ...of,
    ProviderName: "Changed",
    AttributeMapping: { email: "address" },
  });
  const { code, document } = await json<Applied>(["sso", "apply", "--yes"]);
  expect(code).toBe(3);
  const findings = Object.fromEntries(
    document.outcomes.map((one) => [one.label, one.findings.map(({ rule }) => rule)]),
  );
  expect(findings).toEqual({
    Good: [],
    Removed: ["sso-connection-gone"],
    Changed: ["sso-connection-changed"],
  });
  // The plan is used up: the next apply makes its own.
  const next = await json<Applied>(["sso", "apply", "--yes"]);
  expect(next.document.connections).toMatchObject({ planned: 2, created: 1, unchanged: 1 });
});

test(
  "settings that somebody else made are left until the config says otherwise, and come back with a rollback",
  { timeout: 60_000 },
  async () => {
    await using world = await startSsoWorld();
    const { sandbox, providers, json, settings } = world;
    await addGood(world);
    await descope(sandbox, "POST /v1/mgmt/tenant/create", { id: "good", name: "Made by hand" });
    await descope(sandbox, "POST /v1/mgmt/sso/saml/metadata", {
      tenantId: "good",
      settings: { idpMetadataUrl: providers.addSaml("hand"), attributeMapping: { email: "address" } },
      domains: ["hand.example"],
    });
    const kept = await json<Planned>(["sso", "plan"]);
    expect(rulesOf(kept.document, "Good")).toContain("sso-settings-foreign");
    expect((await json<Applied>(["sso", "apply", "--yes"])).document.connections).toMatchObject({ skipped: 1 });

    const replace = { existing: "replace" };
    const replaced = await json<Applied>(["sso", "apply", "--yes"], replace);
    expect(replaced.document.connections).toMatchObject({ updated: 1 });
    expect((await settings("good"))[0]).toMatchObject({
      tenant: { name: "Made by hand", domains: ["hand.example"] },
      saml: { idpEntityId: `${providers.url}/good/entity` },
    });
    expect((await json(["sso", "rollback", "--yes"])).code).toBe(0);
    expect((await settings("good"))[0]).toMatchObject({
      tenant: { name: "Made by hand", domains: ["hand.example"] },
      saml: { idpEntityId: `${providers.url}/hand/entity`, attributeMapping: { email: "address" } },
    });
  },
);

test(
  "roles that the project lacks block their connections only, and names that are no tenant IDs become some",
  { timeout: 60_000 },
  async () => {
    await using world = await startSsoWorld();
    const { sandbox, addProvider, providers, json, settings } = world;
    const odd = "Über.Größe/und=ein+langer@Name32";
    await addProvider(odd, "SAML", { MetadataURL: providers.addSaml("odd") }, { AttributeMapping: { email: "mail" } });
    await addGood(world, "Strict");
    await descope(sandbox, "POST /v1/mgmt/role/create", { name: "member", description: "", permissionNames: [] });
    const sso = {
      roles: {
        "*": { defaults: ["member"], groups: [{ groups: ["staff", "people"], role: "member" }] },
        Strict: { defaults: ["no such role"] },
      },
      groupClaims: { Strict: "memberOf" },
    };
    const { document: plan } = await json<Planned>(["sso", "plan"], sso);
    expect(rulesOf(plan, "Strict")).toContain("sso-role-missing");
    const { document } = await json<Applied>(["sso", "apply", "--yes"], sso);
    expect(document.connections).toMatchObject({ created: 1, skipped: 1 });
    const tenantId = document.outcomes.find(({ outcome }) => outcome === "created")?.tenantId ?? "";
    expect(tenantId).toMatch(/^[a-z0-9_-]{1,30}$/);
    expect((await settings(tenantId))[0]?.saml).toMatchObject({
      defaultSSORoles: ["member"],
      groupsMapping: [{ role: { name: "member" }, groups: ["staff", "people"] }],
    });
  },
);
