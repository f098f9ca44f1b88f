import { describe, expect, it } from "vitest";

import { collect, openPool, unlimited } from "./support/open-pool.ts";

describe("readSnapshot", () => {
  it("reads everything about the pool but its users", async () => {
    const { sandbox, source } = await openPool({ users: 20, groups: 3 });
    const snapshot = await source.readSnapshot();
    const pool = sandbox.generated?.pool;
    expect(snapshot).toMatchObject({
      userPoolId: sandbox.userPoolId,
      name: "sandbox",
      region: "us-east-1",
      aliasAttributes: ["email", "phone_number", "preferred_username"],
      caseSensitive: true,
      mfa: { configuration: "OPTIONAL", sms: true, totp: true, email: false, passkeys: false },
      triggers: {
        PreSignUp: expect.stringContaining(":function:check-invitation") as string,
        PostConfirmation: expect.stringContaining(":function:send-welcome") as string,
        PreTokenGeneration: expect.stringContaining(":function:add-claims") as string,
      },
      domain: expect.stringMatching(/^sandbox-/) as string,
      customDomain: expect.stringMatching(/^auth-.*\.example\.com$/) as string,
    });
    expect(snapshot.schema.find((attribute) => attribute.name === "custom:seats")).toEqual({
      name: "custom:seats",
      type: "Number",
      required: false,
      mutable: true,
    });
    expect(snapshot.appClients.map((client) => client.name).toSorted()).toEqual(["legacy", "machine", "server", "web"]);
    expect(snapshot.appClients.find((client) => client.name === "server")).toMatchObject({
      hasSecret: true,
      refreshTokenSeconds: 30 * 86_400,
    });
    expect(snapshot.appClients.find((client) => client.name === "web")).toMatchObject({
      hasSecret: false,
      oauthFlows: ["code"],
      callbackUrls: ["https://app.example.com/callback", "http://localhost:3000/callback"],
    });
    expect(snapshot.groups.map((group) => group.name).toSorted()).toEqual([...(pool?.groups.keys() ?? [])].toSorted());
    expect(snapshot.identityProviders.map((provider) => provider.name).toSorted()).toEqual(
      [...(pool?.providers.keys() ?? [])].toSorted(),
    );
  });

  it("lets no secret out", async () => {
    const { sandbox, source } = await openPool({ users: 5 });
    const text = JSON.stringify(await source.readSnapshot());
    const pool = sandbox.generated?.pool;
    const secrets = [
      ...[...(pool?.clients.values() ?? [])].map((client) => client.secret),
      ...[...(pool?.providers.values() ?? [])].map((provider) => provider.details["client_secret"]),
    ].filter((secret) => secret !== undefined);
    expect(secrets.length).toBeGreaterThanOrEqual(4);
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text).toContain("sandbox-client");
  });

  it("reads every page of clients, providers and groups", async () => {
    const { sandbox, source, reopen } = await openPool({ users: 5, groups: 130 });
    const whole = await source.readSnapshot();
    expect(whole.groups.filter((group) => /^group-\d+$/.test(group.name))).toHaveLength(130);
    sandbox.requests.reset();
    const paged = await reopen({ maxPageSize: 1 }).readSnapshot();
    expect(paged).toEqual(whole);
    const count = (operation: string): number =>
      sandbox.requests.entries().filter((entry) => entry.operation === operation).length;
    expect(count("ListGroups")).toBe(whole.groups.length);
    expect(count("ListUserPoolClients")).toBe(4);
    expect(count("ListIdentityProviders")).toBe(whole.identityProviders.length);
  });

  it("leaves out a client that is deleted while the pool is read, and says so", async () => {
    const { sandbox, source, events } = await openPool({ users: 5 });
    sandbox.faults.add([
      {
        operation: "DescribeUserPoolClient",
        nth: 2,
        fault: {
          kind: "status",
          status: 400,
          body: JSON.stringify({ __type: "ResourceNotFoundException", message: "User pool client x does not exist." }),
        },
      },
    ]);
    const snapshot = await source.readSnapshot();
    expect(snapshot.appClients).toHaveLength(3);
    expect(events).toEqual([{ type: "vanished", operation: "DescribeUserPoolClient" }]);
  });

  it("throws rather than leave a part out", async () => {
    for (const operation of ["GetUserPoolMfaConfig", "ListUserPoolClients", "DescribeIdentityProvider", "ListGroups"]) {
      const { sandbox, source } = await openPool({ users: 5 }, { maxAttempts: 2 });
      sandbox.faults.add([{ operation, fault: { kind: "status", status: 500 } }]);
      await expect(source.readSnapshot()).rejects.toMatchObject({ code: "ERR_SOURCE_UNREACHABLE", status: 500 });
    }
  });

  it.each([
    ["DescribeUserPool", "{}"],
    ["ListUserPoolClients", "{}"],
    ["ListGroups", '{"Groups":null}'],
    ["DescribeUserPoolClient", ""],
  ])("does not take an answer of %s that holds nothing for an empty part", async (operation, body) => {
    const { sandbox, source } = await openPool({ users: 5 }, { maxAttempts: 2 });
    sandbox.faults.add([{ operation, fault: { kind: "status", status: 200, body } }]);
    await expect(source.readSnapshot()).rejects.toMatchObject({ code: "ERR_SOURCE_UNEXPECTED" });
  });

  it("does not take an answer without users for the end of the users", async () => {
    const { sandbox, source } = await openPool({ users: 100 }, { maxAttempts: 3 });
    sandbox.faults.add([{ operation: "ListUsers", nth: 2, fault: { kind: "status", status: 200, body: "{}" } }]);
    expect((await collect(source.users())).flatMap((page) => page.users)).toHaveLength(100);
  });
});

describe("operations that the endpoint lacks", () => {
  const unsupported = {
    kind: "status",
    status: 500,
    body: JSON.stringify({ __type: "CognitoLocal#Unsupported", message: "unsupported" }),
  } as const;
  const unknown = {
    kind: "status",
    status: 400,
    body: JSON.stringify({ __type: "UnknownOperationException" }),
  } as const;
  const werkzeug = { kind: "html", status: 500, headers: { server: "Werkzeug/2.2.2 Python/3.11.2" } } as const;

  it.each([
    ["cognito-local", unsupported],
    ["moto", werkzeug],
  ])("leave a part empty beside an endpoint when said as %s says it", async (_name, fault) => {
    const { sandbox, source, events } = await openPool({ users: 5 });
    sandbox.faults.add([
      { operation: "ListIdentityProviders", fault },
      { operation: "GetUserPoolMfaConfig", fault },
    ]);
    const snapshot = await source.readSnapshot();
    expect(snapshot.identityProviders).toEqual([]);
    expect(snapshot.mfa).toMatchObject({ configuration: "OPTIONAL", totp: false });
    expect(events.map((event) => `${event.type} ${event.operation}`).toSorted()).toEqual([
      "operation-missing GetUserPoolMfaConfig",
      "operation-missing ListIdentityProviders",
    ]);
    expect(sandbox.requests.entries().filter((entry) => entry.operation === "GetUserPoolMfaConfig")).toHaveLength(1);
  });

  it("keep what the list told of a provider or client that cannot be described", async () => {
    const { sandbox, source } = await openPool({ users: 5 });
    sandbox.faults.add([{ operation: "DescribeIdentityProvider", fault: unsupported }]);
    const { identityProviders } = await source.readSnapshot();
    expect(identityProviders.length).toBeGreaterThan(0);
    expect(identityProviders.every((provider) => provider.name !== "" && provider.type !== "")).toBe(true);
  });

  it("are an error when said as AWS says it, unless that is tolerated in words", async () => {
    const { sandbox, source, reopen } = await openPool({ users: 5 });
    sandbox.faults.add([{ operation: "ListIdentityProviders", fault: unknown }]);
    await expect(source.readSnapshot()).rejects.toMatchObject({
      code: "ERR_SOURCE_UNEXPECTED",
      vendorCode: "UnknownOperationException",
    });
    const snapshot = await reopen({ tolerateMissingOperations: true }).readSnapshot();
    expect(snapshot.identityProviders).toEqual([]);
  });

  it("are an error when nothing is to be tolerated", async () => {
    const { sandbox, reopen } = await openPool({ users: 5 });
    sandbox.faults.add([{ operation: "ListIdentityProviders", fault: unsupported }]);
    await expect(reopen({ tolerateMissingOperations: false, limits: unlimited }).readSnapshot()).rejects.toMatchObject({
      code: "ERR_SOURCE_UNEXPECTED",
      vendorCode: "Unsupported",
    });
  });

  it("never stand for users or members", async () => {
    const { sandbox, source } = await openPool({ users: 5 }, { tolerateMissingOperations: true });
    sandbox.faults.add([{ operation: "ListUsers*", fault: unsupported }]);
    await expect(collect(source.users())).rejects.toMatchObject({ code: "ERR_SOURCE_UNEXPECTED" });
    await expect(collect(source.members("group-001"))).rejects.toMatchObject({ code: "ERR_SOURCE_UNEXPECTED" });
  });
});
