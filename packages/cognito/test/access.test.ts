import { describe, expect, it } from "vitest";

import { minimalPolicy } from "../src/index.ts";
import { SOURCE_OPERATIONS } from "../src/operations.ts";
import type { SourceOperation } from "../src/operations.ts";
import { collect, openPool } from "./support/open-pool.ts";
import type { OpenPool } from "./support/open-pool.ts";

const actions = minimalPolicy({ region: "us-east-1", domains: true }).Statement.flatMap(
  (statement) => statement.Action,
);

/** Everything that a source can read. */
async function readAll({ source }: OpenPool): Promise<void> {
  const { groups } = await source.readSnapshot();
  await source.readConnections();
  await source.settings().listResourceServers();
  const [page] = await collect(source.users());
  await source.groupsOf(page?.users[0]?.username ?? "");
  for (const { name } of groups) await collect(source.members(name));
}

describe("permissions", () => {
  it("of the minimal policy suffice for everything, and each of them is used", async () => {
    const open = await openPool({ users: 20, cognito: { permissions: { allow: actions } } });
    await readAll(open);
    const called = new Set(open.sandbox.requests.entries().map((entry) => `cognito-idp:${entry.operation}`));
    expect([...called].toSorted()).toEqual(actions.toSorted());
  });

  it.each(Object.keys(SOURCE_OPERATIONS) as SourceOperation[])(
    "are all needed: without %s the error names it",
    async (missing) => {
      const action = `cognito-idp:${missing}`;
      const open = await openPool({
        users: 20,
        cognito: { permissions: { allow: actions.filter((allowed) => allowed !== action) } },
      });
      const error: unknown = await readAll(open).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: "ERR_SOURCE_PERMISSION_MISSING",
        recovery: "operator",
        message: `the credentials lack the permission ${action} on user pool ${open.sandbox.userPoolId}`,
        vendorCode: "AccessDeniedException",
        suggestion: `allow ${action} on ${
          missing === "DescribeUserPoolDomain"
            ? "*"
            : `arn:aws:cognito-idp:us-east-1:*:userpool/${open.sandbox.userPoolId}`
        }`,
      });
      expect(JSON.stringify(error)).not.toContain("123456789012");
      expect(open.events).toEqual([]);
    },
  );

  it("that are denied explicitly are told apart", async () => {
    const open = await openPool({ users: 1, cognito: { permissions: { deny: ["ListUsers"] } } });
    await expect(collect(open.source.users())).rejects.toMatchObject({
      code: "ERR_SOURCE_PERMISSION_MISSING",
      suggestion: expect.stringContaining("denies it explicitly") as string,
    });
  });
});

describe("credentials", () => {
  const accessKeys = { AKIASANDBOX: "right" };

  it("that are right are taken", async () => {
    const { source } = await openPool(
      { users: 3, cognito: { accessKeys } },
      { accessKeyId: "AKIASANDBOX", secretAccessKey: "right" },
    );
    expect(await collect(source.users())).toHaveLength(1);
  });

  it.each([
    ["an unknown key", { accessKeyId: "AKIAOTHER", secretAccessKey: "right" }, "UnrecognizedClientException"],
    ["a wrong secret", { accessKeyId: "AKIASANDBOX", secretAccessKey: "wrong" }, "InvalidSignatureException"],
  ])("with %s are refused without showing them", async (_name, keys, vendorCode) => {
    const { source, sandbox } = await openPool({ users: 3, cognito: { accessKeys } }, keys);
    const error: unknown = await collect(source.users()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ERR_SOURCE_UNAUTHORIZED", recovery: "operator", vendorCode });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/AKIA|"right"|wrong/);
    expect(sandbox.requests.entries()).toHaveLength(1);
  });

  it("that have expired are refused", async () => {
    const { source, sandbox } = await openPool({ users: 3 });
    const body = JSON.stringify({
      __type: "ExpiredTokenException",
      message: "The security token included in the request is expired",
    });
    sandbox.faults.add([{ operation: "ListUsers", fault: { kind: "status", status: 400, body } }]);
    await expect(collect(source.users())).rejects.toMatchObject({
      code: "ERR_SOURCE_UNAUTHORIZED",
      suggestion: "the AWS session has expired: sign in again",
    });
  });

  it("are made up for an emulator on this machine when there are none", async () => {
    const { source } = await openPool({ users: 3 }, { accessKeyId: undefined, secretAccessKey: undefined });
    expect(await collect(source.users())).toHaveLength(1);
  });

  it("of a profile that does not exist are refused", async () => {
    const { source } = await openPool(
      { users: 3 },
      { accessKeyId: undefined, secretAccessKey: undefined, profile: "no-such-profile" },
    );
    await expect(collect(source.users())).rejects.toMatchObject({
      code: "ERR_SOURCE_UNAUTHORIZED",
      vendorCode: "CredentialsProviderError",
    });
  });

  it("survive a clock that is an hour off", async () => {
    const { source, events } = await openPool(
      { users: 3, cognito: { accessKeys }, clock: () => Date.now() + 3_600_000 },
      { accessKeyId: "AKIASANDBOX", secretAccessKey: "right" },
    );
    expect(await collect(source.users())).toHaveLength(1);
    expect(events).toMatchObject([{ type: "retried", reason: "InvalidSignatureException" }]);
  });
});

describe("pools", () => {
  it("that do not exist are named", async () => {
    const { reopen } = await openPool({ users: 1 });
    await expect(reopen({ userPoolId: "us-east-1_NoSuch000" }).readSnapshot()).rejects.toMatchObject({
      code: "ERR_SOURCE_POOL_NOT_FOUND",
      message: "there is no user pool us-east-1_NoSuch000 in us-east-1 of this aws account",
    });
  });

  it("of another region are recognised behind an endpoint too", async () => {
    const { reopen } = await openPool({ users: 1 });
    await expect(reopen({ userPoolId: "eu-west-1_NoSuch000" }).readSnapshot()).rejects.toMatchObject({
      code: "ERR_SOURCE_REGION_MISMATCH",
      suggestion: "set the region to eu-west-1",
    });
  });
});
