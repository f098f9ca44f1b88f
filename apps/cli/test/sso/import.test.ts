import { expect, test } from "vitest";
import { cognito, descope, identitiesOf, migratedUser, verified } from "../pipeline/world.ts";
import { startSsoWorld } from "./sso-world.ts";

test(
  "the import puts federated users where SSO puts them, and makes no role of a provider's group",
  { timeout: 60_000 },
  async () => {
    await using world = await startSsoWorld();
    const { sandbox, pool, providers, addProvider, json, c2d } = world;
    await addProvider(
      "Acme",
      "SAML",
      { MetadataURL: providers.addSaml("acme") },
      { AttributeMapping: { email: "mail" } },
    );
    await addProvider(
      "ACME",
      "SAML",
      { MetadataURL: providers.addSaml("globex") },
      { AttributeMapping: { email: "mail" } },
    );
    await addProvider("Google", "Google", { client_id: "g", client_secret: "s", authorize_scopes: "email" });
    const ana = pool.add("Acme_ana", verified("ana@acme.example", { identities: identitiesOf("Acme", "ana") }), {
      status: "EXTERNAL_PROVIDER",
    });
    const bob = pool.add("ACME_bob", verified("bob@acme.example", { identities: identitiesOf("ACME", "bob") }), {
      status: "EXTERNAL_PROVIDER",
    });
    const eve = pool.add("Google_eve", verified("eve@gmail.example", { identities: identitiesOf("Google", "eve") }), {
      status: "EXTERNAL_PROVIDER",
    });
    await pool.group(`${pool.userPoolId}_Acme`, ["Acme_ana"]);
    await pool.group("editors", ["Acme_ana"]);
    await json(["sso", "apply", "--yes"]);

    const migrated = await c2d(["migrate", "--yes", "--json"]);
    expect(migrated.code, migrated.stderr).toBe(0);
    const document = JSON.parse(migrated.stdout) as { readonly findings: readonly { readonly rule: string }[] };
    const rules = document.findings.map(({ rule }) => rule);
    expect(rules).toContain("group-provider-tenant");
    expect(rules).not.toContain("group-provider-skipped");
    expect(migratedUser(sandbox, ana)?.userTenants).toMatchObject([{ tenantId: "acme-2", roleNames: ["editors"] }]);
    expect(migratedUser(sandbox, bob)?.userTenants).toMatchObject([{ tenantId: "acme" }]);
    expect(migratedUser(sandbox, eve)?.userTenants).toEqual([]);

    // A connection that comes later does not move the older ones, in the import neither.
    await addProvider(
      "acme",
      "SAML",
      { MetadataURL: providers.addSaml("late") },
      { AttributeMapping: { email: "mail" } },
    );
    const cem = pool.add("acme_cem", verified("cem@acme.example", { identities: identitiesOf("acme", "cem") }), {
      status: "EXTERNAL_PROVIDER",
    });
    expect((await c2d(["migrate", "--yes"])).code).toBe(0);
    expect(migratedUser(sandbox, bob)?.userTenants).toMatchObject([{ tenantId: "acme" }]);
    expect(migratedUser(sandbox, cem)?.userTenants).toMatchObject([{ tenantId: "acme-3" }]);
    const { connections } = (
      await json<{ readonly connections: readonly { label: string; connection: { tenantId: string } }[] }>([
        "sso",
        "plan",
      ])
    ).document;
    expect(Object.fromEntries(connections.map(({ label, connection }) => [label, connection.tenantId]))).toMatchObject({
      Acme: "acme-2",
      ACME: "acme",
      acme: "acme-3",
    });
    // Tenants that somebody is in stay when SSO is taken back.
    expect((await json(["sso", "rollback", "--yes"])).code).toBe(0);
    const { tenants } = (await descope(sandbox, "GET /v1/mgmt/tenant/all")) as {
      readonly tenants: readonly { id: string }[];
    };
    expect(tenants.map(({ id }) => id).toSorted()).toEqual(["acme", "acme-2", "acme-3"]);
    const { Groups } = await cognito(sandbox, "ListGroups", { UserPoolId: pool.userPoolId });
    expect(Groups).toHaveLength(2);
  },
);
