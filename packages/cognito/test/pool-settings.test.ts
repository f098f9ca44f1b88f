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
