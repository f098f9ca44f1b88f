import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startSsoWorld } from "./sso-world.ts";

test(
  "what a connection costs is counted: at most six requests at Descope, and one description at Cognito",
  { timeout: 60_000 },
  async () => {
    await using world = await startSsoWorld();
    const { sandbox, providers, addProvider, c2d } = world;
    const count = 20;
    for (let n = 0; n < count; n += 1) {
      await addProvider(
        `Idp${n}`,
        "SAML",
        { MetadataURL: providers.addSaml(`idp${n}`) },
        { AttributeMapping: { email: "mail" } },
      );
    }
    sandbox.requests.reset();
    const { code, stderr } = await c2d(["sso", "apply", "--yes"]);
    expect(code, stderr).toBe(0);
    const entries = sandbox.requests.entries();
    const described = entries.filter(({ operation }) => operation === "DescribeIdentityProvider");
    expect(described).toHaveLength(count);
    const atDescope = sandbox.requests.count({ service: "descope" });
    // The rest reads the project, once. With 1,000 in 10 seconds, 500 connections take 3,000 requests and 30 seconds.
    expect(atDescope).toBeLessThanOrEqual(6 * count + 12);
    // Metadata is fetched once here and once by the project.
    for (let n = 0; n < count; n += 1) expect(providers.asked(`idp${n}`)).toBe(2);
  },
);

test("no secret is in anything that is printed or kept", { timeout: 60_000 }, async () => {
  await using world = await startSsoWorld();
  const { providers, addProvider, c2d, folder } = world;
  const canary = "canary-3f9c1d-secret";
  await addProvider("Oidc", "OIDC", {
    client_id: "one",
    client_secret: canary,
    attributes_request_method: "GET",
    oidc_issuer: providers.addOidc("oidc"),
    authorize_scopes: "openid",
  });
  await addProvider("Facebook", "Facebook", {
    client_id: "two",
    client_secret: canary,
    authorize_scopes: "email",
  });
  const lines = [
    ["assess", "--html", "sso.html"],
    ["plan"],
    ["apply", "--dry-run"],
    ["apply", "--yes", "-v"],
    ["verify"],
    ["rollback", "--yes"],
  ];
  for (const line of lines) {
    for (const json of [[], ["--json"]]) {
      const { stdout, stderr } = await c2d(["sso", ...line, ...json]);
      expect(stdout + stderr, line.join(" ")).not.toContain(canary);
    }
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(["sso.html", "state.db"]));
  for (const { parentPath, name } of files) {
    expect(readFileSync(join(parentPath, name), "latin1"), name).not.toContain(canary);
  }
  expect(readFileSync(join(folder, "sso.html"), "utf8")).toMatch(/SSO assessment[\s\S]*class E[\s\S]*class G/);
});
