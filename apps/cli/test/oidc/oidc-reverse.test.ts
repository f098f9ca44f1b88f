import {
  CreateIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { openOidcWorld, type OidcWorld } from "./oidc-world.ts";

async function clientSettings({ aws, userPoolId, liveClientId }: OidcWorld): Promise<Record<string, unknown>> {
  const { UserPoolClient } = await aws.send(
    new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: liveClientId }),
  );
  return { ...UserPoolClient };
}

async function provider({ aws, userPoolId }: OidcWorld): Promise<Record<string, unknown>> {
  const { IdentityProvider } = await aws.send(
    new DescribeIdentityProviderCommand({ UserPoolId: userPoolId, ProviderName: "Descope" }),
  );
  return { ...IdentityProvider };
}

const apps = async (world: OidcWorld): Promise<readonly { readonly id: string; readonly name: string }[]> =>
  (await world.manage("GET", "/v1/mgmt/sso/idp/apps/load"))["apps"] as readonly { id: string; name: string }[];

describe("oidc reverse", () => {
  test.each(["pair", "application"] as const)(
    "makes the application and the identity provider with what they say of themselves (client ID: %s)",
    async (federatedClientId) => {
      await using world = await openOidcWorld({ variants: { federatedClientId } });
      const command = ["oidc", "reverse", "--client", world.liveClientId, "--yes"];
      const { code, document, stdout, stderr } = await world.json(...command);
      expect(code, stderr).toBe(0);
      const { sandbox } = world;
      const [app] = await apps(world);
      const id = app?.id ?? "";
      const clientId =
        federatedClientId === "application" ? id : Buffer.from(`${sandbox.projectId}:${id}`).toString("base64url");
      expect(document).toMatchObject({
        app: { operation: "create", id, clientId, issuer: `${sandbox.descope}/${sandbox.projectId}/${id}` },
        redirectUri: `${sandbox.cognito}/oauth2/idpresponse`,
        checks: [{ clientId: world.liveClientId, check: { ok: true } }],
      });
      const made = await provider(world);
      const { cleartext } = await world.manage("GET", `/v1/mgmt/sso/idp/app/secret?id=${id}`);
      expect(made).toMatchObject({
        ProviderType: "OIDC",
        ProviderDetails: {
          client_id: clientId,
          client_secret: cleartext,
          oidc_issuer: `${sandbox.descope}/${sandbox.projectId}/${id}`,
          attributes_request_method: "GET",
        },
        AttributeMapping: { username: "sub", email: "email", email_verified: "email_verified" },
      });
      expect(stdout + stderr).not.toContain(cleartext);
      expect((await clientSettings(world))["SupportedIdentityProviders"]).toEqual(["COGNITO", "Descope"]);
    },
  );

  test("writes nothing in a dry run, and nothing the second time", async () => {
    await using world = await openOidcWorld();
    world.sandbox.requests.reset();
    const command = ["oidc", "reverse", "--client", world.liveClientId];
    const dry = await world.c2d(...command, "--dry-run");
    expect(dry.code, dry.stderr).toBe(0);
    expect(dry.stdout).toMatch(
      /create the application[^]*create the identity provider[^]*create the flow[^]*SupportedIdentityProviders: \["COGNITO"\][^]*dry run/,
    );
    expect(world.sandbox.requests.count({ write: true })).toBe(0);
    expect((await world.c2d(...command, "--yes")).code).toBe(0);
    world.sandbox.requests.reset();
    const again = await world.json(...command);
    expect(again.document).toMatchObject({
      app: { operation: "none" },
      provider: { operation: "none" },
      clients: [{ operation: "none" }],
      flow: { operation: "none" },
      checks: [{ check: { ok: true } }],
    });
    const writes = world.sandbox.requests.counts({ write: true }).map(({ operation }) => operation);
    expect(writes.filter((operation) => !operation.includes("idpresponse"))).toEqual([]);
  });

  test("changes a live app client only after a yes, keeps its other settings, and takes only the provider off again", async () => {
    await using world = await openOidcWorld();
    const before = await clientSettings(world);
    const silent = await world.c2d("oidc", "reverse", "--client", world.liveClientId);
    expect(silent.code).toBe(2);
    expect(await clientSettings(world)).toEqual(before);
    expect(await apps(world)).toEqual([]);

    await world.c2d("oidc", "reverse", "--client", world.liveClientId, "--yes");
    const { SupportedIdentityProviders, LastModifiedDate: _m, ...after } = await clientSettings(world);
    expect(SupportedIdentityProviders).toEqual(["COGNITO", "Descope"]);
    expect(before).toMatchObject(after);

    expect((await world.c2d("oidc", "reverse", "--undo")).code).toBe(2);
    const undone = await world.json("oidc", "reverse", "--undo", "--yes");
    expect(undone.document).toMatchObject({
      clientIds: [world.liveClientId],
      providerName: "Descope",
      flowId: "cognito-token-claims",
      written: true,
    });
    expect(await world.manage("POST", "/v1/mgmt/flow/list", {})).toMatchObject({ total: 0 });
    expect((await clientSettings(world))["SupportedIdentityProviders"]).toEqual(["COGNITO"]);
    expect(await apps(world)).toEqual([]);
    await expect(provider(world)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("can be set up before any app client offers it", async () => {
    await using world = await openOidcWorld();
    const { code, stdout } = await world.c2d("oidc", "reverse");
    expect(code).toBe(0);
    expect(stdout).toContain("--client");
    expect((await clientSettings(world))["SupportedIdentityProviders"]).toEqual(["COGNITO"]);
  });

  test("says that the flow is not there, by the page that does not come", async () => {
    await using world = await openOidcWorld();
    const command = ["oidc", "reverse", "--no-make-flow", "--client", world.liveClientId, "--yes"];
    const { code, document } = await world.json(...command);
    expect(code).toBe(3);
    expect(document["checks"]).toMatchObject([
      { check: { ok: false, problem: expect.stringMatching(/status 4/) as string } },
    ]);
  });
});

describe("what stands in the way of the reverse", () => {
  test("a licence without applications leaves the default one, with an access key as its secret", async () => {
    await using world = await openOidcWorld({ variants: { federatedAppApi: "refused" } });
    const refused = await world.c2d("oidc", "reverse", "--client", world.liveClientId, "--yes");
    expect(refused.code).toBe(3);
    expect(refused.stdout).toMatch(/--default-app[^]*Approved domains/);
    expect((await clientSettings(world))["SupportedIdentityProviders"]).toEqual(["COGNITO"]);

    const command = ["oidc", "reverse", "--default-app", "--client", world.liveClientId, "--yes"];
    const { document } = await world.json(...command);
    const { projectId, descope } = world.sandbox;
    expect(document).toMatchObject({
      app: { clientId: projectId, issuer: `${descope}/${projectId}` },
      checks: [{ check: { ok: true } }],
    });
    const first = await provider(world);
    expect(first["ProviderDetails"]).toMatchObject({ client_secret: expect.stringMatching(/^K2/) as string });
    // An access key is shown once: the second run makes no other.
    await world.json(...command);
    expect(await provider(world)).toEqual(first);
  });

  test("an attribute that the pool requires and Descope does not bring blocks", async () => {
    await using world = await openOidcWorld({
      pool: { Schema: [{ Name: "birthdate", Required: true, Mutable: true, AttributeDataType: "String" }] },
    });
    const { code, document } = await world.json("oidc", "reverse");
    expect(code).toBe(4);
    expect(document["findings"]).toMatchObject([
      { rule: "oidc-required-attribute", subjects: ["birthdate"] },
      { rule: "oidc-users-of-their-own" },
    ]);
    expect(await apps(world)).toEqual([]);
  });

  test("a provider or an application of that name that leads elsewhere is left alone", async () => {
    await using world = await openOidcWorld();
    await world.aws.send(
      new CreateIdentityProviderCommand({
        UserPoolId: world.userPoolId,
        ProviderName: "Descope",
        ProviderType: "OIDC",
        ProviderDetails: {
          client_id: "a",
          client_secret: "b",
          oidc_issuer: "https://api.descope.com/P2another",
          authorize_scopes: "openid",
          attributes_request_method: "GET",
        },
      }),
    );
    const { code, stderr } = await world.c2d("oidc", "reverse");
    expect([code, stderr]).toEqual([2, expect.stringContaining("--provider-name")]);
    await world.manage("POST", "/v1/mgmt/sso/idp/app/oidc/create", { name: "Amazon Cognito", loginPageUrl: "" });
    const other = await world.c2d("oidc", "reverse", "--provider-name", "Descope2");
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("--app-name")]);
    expect((await world.json("oidc", "reverse", "--undo", "--yes")).document).toMatchObject({ written: false });
    expect((await provider(world))["ProviderDetails"]).toMatchObject({ client_id: "a" });
  });

  test.each([
    ["--provider-name", "has space"],
    ["--provider-name", "_x"],
    ["--client", "unknown"],
  ])("%s %s is refused", async (option, value) => {
    await using world = await openOidcWorld();
    expect((await world.c2d("oidc", "reverse", option, value, "--yes")).code).toBe(2);
  });
});
