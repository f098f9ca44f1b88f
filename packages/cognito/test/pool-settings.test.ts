import { inspect } from "node:util";
import type { AppClientDescription } from "@cognito-to-descope/core";
import { startSandbox, type Sandbox } from "@cognito-to-descope/sandbox";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createUserPoolSource } from "../src/user-pool-source.ts";
import type { CognitoUserPoolSource } from "../src/user-pool-source.ts";
import { createHastyClock } from "./support/clocks.ts";

let sandbox: Sandbox;
let source: CognitoUserPoolSource;
beforeEach(async () => {
  sandbox = await startSandbox({ only: "cognito", users: 1 });
  source = createUserPoolSource({
    userPoolId: sandbox.userPoolId,
    region: sandbox.region,
    endpoint: sandbox.cognito,
    clock: createHastyClock(),
  });
});
afterEach(async () => {
  source.close();
  await sandbox.stop();
});

const descope = {
  name: "Descope",
  type: "OIDC",
  details: {
    client_id: "P2",
    oidc_issuer: "https://api.descope.com/P2",
    attributes_request_method: "GET",
    authorize_scopes: "openid email",
  },
  secrets: {},
  attributeMapping: { email: "email" },
  identifiers: [],
};

describe("app clients", () => {
  const settings = { GenerateSecret: true, CallbackURLs: ["https://a.example/"], ExplicitAuthFlows: [] };

  test("are created with a secret that prints nowhere, read whole, and deleted", async () => {
    const made = await source.settings().createAppClient("descope", settings);
    expect(made.secret?.reveal()).toMatch(/^\w{40,}$/);
    expect(JSON.stringify(made) + inspect(made)).not.toContain(made.secret?.reveal());
    const read = (await source.settings().readAppClient(made.clientId)) as AppClientDescription;
    expect(read).toMatchObject({ name: "descope", settings: { CallbackURLs: ["https://a.example/"] } });
    expect(Object.keys(read.settings)).not.toContain("ClientSecret");
    expect((await source.settings().listAppClients()).map(({ name }) => name)).toContain("descope");
    await source.settings().deleteAppClient(made.clientId);
    await source.settings().deleteAppClient(made.clientId);
    expect(await source.settings().readAppClient(made.clientId)).toBeUndefined();
  });

  test("lose what an update leaves out, and keep their secret", async () => {
    const made = await source.settings().createAppClient("descope", settings);
    const { settings: after, secret } = await source.settings().replaceAppClient(made.clientId, {
      ...settings,
      CallbackURLs: [],
      RefreshTokenValidity: 1,
    });
    expect(after).toMatchObject({ CallbackURLs: [], RefreshTokenValidity: 1 });
    expect(secret?.reveal()).toBe(made.secret?.reveal());
  });

  test("are not created a second time when the answer to the first time is lost", async () => {
    sandbox.faults.add([{ operation: "CreateUserPoolClient", nth: 1, fault: { kind: "answer-lost" } }]);
    await expect(source.settings().createAppClient("descope", settings)).rejects.toMatchObject({
      code: "ERR_SOURCE_UNREACHABLE",
    });
    expect((await source.settings().listAppClients()).filter(({ name }) => name === "descope")).toHaveLength(1);
  });
});

describe("identity providers", () => {
  test("are created with their secret, replaced, and deleted", async () => {
    const { secret } = await source.settings().createAppClient("any", { GenerateSecret: true });
    await source
      .settings()
      .createIdentityProvider({ ...descope, secrets: secret === undefined ? {} : { client_secret: secret } });
    const read = await source.settings().readIdentityProvider("Descope");
    expect(read).toMatchObject({ type: "OIDC", details: descope.details, attributeMapping: { email: "email" } });
    expect(read?.details).not.toHaveProperty("client_secret");
    expect(read?.secrets["client_secret"]?.reveal()).toBe(secret?.reveal());
    await source.settings().replaceIdentityProvider({ ...descope, attributeMapping: { name: "name" } });
    expect((await source.settings().readIdentityProvider("Descope"))?.attributeMapping).toMatchObject({ name: "name" });
    await source.settings().deleteIdentityProvider("Descope");
    await source.settings().deleteIdentityProvider("Descope");
    expect(await source.settings().readIdentityProvider("Descope")).toBeUndefined();
  });
});

describe("changes", () => {
  const given = { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"], ReadAttributes: ["email"] };

  test("that make a client are sent once when the answer is lost, and those that replace one as often as it takes", async () => {
    sandbox.faults.add([
      { operation: "CreateUserPoolClient", nth: 1, fault: { kind: "answer-lost" } },
      { operation: "UpdateUserPoolClient", times: 2, fault: { kind: "answer-lost" } },
    ]);
    const settings = source.settings();
    await expect(settings.createAppClient("once", given)).rejects.toMatchObject({ code: "ERR_SOURCE_UNREACHABLE" });
    const named = (await settings.listAppClients()).filter(({ name }) => name === "once");
    expect(named).toHaveLength(1);
    const { clientId } = named[0] as { readonly clientId: string };
    expect((await settings.replaceAppClient(clientId, given)).settings).toMatchObject(given);
    sandbox.faults.assertAllHappened();
  });

  test("wait out throttling", async () => {
    sandbox.faults.add([{ operation: "CreateUserPoolClient", times: 3, fault: { kind: "throttle" } }]);
    await source.settings().createAppClient("once", given);
    expect((await source.settings().listAppClients()).filter(({ name }) => name === "once")).toHaveLength(1);
  });

  test.each([
    ["InvalidParameterException", /look at its settings in the AWS console/],
    ["LimitExceededException", /as many of these as AWS allows/],
  ])("that Cognito refuses with %s are not repeated, and are the operator's to mend", async (code, suggestion) => {
    const body = JSON.stringify({ __type: code, message: "secret words" });
    sandbox.faults.add([{ operation: "CreateUserPoolClient", nth: 1, fault: { kind: "status", status: 400, body } }]);
    const refused: unknown = await source
      .settings()
      .createAppClient("no", given)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "ERR_SOURCE_REFUSED",
      recovery: "operator",
      vendorCode: code,
      message: expect.stringMatching(new RegExp(`^CreateUserPoolClient was refused with ${code}`)) as string,
      suggestion: expect.stringMatching(suggestion) as string,
    });
    expect(inspect(refused)).not.toContain("secret words");
  });

  test("that another change collides with are sent again", async () => {
    const { clientId } = await source.settings().createAppClient("once", given);
    const body = JSON.stringify({ __type: "ConcurrentModificationException", message: "" });
    sandbox.faults.add([{ operation: "UpdateUserPoolClient", nth: 1, fault: { kind: "status", status: 400, body } }]);
    expect((await source.settings().replaceAppClient(clientId, given)).settings).toMatchObject(given);
  });
});

test("resource servers are read with their scopes, over as many pages as there are", async () => {
  const pool = sandbox.cognitoService.state.pools.get(sandbox.userPoolId);
  const scopes = [{ ScopeName: "read", ScopeDescription: "Read" }];
  for (let index = 0; index < 60; index += 1) {
    const identifier = `https://api-${index}.example`;
    pool?.resourceServers.set(identifier, { identifier, name: "api", scopes });
  }
  const servers = await source.settings().listResourceServers();
  const made = servers.filter(({ identifier }) => identifier.startsWith("https://api-"));
  expect(made).toHaveLength(60);
  expect(made[0]).toMatchObject({ name: "api", scopes: [{ name: "read", description: "Read" }] });
});

test("how users sign in is read without what the pool holds", async () => {
  expect(await source.settings().readSignIn()).toMatchObject({
    userPoolId: sandbox.userPoolId,
    mfa: { configuration: expect.stringMatching(/^(OFF|OPTIONAL|ON)$/) as string },
    threatProtection: expect.stringMatching(/^(OFF|AUDIT|ENFORCED)$/) as string,
    verification: { atSignUp: expect.any(Array) as string[] },
  });
  expect(sandbox.requests.entries().map(({ operation }) => operation)).toEqual([
    "DescribeUserPool",
    "GetUserPoolMfaConfig",
  ]);
});
