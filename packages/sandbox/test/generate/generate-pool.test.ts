import { expect, test } from "vitest";

import { createCognitoService, everyKind, generatePool, startSandbox } from "../../src/index.ts";
import type { CognitoService, GenerateOptions } from "../../src/index.ts";
import { caller } from "../cognito/raw-call.ts";

function rendered(options: GenerateOptions): { service: CognitoService; users: string[] } {
  const service = createCognitoService({ now: () => 1_800_000_000_000 });
  const { pool } = generatePool(service, options);
  const users = Array.from({ length: pool.users.length }, (_, i) => {
    const user = pool.users.at(i);
    return user === undefined ? "" : `${pool.users.render(user)} ${user.groups.map(({ name }) => name).join()}`;
  });
  return { service, users };
}

test("equal seeds make equal pools, other seeds others", () => {
  const one = rendered({ seed: "a", users: 500 }).users;
  expect(rendered({ seed: "a", users: 500 }).users).toEqual(one);
  expect(rendered({ seed: "b", users: 500 }).users).not.toEqual(one);
});

test("makes exactly as many users as asked, few or many", () => {
  for (const users of [0, 1, 10, 700]) expect(rendered({ users }).users).toHaveLength(users);
  expect(rendered({ users: 33, everyKind: false }).users).toHaveLength(33);
});

test("has every kind of user once, findable by its name", () => {
  const service = createCognitoService();
  const { pool, kinds } = generatePool(service, { users: 100 });
  expect([...kinds.keys()]).toEqual(everyKind(pool.id).map(({ kind }) => kind));
  for (const sub of kinds.values()) expect(pool.users.bySub(sub)?.sub).toBe(sub);
  const statuses = new Set([...kinds.values()].map((sub) => pool.users.bySub(sub)?.status));
  expect(statuses.size).toBe(8);
  const hundred = pool.users.bySub(kinds.get("hundred-groups") ?? "");
  expect(hundred?.groups).toHaveLength(100);
  const longest = pool.users.bySub(kinds.get("longest-value-multibyte") ?? "");
  const notes = longest === undefined ? "" : (pool.users.attribute(longest, "custom:notes") ?? "");
  expect(Buffer.byteLength(notes)).toBe(2048);
});

test("plain pools hold confirmed users with verified addresses in the asked number of groups", () => {
  const service = createCognitoService();
  const { pool } = generatePool(service, { users: 200, groups: 14, membershipsPerUser: 3, everyKind: false });
  for (let i = 0; i < pool.users.length; i += 1) {
    const user = pool.users.at(i);
    if (user === undefined) throw new Error("a hole");
    expect(user.status).toBe("CONFIRMED");
    expect(user.groups).toHaveLength(3);
    expect(pool.users.attribute(user, "email_verified")).toBe("true");
  }
  expect(pool.groups.size).toBe(14);
});

test("everything generated has a form that AWS knows", async () => {
  await using sandbox = await startSandbox({ only: "cognito", users: 120 });
  const call = caller(sandbox);
  const UserPoolId = sandbox.userPoolId;
  const { UserPool } = (await call("DescribeUserPool", { UserPoolId })) as { UserPool: Record<string, string> };
  expect(UserPool).toMatchObject({
    Domain: expect.stringMatching(/^sandbox-/) as string,
    CustomDomain: expect.any(String) as string,
  });
  await call("GetUserPoolMfaConfig", { UserPoolId });
  const { UserPoolClients } = (await call("ListUserPoolClients", { UserPoolId })) as {
    UserPoolClients: { ClientId: string }[];
  };
  expect(UserPoolClients).toHaveLength(4);
  for (const { ClientId } of UserPoolClients) await call("DescribeUserPoolClient", { UserPoolId, ClientId });
  const { Providers } = (await call("ListIdentityProviders", { UserPoolId })) as {
    Providers: { ProviderName: string }[];
  };
  expect(Providers).toHaveLength(4);
  for (const { ProviderName } of Providers) await call("DescribeIdentityProvider", { UserPoolId, ProviderName });
  await call("ListUsers", { UserPoolId });
  const { Groups } = (await call("ListGroups", { UserPoolId })) as { Groups: { GroupName: string }[] };
  await call("ListUsersInGroup", { UserPoolId, GroupName: Groups[0]?.GroupName });
});

test("wrong numbers are refused by name", () => {
  expect(() => generatePool(createCognitoService(), { users: -1 })).toThrow('"users" must be a whole number');
  expect(() => generatePool(createCognitoService(), { groups: 1.5 })).toThrow('"groups" must be a whole number');
});
