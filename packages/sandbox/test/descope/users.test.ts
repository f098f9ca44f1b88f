import { expect, test } from "vitest";

import { managementKey, openWorld, projectId } from "./world.ts";

test("the SDK creates a user, who is invited until the first sign-in", async () => {
  await using world = await openWorld();
  const { data, ok } = await world.sdk.management.user.create("ana", {
    email: "ana@example.com",
    displayName: "Ana Example",
    roles: ["admins"],
    customAttributes: { cognitoSub: "s-1", freshlyMigrated: true },
    verifiedEmail: true,
  });
  expect(ok).toBe(true);
  expect(data).toMatchObject({
    loginIds: ["ana"],
    email: "ana@example.com",
    name: "Ana Example",
    status: "invited",
    roleNames: ["admins"],
    permissions: ["read", "write"],
    verifiedEmail: true,
    verifiedPhone: false,
    customAttributes: { cognitoSub: "s-1", freshlyMigrated: true },
    createdTime: world.clock.now / 1000,
    test: false,
    userTenants: [],
  });
  expect(data?.userId).toMatch(/^U2[0-9A-Za-z]{26}$/);
  const session = await world.sdk.management.jwt.signIn("ana");
  expect(session.ok).toBe(true);
  expect((await world.sdk.management.user.load("ana")).data?.status).toBe("enabled");
});

test.each([
  ["name", "displayName"],
  ["additionalIdentifiers", "additionalLoginIds"],
  ["phone", "phoneNumber"],
  ["loginId", "identifier"],
])("%s and %s are the same field", async (one, other) => {
  await using world = await openWorld();
  const values: Record<string, unknown> = {
    name: "Ana",
    additionalIdentifiers: ["second"],
    phone: "+1-555-555-5555",
    loginId: "ana",
  };
  const base = { loginId: "ana", email: "ana@example.com" };
  const { [one === "loginId" ? "loginId" : "none"]: _dropped, ...rest } = base as Record<string, unknown>;
  const first = await world.manage("POST", "/v1/mgmt/user/create", { ...rest, [one]: values[one] });
  await world.manage("POST", "/v1/mgmt/user/delete", { loginId: "ana" });
  const second = await world.manage("POST", "/v1/mgmt/user/create", { ...rest, [other]: values[one] });
  expect(first.status).toBe(200);
  const { userId: _one, ...shape } = first.body.user as Record<string, unknown>;
  const { userId: _other, ...otherShape } = second.body.user as Record<string, unknown>;
  expect(otherShape).toEqual(shape);
});

test("a user needs an email or a phone, in the words the service uses", async () => {
  await using world = await openWorld();
  const answer = await world.sdk.management.user.create("ana", {});
  expect(answer).toMatchObject({
    ok: false,
    code: 400,
    error: {
      errorCode: "E011002",
      errorDescription: "Request is missing required arguments",
      errorMessage: "Missing email or phone",
    },
  });
});

test.each([
  [{ email: "no address" }, "E011003"],
  [{ email: 7 }, "E011001"],
  [{ phone: "call me" }, "E011003"],
  [{ email: "a@example.com", status: "gone" }, "E011003"],
  [{ email: "a@example.com", roleNames: ["nobody"] }, "E111403"],
  [{ email: "a@example.com", roleNames: "admins" }, "E011001"],
  [{ email: "a@example.com", userTenants: [{ tenantId: "nowhere" }] }, "E112202"],
  [{ email: "a@example.com", userTenants: [{ tenantId: "acme" }], roleNames: ["admins"] }, "E011004"],
  [{ email: "a@example.com", customAttributes: { age: "old" } }, "E011003"],
  [{ email: "a@example.com", customAttributes: { age: { is: 1 } } }, "E011001"],
  [{ email: "a@example.com", customAttributes: { plan: "huge" } }, "E011003"],
  [{ email: "a@example.com", customAttributes: { teams: ["green"] } }, "E011003"],
  [{ email: "a@example.com", customAttributes: [] }, "E011001"],
  [{ email: "a@example.com", password: "short" }, "E011003"],
  [{ email: "a@example.com", hashedPassword: { bcrypt: { hash: "x" } } }, "E011004"],
  [{ email: "a@example.com", loginId: "" }, "E011002"],
])("creating %j is refused with %s and stores nothing", async (fields, code) => {
  await using world = await openWorld();
  const answer = await world.manage("POST", "/v1/mgmt/user/create", { loginId: "ana", ...fields });
  expect(answer.body).toMatchObject({ errorCode: code, message: expect.any(String) as string });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(world.service.countUsers()).toBe(0);
});

test("a taken login ID is refused, also as a further login ID", async () => {
  await using world = await openWorld();
  await world.sdk.management.user.create("ana", { email: "ana@example.com" });
  const again = await world.sdk.management.user.create("ana", { email: "other@example.com" });
  expect(again).toMatchObject({ ok: false, error: { errorCode: "E062107" } });
  const further = await world.manage("POST", "/v1/mgmt/user/create", {
    loginId: "bob",
    email: "bob@example.com",
    additionalIdentifiers: ["ana"],
  });
  expect(further.body).toMatchObject({ errorCode: "E062107" });
  expect(world.service.countUsers()).toBe(1);
});

test("a missing user is 404 with E112102 wherever one is named", async () => {
  await using world = await openWorld();
  expect(await world.sdk.management.user.load("nobody")).toMatchObject({
    ok: false,
    code: 404,
    error: { errorCode: "E112102" },
  });
  for (const path of ["delete", "update/status", "update/email", "password/expire", "logout"]) {
    const answer = await world.manage("POST", `/v1/mgmt/user/${path}`, { loginId: "nobody", status: "enabled" });
    expect([path, answer.status, answer.body.errorCode]).toEqual([path, 404, "E112102"]);
  }
});

test("update clears what it leaves out, patch keeps it", async () => {
  await using world = await openWorld();
  const { user } = world.sdk.management;
  await user.create("ana", {
    email: "ana@example.com",
    displayName: "Ana",
    givenName: "Ana",
    roles: ["admins"],
    customAttributes: { cognitoSub: "s-1", age: 7 },
  });
  const patched = await user.patch("ana", { familyName: "Example", customAttributes: { age: 8 } });
  expect(patched.data).toMatchObject({
    name: "Ana",
    givenName: "Ana",
    familyName: "Example",
    roleNames: ["admins"],
    customAttributes: { cognitoSub: "s-1", age: 8 },
  });
  const updated = await user.update("ana", { email: "new@example.com" });
  expect(updated.data).toMatchObject({
    email: "new@example.com",
    name: "",
    givenName: "",
    familyName: "",
    roleNames: [],
    customAttributes: {},
    loginIds: ["ana"],
  });
});

test("a patch with null clears lists and attributes", async () => {
  await using world = await openWorld();
  await world.sdk.management.user.create("ana", {
    email: "ana@example.com",
    roles: ["admins"],
    customAttributes: { cognitoSub: "s-1", age: 7 },
  });
  const answer = await world.manage("PATCH", "/v1/mgmt/user/patch", {
    loginId: "ana",
    roleNames: null,
    customAttributes: { age: null },
  });
  expect(answer.body.user).toMatchObject({ roleNames: [], customAttributes: { cognitoSub: "s-1" } });
});

test("a patch batch lists whom it patched and whom it could not", async () => {
  await using world = await openWorld();
  await world.sdk.management.user.create("ana", { email: "ana@example.com" });
  const { data } = await world.sdk.management.user.patchBatch([
    { loginId: "ana", displayName: "Ana" },
    { loginId: "nobody", displayName: "Nobody" },
  ]);
  expect(data?.patchedUsers).toMatchObject([{ loginIds: ["ana"], name: "Ana" }]);
  expect(data?.failedUsers).toMatchObject([{ failure: "User not found", user: { loginIds: ["nobody"] } }]);
});

test("single fields change one by one through the SDK", async () => {
  await using world = await openWorld();
  const { user } = world.sdk.management;
  await user.create("ana", { email: "ana@example.com" });
  expect((await user.updateEmail("ana", "a@example.com", true)).data).toMatchObject({
    email: "a@example.com",
    verifiedEmail: true,
  });
  expect((await user.updatePhone("ana", "+1 (555) 555-5555", true)).data).toMatchObject({
    phone: "+15555555555",
    verifiedPhone: true,
  });
  expect((await user.updateDisplayName("ana", "Ana", "A", "B", "C")).data).toMatchObject({
    name: "Ana",
    givenName: "A",
    middleName: "B",
    familyName: "C",
  });
  expect((await user.updatePicture("ana", "https://example.com/a.png")).data?.picture).toBe(
    "https://example.com/a.png",
  );
  expect((await user.updateCustomAttribute("ana", "age", 9)).data?.customAttributes).toEqual({ age: 9 });
  expect((await user.deactivate("ana")).data?.status).toBe("disabled");
  expect((await user.activate("ana")).data?.status).toBe("enabled");
  expect((await user.setRoles("ana", ["admins"])).data?.roleNames).toEqual(["admins"]);
  expect((await user.addRoles("ana", ["editors"])).data?.roleNames).toEqual(["admins", "editors"]);
  expect((await user.removeRoles("ana", ["admins"])).data?.roleNames).toEqual(["editors"]);
  expect((await user.updateLoginId("ana", "ann")).data?.loginIds).toEqual(["ann"]);
  expect((await user.updateLoginId("ann", "")).error?.errorCode).toBe("E011004");
});

test("roles in a tenant need membership first", async () => {
  await using world = await openWorld();
  const { user } = world.sdk.management;
  await user.create("ana", { email: "ana@example.com" });
  expect((await user.addTenantRoles("ana", "acme", ["admins"])).error?.errorCode).toBe("E011004");
  expect((await user.addTenant("ana", "acme")).data?.userTenants).toMatchObject([
    { tenantId: "acme", tenantName: "Acme", roleNames: [] },
  ]);
  expect((await user.addTenantRoles("ana", "acme", ["admins"])).data?.userTenants).toMatchObject([
    { tenantId: "acme", roleNames: ["admins"], permissions: ["read", "write"] },
  ]);
  expect((await user.removeTenant("ana", "acme")).data?.userTenants).toEqual([]);
});

test("an email that is another user's login ID is a conflict or a merge, as asked", async () => {
  await using world = await openWorld();
  const { user } = world.sdk.management;
  await user.create("ana", { email: "ana@example.com" });
  await user.create("bob@example.com", { email: "bob@example.com", customAttributes: { age: 3 } });
  expect((await user.updateEmail("ana", "bob@example.com", true, true)).error?.errorCode).toBe("E111127");
  const merged = await user.updateEmail("ana", "bob@example.com", true, false);
  expect(merged.data).toMatchObject({
    loginIds: ["ana", "bob@example.com"],
    email: "bob@example.com",
    customAttributes: { age: 3 },
  });
  expect(world.service.countUsers()).toBe(1);
});

test("users are deleted singly, in a batch, and all test users at once", async () => {
  await using world = await openWorld();
  const { user } = world.sdk.management;
  for (const loginId of ["a", "b", "c"]) await user.create(loginId, { email: `${loginId}@example.com` });
  await user.createTestUser("t", { email: "t@example.com" });
  await user.delete("a");
  const b = await user.load("b");
  await user.deleteBatch([b.data?.userId ?? "", "U2unknown"]);
  expect(world.service.countUsers()).toBe(1);
  expect(world.service.countTestUsers()).toBe(1);
  await user.deleteAllTestUsers();
  expect(world.service.countTestUsers()).toBe(0);
  expect([...world.service.users()].map((one) => one["loginIds"])).toEqual([["c"]]);
});

test("loading many users refuses unknown IDs unless told to leave them out", async () => {
  await using world = await openWorld();
  const created = await world.sdk.management.user.create("ana", { email: "ana@example.com" });
  const userIds = [created.data?.userId ?? "", "U2unknown"];
  expect((await world.sdk.management.user.loadUsers(userIds)).code).toBe(404);
  const { data } = await world.sdk.management.user.loadUsers(userIds, true);
  expect(data).toHaveLength(1);
});

test.each([
  ["", 401],
  ["Bearer ", 401],
  [`Bearer ${projectId}`, 401],
  [`Bearer ${projectId}:wrong`, 401],
  [`Bearer P2other:${managementKey}`, 401],
  [`Basic ${managementKey}`, 401],
  [`Bearer ${projectId}:${managementKey}`, 200],
])("the management side answers %j with %i", async (authorization, status) => {
  await using world = await openWorld();
  const answer = await world.call("GET", "/v1/mgmt/user/customattributes", undefined, authorization);
  expect(answer.status).toBe(status);
  expect(answer.body).toHaveProperty(status === 200 ? "data" : "errorCode");
});

test("bad bodies and unknown paths are answered, not crashed on", async () => {
  await using world = await openWorld();
  for (const body of ["{", "[]", '"x"', "null", "7"]) {
    const answer = await world.manage("POST", "/v1/mgmt/user/create", body);
    expect([body, answer.status, answer.body.errorCode]).toEqual([body, 400, "E011001"]);
  }
  expect((await world.manage("POST", "/v1/mgmt/nothing", {})).status).toBe(404);
  expect((await world.manage("GET", "/v1/mgmt/user/create")).status).toBe(404);
});
