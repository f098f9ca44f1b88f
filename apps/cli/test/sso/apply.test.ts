import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SsoOutcome } from "@cognito-to-descope/core";
import { descope, writes } from "../pipeline/world.ts";
import { CUSTOM_DOMAIN, startSsoWorld, type SsoWorld } from "./sso-world.ts";

interface Applied {
  readonly connections: Readonly<Record<string, number>>;
  readonly outcomes: readonly SsoOutcome[];
}

/** Adds one connection of each kind that a custom domain can take over. */
async function addConnections({ addProvider, providers }: SsoWorld): Promise<void> {
  await addProvider(
    "Okta",
    "SAML",
    { MetadataURL: providers.addSaml("okta"), IDPInit: "true" },
    {
      AttributeMapping: {
        email: "mail",
        given_name: "first",
        "custom:dept": "department",
        "custom:groups": "memberOf",
      },
      IdpIdentifiers: ["acme.example", "acme-portal", "ACME.Test"],
    },
  );
  await addProvider("Entra-ID-2", "SAML", {
    MetadataURL: providers.addSaml("entra"),
    IDPSignout: "true",
  });
  await addProvider(
    "Keycloak",
    "OIDC",
    {
      client_id: "cognito",
      client_secret: "kc-secret-canary",
      attributes_request_method: "GET",
      oidc_issuer: providers.addOidc("keycloak"),
      authorize_scopes: "openid email profile",
    },
    { AttributeMapping: { email: "email", email_verified: "email_verified" } },
  );
  await addProvider("Google", "Google", {
    client_id: "google-client",
    client_secret: "google-secret-canary",
    authorize_scopes: "openid email",
  });
}

test(
  "every connection is applied, read back and compared; a second apply writes nothing",
  { timeout: 60_000 },
  async () => {
    await using world = await startSsoWorld();
    const { sandbox, pool, providers, json, c2d, settings } = world;
    await addConnections(world);
    const dry = await c2d(["sso", "apply", "--dry-run"]);
    expect(dry.code, dry.stderr).toBe(0);
    expect(dry.stdout + dry.stderr).not.toContain("canary");
    expect(writes(sandbox)).toBe(0);

    const { code, document } = await json<Applied>(["sso", "apply", "--yes"]);
    expect(document.outcomes.flatMap(({ findings }) => findings)).toEqual([]);
    expect(code).toBe(0);
    expect(document.connections).toMatchObject({ planned: 4, created: 4, failed: 0, skipped: 0 });

    const [okta] = await settings("okta");
    expect(okta?.tenant).toMatchObject({ name: "Okta", domains: ["acme.example", "acme.test"] });
    expect(okta?.saml).toMatchObject({
      idpMetadataUrl: `${providers.url}/okta/metadata`,
      idpEntityId: `${providers.url}/okta/entity`,
      idpSSOUrl: `${providers.url}/okta/sso`,
      spACSUrl: `https://${CUSTOM_DOMAIN}/saml2/idpresponse`,
      spEntityId: `urn:amazon:cognito:sp:${pool.userPoolId}`,
      attributeMapping: {
        email: "mail",
        givenName: "first",
        customAttributes: { dept: "department", groups: "memberOf" },
      },
    });
    const [keycloak] = await settings("keycloak");
    expect(keycloak?.oidc).toMatchObject({
      clientId: "cognito",
      authUrl: `https://${CUSTOM_DOMAIN}/_bridge/oidc/Keycloak/authorize`,
      tokenUrl: `https://${CUSTOM_DOMAIN}/_bridge/oidc/Keycloak/token`,
      JWKsUrl: `${providers.url}/keycloak/jwks`,
      issuer: `${providers.url}/keycloak`,
      scope: ["openid", "email", "profile"],
      userAttrMapping: { email: "email", verifiedEmail: "email_verified" },
    });

    const sent = writes(sandbox);
    const again = await json<Applied>(["sso", "apply", "--yes"]);
    expect(again.document.connections).toMatchObject({ unchanged: 4, created: 0, updated: 0 });
    expect(writes(sandbox)).toBe(sent);
  },
);

test("what was applied is taken back, and what somebody changed since is left", { timeout: 60_000 }, async () => {
  await using world = await startSsoWorld();
  const { sandbox, json, settings, providers } = world;
  await addConnections(world);
  await json<Applied>(["sso", "apply", "--yes"]);
  const changed = { tenantId: "entra-id-2", settings: { idpMetadataUrl: providers.addSaml("other") }, domains: [] };
  await descope(sandbox, "POST /v1/mgmt/sso/saml/metadata", changed);
  // As long as the bridge sends people there, nothing is taken away.
  const modes = join(world.folder, ".c2d", "bridge-modes.json");
  const connections = { [`${world.pool.userPoolId}/Okta`]: { stage: "verified", since: 0 } };
  writeFileSync(modes, JSON.stringify({ version: 1, default: "cognito", connections }));
  const before = writes(sandbox);
  const refused = await world.c2d(["sso", "rollback", "--yes"]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("sign-ins of Okta to Descope")]);
  expect(refused.stderr).toContain("--back");
  expect((await world.c2d(["sso", "rollback", "--dry-run"])).stderr).toContain("sign-ins of Okta to Descope");
  expect(writes(sandbox)).toBe(before);
  rmSync(modes);

  const { code, document } = await json<{ readonly steps: readonly Record<string, unknown>[] }>([
    "sso",
    "rollback",
    "--yes",
  ]);
  expect(code).toBe(3);
  expect(Object.fromEntries(document.steps.map(({ name, action }) => [name, action]))).toEqual({
    Okta: "remove",
    Keycloak: "remove",
    Google: "remove",
    "Entra-ID-2": "keep",
  });
  const { tenants } = (await descope(sandbox, "GET /v1/mgmt/tenant/all")) as {
    readonly tenants: readonly { id: string }[];
  };
  expect(tenants.map(({ id }) => id)).toEqual(["entra-id-2"]);
  expect((await settings("entra-id-2"))[0]?.saml["idpEntityId"]).toBe(`${providers.url}/other/entity`);
});

test(
  "settings of somebody else come back by a rollback, and their secret is asked for",
  { timeout: 60_000 },
  async () => {
    await using world = await startSsoWorld();
    const { sandbox, json, settings, providers } = world;
    await descope(sandbox, "POST /v1/mgmt/tenant/create", { id: "corp", name: "Corp" });
    const theirs = {
      name: "Theirs",
      clientId: "theirs",
      clientSecret: "their-canary",
      authUrl: "https://old.example/a",
    };
    const endpoints = {
      tokenUrl: "https://old.example/t",
      JWKsUrl: "https://old.example/j",
      issuer: "https://old.example",
    };
    await descope(sandbox, "POST /v1/mgmt/sso/oidc", { tenantId: "corp", settings: { ...theirs, ...endpoints } });
    const details = { client_id: "ours", client_secret: "our-canary", oidc_issuer: providers.addOidc("corp") };
    await world.addProvider("Corp", "OIDC", {
      ...details,
      attributes_request_method: "GET",
      authorize_scopes: "openid",
    });
    const left = await json<Applied>(["sso", "apply", "--yes"]);
    expect([left.code, left.document.connections]).toMatchObject([3, { skipped: 1, created: 0, updated: 0 }]);
    const applied = await json<Applied>(["sso", "apply", "--yes"], { existing: "replace" });
    expect(applied.document.connections).toMatchObject({ updated: 1 });
    expect((await settings("corp"))[0]?.oidc["clientId"]).toBe("ours");

    const { document } = await json<{ readonly steps: readonly Record<string, unknown>[] }>([
      "sso",
      "rollback",
      "--yes",
    ]);
    expect(document.steps).toMatchObject([
      { action: "restore", removesTenant: false, findings: [{ rule: "sso-rollback-secret" }] },
    ]);
    expect((await settings("corp"))[0]?.oidc).toMatchObject({ clientId: "theirs", authUrl: theirs.authUrl });
    expect(JSON.stringify(document)).not.toContain("canary");
  },
);
