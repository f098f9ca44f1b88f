import { expect, test } from "vitest";
import type { VerifiedConnection } from "@cognito-to-descope/core";
import { createSamlIdp, idpEntityId, idpUrl } from "../../../../packages/sandbox/test/descope/saml-idp.ts";
import { cognito, descope } from "../pipeline/world.ts";
import { signInAsTest } from "./sign-in-as-test.ts";
import { startSsoWorld } from "./sso-world.ts";

interface Verified {
  readonly ready: number;
  readonly failed: number;
  readonly connections: readonly VerifiedConnection[];
}

function resultsOf({ connections }: Verified, name: string): Readonly<Record<string, string>> {
  const found = connections.find(({ label }) => label === name);
  return Object.fromEntries((found?.checks ?? []).map(({ check, result }) => [check, result]));
}

test(
  "a connection is ready once a person has signed in as a test after it was configured",
  { timeout: 60_000 },
  async () => {
    await using world = await startSsoWorld();
    const { addProvider, json } = world;
    const idp = createSamlIdp();
    await addProvider("Acme", "SAML", { MetadataFile: idp.metadata() }, { AttributeMapping: { email: "mail" } });
    const before = await json<Verified>(["sso", "verify"]);
    expect(before.code).toBe(3);
    expect(resultsOf(before.document, "Acme")).toMatchObject({ configured: "fail", metadata: "pass" });

    await json(["sso", "apply", "--yes"]);
    const pending = await json<Verified>(["sso", "verify", "Acme"]);
    expect(pending.code).toBe(0);
    expect(resultsOf(pending.document, "Acme")).toEqual({
      configured: "pass",
      metadata: "pass",
      certificate: "pass",
      request: "pass",
      "test-sign-in": "pending",
    });
    await signInAsTest(world, idp);
    const ready = await json<Verified>(["sso", "verify", "Acme"]);
    expect(ready.document).toMatchObject({ ready: 1, failed: 0, connections: [{ isReady: true }] });
    expect((await world.c2d(["sso", "verify", "Nobody"])).code).toBe(2);
  },
);

test("what is not as the provider knows it fails", { timeout: 60_000 }, async () => {
  await using world = await startSsoWorld();
  const { sandbox, pool, addProvider, json } = world;
  const idp = createSamlIdp();
  await addProvider("Acme", "SAML", { MetadataFile: idp.metadata() }, { AttributeMapping: { email: "mail" } });
  await json(["sso", "apply", "--yes"]);
  const settings = { idpUrl, entityId: idpEntityId, idpCert: idp.certificate, attributeMapping: { email: "mail" } };
  await descope(sandbox, "POST /v1/mgmt/sso/saml", { tenantId: "acme", settings, domains: [] });
  const changed = await json<Verified>(["sso", "verify"]);
  expect(resultsOf(changed.document, "Acme")).toMatchObject({ configured: "fail", request: "fail" });
  // The provider changed its key since: what the pool has now is not what the project trusts.
  await json(["sso", "apply", "--yes"]);
  await cognito(sandbox, "UpdateIdentityProvider", {
    UserPoolId: pool.userPoolId,
    ProviderName: "Acme",
    ProviderDetails: { MetadataFile: createSamlIdp().metadata() },
  });
  const rotated = await json<Verified>(["sso", "verify"]);
  expect(resultsOf(rotated.document, "Acme")).toMatchObject({ certificate: "fail", configured: "fail" });
});

test(
  "a provider that has changed all its certificates at one address is written again",
  { timeout: 60_000 },
  async () => {
    await using world = await startSsoWorld();
    const { addProvider, providers, json } = world;
    const MetadataURL = providers.addText("acme", createSamlIdp().metadata());
    await addProvider("Acme", "SAML", { MetadataURL }, { AttributeMapping: { email: "mail" } });
    const apply = async (): Promise<object> =>
      (await json<{ readonly connections: object }>(["sso", "apply", "--yes"])).document.connections;
    const verify = async (): Promise<object> => resultsOf((await json<Verified>(["sso", "verify"])).document, "Acme");
    expect(await apply()).toMatchObject({ created: 1 });
    expect(await verify()).toMatchObject({ configured: "pass", certificate: "pass" });

    providers.addText("acme", createSamlIdp().metadata());
    expect(await verify()).toMatchObject({ configured: "pass", certificate: "fail" });
    expect(await apply()).toMatchObject({ updated: 1 });
    expect(await verify()).toMatchObject({ configured: "pass", certificate: "pass" });
    expect(await apply()).toMatchObject({ unchanged: 1 });
  },
);
