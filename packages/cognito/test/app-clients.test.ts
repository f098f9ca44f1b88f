import { startSandbox } from "@cognito-to-descope/sandbox";
import type { Sandbox, SandboxOptions } from "@cognito-to-descope/sandbox";
import { describe, expect, it, onTestFinished } from "vitest";

import { createAppClients, minimalPolicy } from "../src/index.ts";
import type { CognitoAppClients, UserPoolSourceOptions } from "../src/index.ts";
import { createHastyClock } from "./support/clocks.ts";
import { unlimited } from "./support/open-pool.ts";

const SETTINGS = {
  ClientName: "check passwords",
  ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  PreventUserExistenceErrors: "ENABLED",
  SupportedIdentityProviders: ["COGNITO"],
  ReadAttributes: ["email", "custom:tier"],
  AccessTokenValidity: 5,
  TokenValidityUnits: { AccessToken: "minutes" },
};

function open(options: Partial<UserPoolSourceOptions> & { readonly userPoolId: string }): CognitoAppClients {
  const clients = createAppClients({
    region: "us-east-1",
    accessKeyId: "sandbox",
    secretAccessKey: "sandbox",
    clock: createHastyClock(),
    random: () => 0.5,
    limits: unlimited,
    ...options,
  });
  onTestFinished(() => clients[Symbol.dispose]());
  return clients;
}

async function openSandbox(
  options: Omit<SandboxOptions, "only"> = {},
): Promise<{ readonly sandbox: Sandbox; readonly clients: CognitoAppClients }> {
  const sandbox = await startSandbox({ ...options, only: "cognito" });
  onTestFinished(() => sandbox.stop());
  return { sandbox, clients: open({ userPoolId: sandbox.userPoolId, endpoint: sandbox.cognito }) };
}

describe("app clients", () => {
  it("are made, listed, read, replaced and deleted, and the secret is told only where it is asked for", async () => {
    const { clients } = await openSandbox();
    const made = await clients.create(SETTINGS, { generateSecret: true });
    expect(made).toMatchObject({ name: "check passwords", hasSecret: true, settings: SETTINGS });
    expect(await clients.list()).toContainEqual({ clientId: made.clientId, name: "check passwords" });
    const secret = await clients.readSecret(made.clientId);
    expect(secret).toMatch(/^\w{40,}$/);
    const read = await clients.read(made.clientId);
    expect(read).toEqual(made);
    expect(JSON.stringify(read)).not.toContain(secret);

    const replaced = await clients.replace(made.clientId, { ClientName: "check passwords" });
    expect(replaced.settings).not.toHaveProperty("ExplicitAuthFlows");
    expect(await clients.readSecret(made.clientId)).toBe(secret);
    await clients.delete(made.clientId);
    expect(await clients.read(made.clientId)).toBeUndefined();
    await clients.delete(made.clientId);
  });

  it("of another pool are not there, and a pool that is not there is an error", async () => {
    const { sandbox, clients } = await openSandbox();
    expect(await clients.read("0123456789abcdefghijklmnop")).toBeUndefined();
    const nowhere = open({ userPoolId: "us-east-1_Nowhere00", endpoint: sandbox.cognito });
    await expect(nowhere.read(sandbox.clientId)).rejects.toMatchObject({ code: "ERR_SOURCE_POOL_NOT_FOUND" });
    await expect(nowhere.readPool()).rejects.toMatchObject({ code: "ERR_SOURCE_POOL_NOT_FOUND" });
  });

  it("are made once even when the answer is lost, and replaced as often as it takes", async () => {
    const { sandbox, clients } = await openSandbox();
    sandbox.faults.add([{ operation: "CreateUserPoolClient", nth: 1, fault: { kind: "answer-lost" } }]);
    await expect(clients.create(SETTINGS, { generateSecret: false })).rejects.toMatchObject({
      code: "ERR_SOURCE_UNREACHABLE",
    });
    const named = (await clients.list()).filter(({ name }) => name === "check passwords");
    expect(named).toHaveLength(1);
    sandbox.faults.add([{ operation: "UpdateUserPoolClient", times: 2, fault: { kind: "answer-lost" } }]);
    const replaced = await clients.replace(named[0]?.clientId ?? "", SETTINGS);
    expect(replaced.settings).toMatchObject(SETTINGS);
  });

  it("wait out throttling", async () => {
    const { sandbox, clients } = await openSandbox();
    sandbox.faults.add([{ operation: "CreateUserPoolClient", times: 3, fault: { kind: "throttle" } }]);
    await clients.create(SETTINGS, { generateSecret: false });
    expect((await clients.list()).filter(({ name }) => name === "check passwords")).toHaveLength(1);
  });

  it("need the permissions of the policy that allows them, and no others", async () => {
    const allow = minimalPolicy({ region: "us-east-1", appClients: true }).Statement.flatMap(({ Action }) => Action);
    const { clients } = await openSandbox({ cognito: { permissions: { allow } } });
    await clients.readPool();
    const { clientId } = await clients.create(SETTINGS, { generateSecret: false });
    await clients.replace(clientId, SETTINGS);
    await clients.delete(clientId);

    const reading = minimalPolicy({ region: "us-east-1" }).Statement.flatMap(({ Action }) => Action);
    const other = await openSandbox({ cognito: { permissions: { allow: reading } } });
    await expect(other.clients.create(SETTINGS, { generateSecret: false })).rejects.toMatchObject({
      code: "ERR_SOURCE_PERMISSION_MISSING",
      suggestion: expect.stringContaining("allow cognito-idp:CreateUserPoolClient on arn:aws:cognito-idp:") as string,
    });
  });

  it("that Cognito refuses are the operator's business, with Cognito's code and not its text", async () => {
    const { clients } = await openSandbox();
    const flows = { ...SETTINGS, ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"] };
    await expect(clients.create(flows, { generateSecret: false })).rejects.toMatchObject({
      code: "ERR_SOURCE_REFUSED",
      vendorCode: "InvalidParameterException",
      message: expect.stringMatching(/^CreateUserPoolClient was refused with InvalidParameterException/) as string,
    });
  });
});

describe("the pool", () => {
  it("tells how its users sign in", async () => {
    const { clients } = await openSandbox();
    expect(await clients.readPool()).toMatchObject({
      userPoolId: clients.userPoolId,
      mfa: { configuration: expect.stringMatching(/^(OFF|OPTIONAL|ON)$/) as string },
      threatProtection: expect.stringMatching(/^(OFF|AUDIT|ENFORCED)$/) as string,
      passwordPolicy: { minimumLength: expect.any(Number) as number },
    });
  });
});
