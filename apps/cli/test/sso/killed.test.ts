import { describe, expect, test } from "vitest";
import { environmentFor } from "../commands/fast-world.ts";
import { runC2d } from "../e2e/run-c2d.ts";
import { descope } from "../pipeline/world.ts";
import { startSsoWorld, type SsoWorld } from "./sso-world.ts";

const TENANTS = ["alpha", "beta"];

async function addConnections({ addProvider, providers }: SsoWorld): Promise<void> {
  await addProvider(
    "Alpha",
    "SAML",
    { MetadataURL: providers.addSaml("alpha") },
    { IdpIdentifiers: ["alpha.example"] },
  );
  await addProvider(
    "Beta",
    "OIDC",
    {
      client_id: "beta",
      client_secret: "beta-secret",
      attributes_request_method: "GET",
      oidc_issuer: providers.addOidc("beta"),
      authorize_scopes: "openid",
    },
    { AttributeMapping: { "custom:team": "team" } },
  );
}

/** What the project holds in the end, addresses of this run left out. */
async function stateOf(world: SsoWorld): Promise<string> {
  const settings = [];
  for (const tenant of TENANTS) {
    for (const { saml, oidc, tenant: shown } of await world.settings(tenant)) {
      settings.push({ saml, oidc, domains: shown.domains, name: shown.name });
    }
  }
  return JSON.stringify(settings)
    .replaceAll(world.providers.url, "http://idp")
    .replaceAll(world.sandbox.descope, "http://descope")
    .replaceAll(world.pool.userPoolId, "pool");
}

describe("an apply that is killed", () => {
  // Reading the project takes the first requests; the writes are among those in the middle.
  test.each([
    [5, "before"],
    [7, "after"],
    [9, "after"],
    [11, "before"],
    [13, "after"],
  ] as const)("at request %i, %s the work of it, ends as one that was not", { timeout: 60_000 }, async (nth, when) => {
    await using calm = await startSsoWorld();
    await addConnections(calm);
    expect((await calm.c2d(["sso", "apply", "--yes"])).code).toBe(0);
    await using world = await startSsoWorld();
    await addConnections(world);
    // Writes the config that the killed process reads.
    expect((await world.c2d(["sso", "assess"])).code).toBe(0);
    await killAt(world, nth, when);
    const { code, stderr } = await world.c2d(["sso", "apply", "--yes"]);
    expect(code, stderr).toBe(0);
    expect(await stateOf(world)).toBe(await stateOf(calm));
    // The before-images are those of before the first try.
    expect((await world.c2d(["sso", "rollback", "--yes"])).code).toBe(0);
    expect(await tenantsOf(world)).toEqual([]);
  });

  test.each([9, 11])(
    "at request %i is taken back as it is, without being finished first",
    { timeout: 60_000 },
    async (nth) => {
      await using world = await startSsoWorld();
      await addConnections(world);
      expect((await world.c2d(["sso", "assess"])).code).toBe(0);
      await killAt(world, nth, "after");
      expect((await world.c2d(["sso", "rollback", "--yes"])).code).toBe(0);
      expect(await tenantsOf(world)).toEqual([]);
    },
  );
});

/** Runs an apply in a process of its own that is killed with SIGKILL at a request to the project. */
async function killAt(world: SsoWorld, nth: number, when: "before" | "after"): Promise<void> {
  const killed = await runC2d(["sso", "apply", "--yes"], {
    cwd: world.folder,
    env: { ...environmentFor(world.sandbox), COGNITO_USER_POOL_ID: world.pool.userPoolId },
    onStart: ({ pid = 0 }) =>
      world.sandbox.faults.add([
        { service: "descope", operation: "*", nth, fault: { kind: "kill-client", when, pid } },
      ]),
  });
  expect(killed.code, killed.stderr).toBeNull();
}

async function tenantsOf({ sandbox }: SsoWorld): Promise<readonly unknown[]> {
  const { tenants } = (await descope(sandbox, "GET /v1/mgmt/tenant/all")) as { readonly tenants: readonly unknown[] };
  return tenants;
}
