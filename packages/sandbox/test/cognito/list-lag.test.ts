import { expect, test } from "vitest";

import { startSandbox } from "../../src/index.ts";
import { caller } from "./raw-call.ts";

test("lists see creations, changes and deletions late, AdminGetUser at once", async () => {
  let now = 1_800_000_000_000;
  await using sandbox = await startSandbox({
    only: "cognito",
    profile: "empty",
    clock: () => now,
    cognito: { lists: { lagMs: 1000 } },
  });
  const call = caller(sandbox);
  const { UserPool } = (await call("CreateUserPool", { PoolName: "p" })) as { UserPool: { Id: string } };
  const UserPoolId = UserPool.Id;
  const listed = async (): Promise<unknown[]> => {
    const { Users } = (await call("ListUsers", { UserPoolId })) as { Users: { Username: string; Enabled: boolean }[] };
    return Users.map(({ Username, Enabled }) => [Username, Enabled]);
  };
  await call("AdminCreateUser", { UserPoolId, Username: "ada" });
  expect(await listed()).toEqual([]);
  expect(await call("AdminGetUser", { UserPoolId, Username: "ada" })).toMatchObject({ Username: "ada" });
  now += 1001;
  expect(await listed()).toEqual([["ada", true]]);
  await call("AdminDisableUser", { UserPoolId, Username: "ada" });
  expect(await listed()).toEqual([["ada", true]]);
  now += 1001;
  expect(await listed()).toEqual([["ada", false]]);
  await call("AdminDeleteUser", { UserPoolId, Username: "ada" });
  expect(await listed()).toEqual([["ada", false]]);
  now += 1001;
  expect(await listed()).toEqual([]);
});
