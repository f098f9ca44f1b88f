import { expect, test } from "vitest";

import { openWorld } from "./world.ts";
import type { World } from "./world.ts";

async function fill(world: World, count: number): Promise<void> {
  const users = Array.from({ length: count }, (_, n) => ({
    loginId: `u${n}`,
    email: `u${n}@example.com`,
    phone: `+1555${String(n).padStart(7, "0")}`,
    name: `User ${count - n}`,
    status: n % 2 === 0 ? "enabled" : "disabled",
    roleNames: n % 3 === 0 ? ["admins"] : [],
    customAttributes: { cognitoSub: `s${n}`, age: n, freshlyMigrated: n % 2 === 0 },
    createdTime: 1_600_000_000 + n,
  }));
  for (let start = 0; start < count; start += 100)
    await world.manage("POST", "/v1/mgmt/user/create/batch", { users: users.slice(start, start + 100) });
}

async function found(world: World, filter: object): Promise<{ ids: string[]; total: number }> {
  const { body } = await world.manage("POST", "/v2/mgmt/user/search", filter);
  const users = body.users as { loginIds: string[] }[];
  return { ids: users.map((user) => user.loginIds[0] ?? ""), total: body.total as number };
}

test("pages of 100 by default, in order of creation, with the total", async () => {
  await using world = await openWorld();
  await fill(world, 250);
  const first = await found(world, {});
  expect(first.total).toBe(250);
  expect(first.ids).toEqual(Array.from({ length: 100 }, (_, n) => `u${n}`));
  expect((await found(world, { page: 2 })).ids).toHaveLength(50);
  expect((await found(world, { page: 3 })).ids).toEqual([]);
  expect((await found(world, { limit: 10, page: 3 })).ids[0]).toBe("u30");
  expect((await found(world, { limit: 10, page: 3, offset: 245 })).ids).toEqual([
    "u245",
    "u246",
    "u247",
    "u248",
    "u249",
  ]);
});

test("deleted users leave no hole in pages", async () => {
  await using world = await openWorld();
  await fill(world, 120);
  for (const n of [0, 50, 119]) await world.sdk.management.user.delete(`u${n}`);
  const first = await found(world, {});
  const second = await found(world, { page: 1 });
  expect(first.total).toBe(117);
  expect([...first.ids, ...second.ids]).toHaveLength(117);
  expect(first.ids[0]).toBe("u1");
});

test.each([
  [{ loginIds: ["u1", "u7", "nobody"] }, ["u1", "u7"]],
  [{ loginId: "u1" }, ["u1"]],
  [{ emails: ["u3@example.com"] }, ["u3"]],
  [{ phones: ["+15550000004"] }, ["u4"]],
  [{ customAttributes: { cognitoSub: "s5" } }, ["u5"]],
  [{ customAttributes: { cognitoSub: ["s5", "s6"] } }, ["u5", "u6"]],
  [{ customAttributes: { age: 8 } }, ["u8"]],
  [{ customAttributes: { cognitoSub: "s5", age: 6 } }, []],
  [{ roleNames: ["admins"], statuses: ["enabled"] }, ["u0", "u6"]],
  [{ text: "USER 10" }, ["u0"]],
  [{ fromCreatedTime: 1_600_000_008_000 }, ["u8", "u9"]],
  [{ fromCreatedTime: "1600000008000", toCreatedTime: "1600000008000" }, ["u8"]],
  [{ limit: 2, sort: [{ field: "name", desc: false }] }, ["u9", "u0"]],
  [{ limit: 2, sort: [{ field: "createdTime", desc: true }] }, ["u9", "u8"]],
  [{ verifiedEmail: true }, []],
  [{ tenantIds: ["acme"] }, []],
])("the filter %j finds %j", async (filter, ids) => {
  await using world = await openWorld();
  await fill(world, 10);
  expect((await found(world, filter)).ids).toEqual(ids);
});

test("an index by attribute follows changes and deletions", async () => {
  await using world = await openWorld();
  await fill(world, 10);
  const bySub = (value: string): Promise<{ ids: string[] }> =>
    found(world, { customAttributes: { cognitoSub: value } });
  expect((await bySub("s1")).ids).toEqual(["u1"]);
  await world.sdk.management.user.patch("u1", { customAttributes: { cognitoSub: "s2" } });
  expect((await bySub("s1")).ids).toEqual([]);
  expect((await bySub("s2")).ids.toSorted()).toEqual(["u1", "u2"]);
  await world.sdk.management.user.delete("u2");
  expect((await bySub("s2")).ids).toEqual(["u1"]);
});

test("users for tests show only when asked for", async () => {
  await using world = await openWorld();
  await world.sdk.management.user.create("real", { email: "real@example.com" });
  await world.sdk.management.user.createTestUser("test", { email: "test@example.com" });
  expect((await found(world, {})).ids).toEqual(["real"]);
  expect((await found(world, { withTestUser: true })).ids).toEqual(["real", "test"]);
  expect((await found(world, { testUsersOnly: true })).ids).toEqual(["test"]);
  expect((await found(world, { loginIds: ["test"] })).ids).toEqual([]);
  const { data } = await world.sdk.management.user.searchTestUsers({});
  expect(data?.users).toMatchObject([{ loginIds: ["test"], test: true }]);
});

test.each([
  ["cap-100", 150, 100],
  ["cap-1000", 150, 120],
  ["none", 150, 120],
] as const)("a limit of %s answers %i with %i users", async (searchLimit, limit, shown) => {
  await using world = await openWorld({ variants: { searchLimit } });
  await fill(world, 120);
  expect((await found(world, { limit })).ids).toHaveLength(shown);
});

test("a large limit can be refused", async () => {
  await using world = await openWorld({ variants: { searchLimit: "refuse-above-100" } });
  const answer = await world.manage("POST", "/v2/mgmt/user/search", { limit: 101 });
  expect(answer).toMatchObject({ status: 400, body: { errorCode: "E011003" } });
});

test("searches may lag behind creation, change and deletion; loading does not", async () => {
  await using world = await openWorld({ variants: { searchLag: 2000 } });
  await world.sdk.management.user.create("ana", { email: "ana@example.com" });
  expect((await found(world, {})).ids).toEqual([]);
  expect((await found(world, { loginIds: ["ana"] })).ids).toEqual([]);
  expect((await world.sdk.management.user.load("ana")).ok).toBe(true);
  world.clock.now += 2000;
  expect((await found(world, { loginIds: ["ana"] })).ids).toEqual(["ana"]);
  await world.sdk.management.user.patch("ana", { email: "new@example.com" });
  expect((await found(world, { emails: ["ana@example.com"] })).ids).toEqual(["ana"]);
  world.clock.now += 2000;
  expect((await found(world, { emails: ["ana@example.com"] })).ids).toEqual([]);
  await world.sdk.management.user.delete("ana");
  expect((await found(world, {})).ids).toEqual(["ana"]);
  world.clock.now += 2000;
  expect((await found(world, {})).ids).toEqual([]);
});

test("v1 and v2 search answer alike", async () => {
  await using world = await openWorld();
  await fill(world, 5);
  const one = await world.manage("POST", "/v1/mgmt/user/search", { limit: 3 });
  const two = await world.manage("POST", "/v2/mgmt/user/search", { limit: 3 });
  expect(one.body).toEqual(two.body);
});
