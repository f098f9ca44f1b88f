import { expect, test } from "vitest";

import { openWorld } from "./world.ts";

const item = (loginId: string, more: object = {}): Record<string, unknown> => ({
  loginId,
  email: `${loginId}@example.com`,
  ...more,
});

test("a batch keeps status, creation time, login IDs and memberships of each item", async () => {
  await using world = await openWorld();
  const answer = await world.manage("POST", "/v1/mgmt/user/create/batch", {
    users: [
      item("ana", {
        status: "enabled",
        createdTime: 1_500_000_000,
        additionalIdentifiers: ["+15555555555"],
        phone: "+15555555555",
        verifiedPhone: true,
        givenName: "Ana",
        userTenants: [{ tenantId: "acme", roleNames: ["admins"] }],
      }),
      item("bob"),
    ],
  });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    createdUsers: [
      {
        loginIds: ["ana", "+15555555555"],
        externalIds: ["ana", "+15555555555"],
        status: "enabled",
        createdTime: 1_500_000_000,
        givenName: "Ana",
        verifiedPhone: true,
        userTenants: [{ tenantId: "acme", tenantName: "Acme", roleNames: ["admins"], permissions: ["read", "write"] }],
      },
      { loginIds: ["bob"], status: "invited" },
    ],
    failedUsers: [],
    additionalErrors: {},
  });
});

test("one bad user fails alone, in an answer of 200", async () => {
  await using world = await openWorld();
  const { data, code } = await world.sdk.management.user.createBatch([
    { loginId: "ana", email: "ana@example.com" },
    { loginId: "bob" },
    { loginId: "cid", email: "cid@example.com", roles: ["nobody"] },
  ]);
  expect(code).toBe(200);
  expect(data?.createdUsers.map((user) => user.loginIds)).toEqual([["ana"]]);
  expect(data?.failedUsers).toMatchObject([
    { failure: "Missing email or phone", user: { loginIds: ["bob"] } },
    { failure: "Role not found: nobody", user: { loginIds: ["cid"] } },
  ]);
});

test("an existing login ID is listed as failed by default", async () => {
  await using world = await openWorld();
  await world.manage("POST", "/v1/mgmt/user/create", item("ana"));
  const answer = await world.manage("POST", "/v1/mgmt/user/create/batch", { users: [item("ana"), item("bob")] });
  expect(answer.body).toMatchObject({
    createdUsers: [{ loginIds: ["bob"] }],
    failedUsers: [{ user: { loginIds: ["ana"] } }],
  });
});

test("an existing login ID can refuse the whole batch without naming anybody", async () => {
  await using world = await openWorld({ variants: { duplicateLoginId: "error" } });
  await world.manage("POST", "/v1/mgmt/user/create", item("ana"));
  const answer = await world.manage("POST", "/v1/mgmt/user/create/batch", { users: [item("bob"), item("ana")] });
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).not.toContain("ana");
  expect(world.service.countUsers()).toBe(1);
});

test("an existing login ID can mean an update", async () => {
  await using world = await openWorld({ variants: { duplicateLoginId: "upsert" } });
  const first = await world.manage("POST", "/v1/mgmt/user/create", item("ana", { givenName: "A" }));
  const answer = await world.manage("POST", "/v1/mgmt/user/create/batch", {
    users: [item("ana", { familyName: "B" })],
  });
  expect(answer.body.createdUsers).toMatchObject([
    { userId: first.body.user.userId as string, givenName: "A", familyName: "B" },
  ]);
  const single = await world.manage("POST", "/v1/mgmt/user/create", item("ana"));
  expect(single.body).toMatchObject({ created: false, user: { loginIds: ["ana"] } });
});

test.each([
  ["second-fails", 200, 1, 1],
  ["last-wins", 200, 1, 0],
  ["error", 400, 0, 0],
] as const)("one login ID twice in a batch: %s", async (duplicateInBatch, status, created, failed) => {
  await using world = await openWorld({ variants: { duplicateInBatch } });
  const answer = await world.manage("POST", "/v1/mgmt/user/create/batch", {
    users: [item("ana"), item("bob", { additionalIdentifiers: ["ana"] })],
  });
  expect(answer.status).toBe(status);
  expect(world.service.countUsers()).toBe(created);
  expect(answer.body.failedUsers ?? []).toHaveLength(failed);
});

test.each([
  [100, 100, 200],
  [100, 101, 400],
  [50, 51, 400],
  ["none", 150, 200],
] as const)("a limit of %s takes a batch of %i with %i", async (batchLimit, size, status) => {
  await using world = await openWorld({ variants: { batchLimit } });
  const users = Array.from({ length: size }, (_, n) => item(`u${n}`));
  const answer = await world.manage("POST", "/v1/mgmt/user/create/batch", { users });
  expect(answer.status).toBe(status);
  expect(world.service.countUsers()).toBe(status === 200 ? size : 0);
});

test("an undefined attribute is dropped in silence by default, or fails the user", async () => {
  await using world = await openWorld();
  const users = [item("ana", { customAttributes: { cognitoSub: "s", shoe: 43 } })];
  const dropped = await world.manage("POST", "/v1/mgmt/user/create/batch", { users });
  expect(dropped.body.createdUsers[0].customAttributes).toEqual({ cognitoSub: "s" });
  await using strict = await openWorld({ variants: { undefinedAttribute: "refused" } });
  const refused = await strict.manage("POST", "/v1/mgmt/user/create/batch", { users });
  expect(refused.body).toMatchObject({ createdUsers: [], failedUsers: [{ user: { loginIds: ["ana"] } }] });
});

test("login IDs that differ in case are two by default and one when folded", async () => {
  await using world = await openWorld();
  await world.manage("POST", "/v1/mgmt/user/create/batch", { users: [item("ana"), item("Ana")] });
  expect(world.service.countUsers()).toBe(2);
  await using folding = await openWorld({ variants: { loginIdCase: "folded" } });
  await folding.manage("POST", "/v1/mgmt/user/create/batch", { users: [item("ana"), item("Ana")] });
  expect(folding.service.countUsers()).toBe(1);
  expect((await folding.sdk.management.user.load("ANA")).data?.loginIds).toEqual(["ana"]);
});

test("unknown fields are ignored by default and can be refused", async () => {
  await using world = await openWorld();
  const body = { users: [item("ana", { shoe: 1 })] };
  expect((await world.manage("POST", "/v1/mgmt/user/create/batch", body)).status).toBe(200);
  await using strict = await openWorld({ variants: { unknownFields: "refused" } });
  expect((await strict.manage("POST", "/v1/mgmt/user/create/batch", body)).status).toBe(400);
  const search = await strict.manage("POST", "/v2/mgmt/user/search", { shoe: 1 });
  expect(search.status).toBe(400);
  expect((await strict.sdk.management.user.create("bob", { email: "b@example.com" })).ok).toBe(true);
});
