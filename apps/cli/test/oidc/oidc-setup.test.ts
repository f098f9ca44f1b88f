import {
  CreateGroupCommand,
  CreateIdentityProviderCommand,
  CreateUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  ListUserPoolClientsCommand,
  UpdateUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { openOidcWorld, type OidcWorld } from "./oidc-world.ts";

const OWN = "cognito-to-descope-oidc";

async function clientNames({ aws, userPoolId }: OidcWorld): Promise<readonly (string | undefined)[]> {
  const { UserPoolClients } = await aws.send(
    new ListUserPoolClientsCommand({ UserPoolId: userPoolId, MaxResults: 60 }),
  );
  return (UserPoolClients ?? []).map(({ ClientName }) => ClientName);
}

async function clientSettings({ aws, userPoolId }: OidcWorld, ClientId: string): Promise<Record<string, unknown>> {
  const { UserPoolClient } = await aws.send(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId }));
  return { ...UserPoolClient };
}

const rules = (document: Record<string, unknown>): readonly string[] =>
  (document["findings"] as readonly { readonly rule: string }[]).map(({ rule }) => rule);

describe("oidc setup", () => {
  test("makes an app client for Descope alone and the provider, and reaches Cognito's sign-in page", async () => {
    await using world = await openOidcWorld();
    const { code, document, stderr, stdout } = await world.json("oidc", "setup");
    expect(code, stderr).toBe(0);
    const { sandbox } = world;
    const clientId = document["clientId"] as string;
    expect(document).toMatchObject({
      providerId: "cognito",
      client: { operation: "create" },
      provider: { operation: "create" },
      flow: { flowId: "cognito-oidc", operation: "create" },
      check: { ok: true, redirectUri: `${sandbox.descope}/v1/oauth/callback` },
    });
    const { ClientSecret, ...client } = await clientSettings(world, clientId);
    expect(client).toMatchObject({
      ClientName: OWN,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email", "phone", "profile"],
      CallbackURLs: [`${sandbox.descope}/v1/oauth/callback`, `${sandbox.descope}/v1/auth/oauth/callback`],
      SupportedIdentityProviders: ["COGNITO"],
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
    });
    expect(client["ReadAttributes"]).toEqual(
      expect.arrayContaining(["custom:plan", "email", "email_verified", "name"]),
    );
    expect(stdout + stderr).not.toContain(ClientSecret);
    expect(await world.manage("GET", "/v1/mgmt/oauth/provider?id=cognito")).toMatchObject({
      clientId,
      issuer: `${sandbox.cognito}/${world.userPoolId}`,
      trustProvidedEmails: true,
      jitUpdatesDisabled: true,
      userDataClaimsMapping: {
        loginId: "email",
        email: "email",
        verifiedEmail: "email_verified",
        givenName: "given_name",
        customAttributes: { cognitoSub: "sub", cognitoUsername: "username", plan: "custom:plan" },
      },
    });
  });

  test("writes nothing in a dry run, and nothing the second time", async () => {
    await using world = await openOidcWorld();
    world.sandbox.requests.reset();
    const dry = await world.c2d("oidc", "setup", "--dry-run");
    expect(dry.code, dry.stderr).toBe(0);
    expect(dry.stdout).toMatch(/create the app client[^]*\+ CallbackURLs[^]*create the OAuth provider[^]*dry run/);
    expect(world.sandbox.requests.count({ write: true })).toBe(0);
    expect((await world.c2d("oidc", "setup")).code).toBe(0);
    world.sandbox.requests.reset();
    const again = await world.json("oidc", "setup");
    expect(again.document).toMatchObject({
      client: { operation: "none", differences: [] },
      provider: { operation: "none", differences: [] },
      flow: { operation: "none" },
      check: { ok: true },
    });
    const writes = world.sandbox.requests.counts({ write: true }).map(({ operation }) => operation);
    expect(writes.filter((operation) => operation !== "POST /v1/auth/oauth/authorize")).toEqual([]);
  });

  test("brings back what was changed by hand, and shows the difference", async () => {
    await using world = await openOidcWorld();
    const { document } = await world.json("oidc", "setup");
    await world.manage("POST", "/v1/mgmt/oauth/provider", { id: "cognito", scopes: ["openid"] });
    const again = await world.json("oidc", "setup");
    expect(again.document).toMatchObject({
      clientId: document["clientId"],
      provider: { operation: "update", differences: [{ setting: "scopes", from: ["openid"] }] },
      check: { ok: true },
    });
  });

  test("takes back what it made, and nothing else", async () => {
    await using world = await openOidcWorld();
    await world.c2d("oidc", "setup");
    const refused = await world.c2d("oidc", "setup", "--undo");
    expect(refused.code).toBe(2);
    const undone = await world.json("oidc", "setup", "--undo", "--yes");
    expect(undone.document).toMatchObject({ providerId: "cognito", flowId: "cognito-oidc", written: true });
    expect(await world.manage("POST", "/v1/mgmt/flow/list", {})).toMatchObject({ total: 0 });
    expect(await clientNames(world)).toEqual(["web"]);
    expect(await world.manage("GET", "/v1/mgmt/oauth/provider?id=cognito")).toMatchObject({ errorCode: "E011004" });
    expect((await world.json("oidc", "setup", "--undo", "--yes")).document).toMatchObject({ written: false });
  });

  test("uses the address that the request really asks to come back to", async () => {
    await using world = await openOidcWorld({ variants: { oauthCallback: "/v1/auth/oauth/callback" } });
    const { document } = await world.json("oidc", "setup");
    expect(document["check"]).toMatchObject({
      ok: true,
      redirectUri: `${world.sandbox.descope}/v1/auth/oauth/callback`,
    });
  });

  test("says what Cognito says when the request is refused", async () => {
    await using world = await openOidcWorld();
    const { document } = await world.json("oidc", "setup");
    const clientId = document["clientId"] as string;
    await world.aws.send(
      new UpdateUserPoolClientCommand({
        UserPoolId: world.userPoolId,
        ClientId: clientId,
        CallbackURLs: ["https://elsewhere.example/"],
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["code"],
        AllowedOAuthScopes: ["openid"],
        SupportedIdentityProviders: ["COGNITO"],
      }),
    );
    // With --client it is somebody's live client: its other settings are kept, and it is not mended behind their back.
    await world.manage("POST", "/v1/mgmt/oauth/provider", { id: "cognito", clientId: "nobody" });
    const broken = await world.json("oidc", "setup", "--dry-run");
    expect(broken.document).toMatchObject({ client: { operation: "update" }, provider: { operation: "update" } });
    const mended = await world.json("oidc", "setup");
    expect(mended.document["check"]).toMatchObject({ ok: true });
    expect((await clientSettings(world, clientId))["CallbackURLs"]).toContain("https://elsewhere.example/");
  });
});

test("a sign-in that the project does not begin is a check that failed, and a permission that is missing is named", async () => {
  await using world = await openOidcWorld();
  world.sandbox.faults.add([
    { operation: "POST /v1/auth/oauth/authorize", nth: 1, fault: { kind: "status", status: 400 } },
  ]);
  const failed = await world.json("oidc", "setup");
  expect(failed.code).toBe(3);
  expect(failed.document["check"]).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/begins no sign-in/) as string,
  });
  expect((await world.json("oidc", "setup")).code).toBe(0);

  await using poor = await openOidcWorld({ deny: ["CreateUserPoolClient"] });
  const denied = await poor.c2d("oidc", "setup");
  expect(denied.code).toBe(2);
  expect(denied.stderr).toMatch(/cognito-idp:CreateUserPoolClient[^]*ERR_SOURCE_PERMISSION_MISSING/);
});

describe("the flow", () => {
  const edit = async (world: OidcWorld, description: string): Promise<void> => {
    const { flow } = (await world.manage("POST", "/v2/mgmt/flow/export", { flowId: "cognito-oidc" })) as {
      flow: { metadata: object; contents: { tasks: Record<string, object> } };
    };
    const [first = ""] = Object.keys(flow.contents.tasks).filter((id) => id !== "start");
    flow.contents.tasks[first] = { ...flow.contents.tasks[first], name: "edited" };
    flow.metadata = { ...flow.metadata, description };
    await world.manage("POST", "/v2/mgmt/flow/import", { flow });
  };

  test("that was edited since stays as it is, and that somebody else made is never overwritten", async () => {
    await using world = await openOidcWorld();
    await world.json("oidc", "setup");
    await edit(world, "Mine now. Made by c2d: cognito-oidc.");
    const again = await world.json("oidc", "setup");
    expect(again.document).toMatchObject({ flow: { operation: "keep" }, written: { flow: false } });
    await edit(world, "Somebody's own.");
    const refused = await world.c2d("oidc", "setup");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("flow of this ID")]);
    expect((await world.json("oidc", "setup", "--undo", "--yes")).document).not.toHaveProperty("flowId");
    expect(await world.manage("POST", "/v1/mgmt/flow/list", {})).toMatchObject({ total: 1 });
  });

  test("can be left out", async () => {
    await using world = await openOidcWorld();
    expect((await world.json("oidc", "setup", "--no-flow")).document).toMatchObject({ flow: null });
    expect(await world.manage("POST", "/v1/mgmt/flow/list", {})).toMatchObject({ total: 0 });
  });
});

describe("a live app client", () => {
  test("is changed by additions only, after a yes, and can be given back what it was", async () => {
    await using world = await openOidcWorld();
    const before = await clientSettings(world, world.liveClientId);
    const silent = await world.c2d("oidc", "setup", "--client", world.liveClientId);
    expect(silent.code).toBe(2);
    expect(silent.stderr).toContain("live app client");
    expect(await clientSettings(world, world.liveClientId)).toEqual(before);

    const { code, document } = await world.json("oidc", "setup", "--client", world.liveClientId, "--yes");
    expect(code).toBe(0);
    expect(document).toMatchObject({ clientId: world.liveClientId, check: { ok: true } });
    const after = await clientSettings(world, world.liveClientId);
    expect(after).toMatchObject({ ClientName: "web", RefreshTokenValidity: 7, ClientSecret: before["ClientSecret"] });
    expect(after["CallbackURLs"]).toEqual([
      "https://app.example/callback",
      `${world.sandbox.descope}/v1/oauth/callback`,
      `${world.sandbox.descope}/v1/auth/oauth/callback`,
    ]);
    expect(await clientNames(world)).toEqual(["web"]);

    const undone = await world.json("oidc", "setup", "--undo", "--client", world.liveClientId, "--yes");
    expect(undone.document).toMatchObject({ restored: true });
    const { LastModifiedDate: _then, ...was } = before;
    expect(await clientSettings(world, world.liveClientId)).toMatchObject(was);
  });

  test("that somebody changed since is left as it is", async () => {
    await using world = await openOidcWorld();
    await world.json("oidc", "setup", "--client", world.liveClientId, "--yes");
    const {
      ClientSecret: _secret,
      CreationDate: _c,
      LastModifiedDate: _m,
      ...now
    } = await clientSettings(world, world.liveClientId);
    await world.aws.send(
      new UpdateUserPoolClientCommand({
        ...(now as { UserPoolId: string; ClientId: string }),
        RefreshTokenValidity: 9,
      }),
    );
    const undone = await world.json("oidc", "setup", "--undo", "--client", world.liveClientId, "--yes");
    expect(undone.code).toBe(3);
    expect((await clientSettings(world, world.liveClientId))["RefreshTokenValidity"]).toBe(9);
  });

  test("must exist and have a secret", async () => {
    await using world = await openOidcWorld();
    const { UserPoolClient } = await world.aws.send(
      new CreateUserPoolClientCommand({ UserPoolId: world.userPoolId, ClientName: "spa" }),
    );
    for (const id of ["unknown", UserPoolClient?.ClientId ?? ""]) {
      const { code, stderr } = await world.c2d("oidc", "setup", "--client", id, "--yes");
      expect(code).toBe(2);
      expect(stderr).toMatch(/no app client of this ID|has no secret/);
    }
  });
});

describe("what stands in the way", () => {
  test("a pool without a domain blocks, and nothing is written", async () => {
    await using world = await openOidcWorld({ domain: false });
    const { code, document } = await world.json("oidc", "setup");
    expect(code).toBe(4);
    expect(rules(document)).toContain("oidc-no-domain");
    expect(await clientNames(world)).toEqual(["web"]);
  });

  test.each([
    ["nobody proves an address", { AutoVerifiedAttributes: [] }],
    ["a new address counts before it is proved", { UserAttributeUpdateSettings: {} }],
  ])("a pool where %s blocks, unless its addresses are trusted in words", async (_what, pool) => {
    await using world = await openOidcWorld({ pool });
    const { code, document } = await world.json("oidc", "setup");
    expect(code).toBe(4);
    expect(rules(document)).toContain("oidc-email-unproven");
    const trusted = await world.json("oidc", "setup", "--trust-emails");
    expect(trusted.code).toBe(0);
    expect(await world.manage("GET", "/v1/mgmt/oauth/provider?id=cognito")).toMatchObject({
      trustProvidedEmails: true,
    });
  });

  test("a pool with usernames is known by them, and its providers are not offered", async () => {
    await using world = await openOidcWorld({ pool: { UsernameAttributes: [], AliasAttributes: ["email"] } });
    await world.aws.send(
      new CreateIdentityProviderCommand({
        UserPoolId: world.userPoolId,
        ProviderName: "Partner",
        ProviderType: "OIDC",
        ProviderDetails: {
          client_id: "a",
          oidc_issuer: "https://partner.example",
          authorize_scopes: "openid",
          attributes_request_method: "GET",
        },
      }),
    );
    await world.aws.send(new CreateGroupCommand({ UserPoolId: world.userPoolId, GroupName: "staff" }));
    const { code, document } = await world.json("oidc", "setup");
    expect(code).toBe(0);
    expect(rules(document)).toEqual(expect.arrayContaining(["oidc-providers-left-out", "oidc-groups-not-mapped"]));
    const provider = await world.manage("GET", "/v1/mgmt/oauth/provider?id=cognito");
    expect(provider).toMatchObject({ userDataClaimsMapping: { loginId: "username" }, trustProvidedEmails: true });
  });

  test("a provider of somebody else is taken over only when that is said", async () => {
    await using world = await openOidcWorld();
    const own = {
      id: "cognito",
      clientId: "a",
      clientSecret: "b",
      authUrl: "https://a.example",
      tokenUrl: "https://a.example",
      description: "mine",
    };
    await world.manage("POST", "/v1/mgmt/oauth/provider", own);
    const refused = await world.c2d("oidc", "setup");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--take-over");
    expect(await clientNames(world)).toEqual(["web"]);
    expect((await world.c2d("oidc", "setup", "--take-over")).code).toBe(0);
    const second = await world.json("oidc", "setup", "--provider-id", "cognito-2");
    expect(second.document).toMatchObject({ flow: { flowId: "cognito-2-oidc" }, check: { ok: true } });
  });

  test("a provider that stands for another pool is not turned to this one", async () => {
    await using world = await openOidcWorld();
    await world.json("oidc", "setup");
    await world.manage("POST", "/v1/mgmt/oauth/provider", {
      id: "cognito",
      issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Another1",
    });
    const { code, stderr } = await world.c2d("oidc", "setup");
    expect([code, stderr]).toEqual([2, expect.stringContaining("another user pool")]);
  });

  test.each(["refused", "absent"] as const)(
    "where providers cannot be written (%s), the steps by hand are printed without the secret",
    async (oauthProviderApi) => {
      await using world = await openOidcWorld({ variants: { oauthProviderApi } });
      const { code, stdout, stderr } = await world.c2d("oidc", "setup");
      expect(code).toBe(3);
      const [name, secret] = ownSecret(world);
      expect(name).toBe(OWN);
      expect(stdout).toContain("Authorization endpoint: ");
      expect(stdout).toContain("custom:plan → plan");
      expect(stdout).toContain("aws cognito-idp describe-user-pool-client");
      expect(stdout + stderr).not.toContain(secret);

      const terraform = await world.c2d("oidc", "setup", "--print", "terraform", "--quiet");
      const { resource } = JSON.parse(terraform.stdout) as {
        resource: { descope_oauth_provider: { cognito: object } };
      };
      expect(resource.descope_oauth_provider.cognito).toMatchObject({
        id: "cognito",
        client_secret: "${var.cognito_client_secret}",
        claim_mapping: { loginId: "email", plan: "custom:plan", cognitoSub: "sub" },
        disable_jit_updates: true,
      });

      // Taken in as a snapshot, with the secret beside it, the provider is there, and the command finds that it fits.
      const snapshot = await world.c2d("oidc", "setup", "--print", "snapshot", "--quiet");
      expect(snapshot.code).toBe(3);
      expect(snapshot.stdout).not.toContain(secret);
      await world.manage("POST", "/v1/mgmt/project/snapshot/import", {
        files: { "snapshot.json": { version: 5 }, ...(JSON.parse(snapshot.stdout) as object) },
        inputSecrets: { oauthProviders: [{ id: "cognito", name: "cognito", type: "clientSecret", value: secret }] },
      });
      const checked = await world.json("oidc", "setup");
      expect([checked.code, checked.document["check"]]).toEqual([0, expect.objectContaining({ ok: true })]);
    },
  );

  test.each([
    [["--callback-url", "http://app.example/x"], "callback URL"],
    [["--user-pool-id", "us-east-1_Nowhere00"], "no user pool of this ID"],
    [["--provider-id", "a b"], "the provider ID must be"],
    [["--provider-id", "x".repeat(60)], "the provider ID must be"],
  ])("%j is refused", async (options, message) => {
    await using world = await openOidcWorld();
    const { code, stderr } = await world.c2d("oidc", "setup", ...options);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

function ownSecret({ sandbox, userPoolId }: OidcWorld): readonly [unknown, string] {
  const clients = [...(sandbox.cognitoService.state.pools.get(userPoolId)?.clients.values() ?? [])];
  const own = clients.find(({ settings }) => settings["ClientName"] === OWN);
  return [own?.settings["ClientName"], own?.secret ?? ""];
}
