import { expect, test } from "vitest";

import { openWorld } from "./world.ts";

test("creating a custom attribute twice is fine, another type is not", async () => {
  await using world = await openWorld({ customAttributes: [] });
  const { user } = world.sdk.management;
  const attribute = { name: "cognitoSub", type: 1, displayName: "Cognito sub" };
  await user.createCustomAttributes([attribute] as Parameters<typeof user.createCustomAttributes>[0]);
  const again = await world.manage("POST", "/v1/mgmt/user/customattribute/create", { attributes: [attribute] });
  expect(again.body).toMatchObject({ data: [attribute], total: "1" });
  const other = await world.manage("POST", "/v1/mgmt/user/customattribute/create", {
    attributes: [{ ...attribute, type: 2 }],
  });
  expect(other.status).toBe(400);
  expect((await user.getCustomAttributes()).data).toMatchObject([attribute]);
});

test.each([
  [{ name: "custom:plan", type: 1 }],
  [{ name: "a".repeat(21), type: 1 }],
  [{ name: "", type: 1 }],
  [{ name: "plan", type: 8 }],
  [{ name: "plan", type: 4 }],
  [{ name: "plan", type: 1, options: [{ value: "x" }] }],
])("the definition %j is refused", async (attribute) => {
  await using world = await openWorld({ customAttributes: [] });
  const answer = await world.manage("POST", "/v1/mgmt/user/customattribute/create", { attributes: [attribute] });
  expect(answer.status).toBe(400);
  expect((await world.manage("GET", "/v1/mgmt/user/customattributes")).body).toEqual({ data: [], total: "0" });
});

test("deleting a definition takes its values from the users", async () => {
  await using world = await openWorld();
  await world.sdk.management.user.create("ana", {
    email: "ana@example.com",
    customAttributes: { cognitoSub: "s", age: 7 },
  });
  const left = await world.sdk.management.user.deleteCustomAttributes(["age"]);
  expect(left.data?.map((one) => one.name)).not.toContain("age");
  expect(world.service.user("ana")?.["customAttributes"]).toEqual({ cognitoSub: "s" });
});

test("roles are created, changed, found and deleted through the SDK", async () => {
  await using world = await openWorld({ roles: [] });
  const { role, permission } = world.sdk.management;
  await permission.create("read", "may read");
  const created = await role.create("staff", "people", ["read"]);
  expect(created.data).toMatchObject({ name: "staff", permissionNames: ["read"] });
  expect((await role.loadAll()).data?.map((one) => one.name)).toEqual(["Tenant Admin", "staff"]);
  await role.update("staff", "crew", "people at work");
  expect((await role.search({ roleNames: ["crew"] })).data).toMatchObject([
    { name: "crew", description: "people at work", permissionNames: [] },
  ]);
  await world.sdk.management.user.create("ana", { email: "ana@example.com", roles: ["crew"] });
  expect((await role.delete("crew")).ok).toBe(true);
  expect(world.service.user("ana")?.["roleNames"]).toEqual([]);
  expect((await role.delete("crew")).error?.errorCode).toBe("E111403");
});

test.each([
  ["duplicateRole", "/v1/mgmt/role/create", { name: "admins" }, "E024209"],
  ["duplicatePermission", "/v1/mgmt/permission/create", { name: "read" }, "E024104"],
  ["duplicateTenant", "/v1/mgmt/tenant/create", { name: "Acme" }, "E073307"],
  ["duplicateTenant", "/v1/mgmt/tenant/create", { name: "New", id: "acme" }, "E073307"],
] as const)("%s: %s of %j is 500 by default or 400", async (variant, path, body, errorCode) => {
  await using world = await openWorld();
  expect(await world.manage("POST", path, body)).toMatchObject({ status: 500, body: { errorCode } });
  await using other = await openWorld({ variants: { [variant]: 400 } });
  expect(await other.manage("POST", path, body)).toMatchObject({ status: 400, body: { errorCode } });
});

test("a batch of roles with one that exists creates none, or those before it", async () => {
  const roles = [{ name: "new" }, { name: "admins" }, { name: "newer" }];
  await using world = await openWorld();
  expect((await world.manage("POST", "/v1/mgmt/role/create/batch", { roles })).status).toBe(500);
  const names = async (of: typeof world): Promise<string[]> =>
    ((await of.sdk.management.role.loadAll()).data ?? []).map((one) => one.name);
  expect(await names(world)).not.toContain("new");
  await using other = await openWorld({ variants: { roleBatch: "each" } });
  expect((await other.manage("POST", "/v1/mgmt/role/create/batch", { roles })).status).toBe(500);
  expect(await names(other)).toContain("new");
  expect(await names(other)).not.toContain("newer");
});

test("role names and descriptions have a length limit", async () => {
  await using world = await openWorld();
  for (const body of [{ name: "x".repeat(101) }, { name: "x", description: "y".repeat(255) }])
    expect((await world.manage("POST", "/v1/mgmt/role/create", body)).body.errorCode).toBe("E011003");
  expect((await world.manage("POST", "/v1/mgmt/role/create", { name: "x".repeat(100) })).status).toBe(200);
});

test("a tenant's role is known in that tenant only", async () => {
  await using world = await openWorld();
  await world.sdk.management.role.create("local", "", [], "acme");
  const inTenant = (tenantId: string): Promise<{ status: number }> =>
    world.manage("POST", "/v1/mgmt/user/create", {
      loginId: tenantId,
      email: "a@example.com",
      userTenants: [{ tenantId, roleNames: ["local"] }],
    });
  expect((await inTenant("acme")).status).toBe(200);
  expect((await inTenant("globex")).status).toBe(404);
});

test("permissions are created in a batch, renamed and deleted", async () => {
  await using world = await openWorld({ roles: [] });
  const { permission } = world.sdk.management;
  await permission.createBatch(["a", "b"].map((name) => ({ name, systemDefault: false })));
  await permission.update("a", "aa", "first");
  await permission.delete("b");
  const all = (await permission.loadAll()).data ?? [];
  expect(all.filter((one) => !one.systemDefault)).toMatchObject([{ name: "aa", description: "first" }]);
  expect((await permission.delete("b")).error?.errorCode).toBe("E111303");
});

test("tenants are created, loaded at the root, searched, updated and deleted", async () => {
  await using world = await openWorld({ tenants: [] });
  const { tenant } = world.sdk.management;
  const made = await tenant.create("Initech", ["initech.example"]);
  const id = made.data?.id ?? "";
  expect(id).toMatch(/^T2/);
  expect((await tenant.createWithId("umbrella", "Umbrella")).data).toEqual({ id: "umbrella" });
  expect((await tenant.load(id)).data).toMatchObject({
    id,
    name: "Initech",
    selfProvisioningDomains: ["initech.example"],
    domains: [],
    authType: "none",
  });
  await tenant.update(id, "Initrode");
  expect((await tenant.searchAll([id])).data).toMatchObject([{ name: "Initrode", selfProvisioningDomains: [] }]);
  expect((await tenant.loadAll()).data).toHaveLength(2);
  await tenant.configureSettings(id, {
    domains: ["initech.example"],
    selfProvisioningDomains: [],
    authType: "saml",
    sessionTokenExpiration: 5,
    sessionTokenExpirationUnit: "minutes",
  });
  expect((await tenant.getSettings(id)).data).toMatchObject({
    domains: ["initech.example"],
    authType: "saml",
    sessionTokenExpiration: 5,
  });
  await tenant.delete(id);
  expect(await tenant.load(id)).toMatchObject({ code: 404, error: { errorCode: "E112202" } });
});

test("deleting a tenant takes its members out, or away when cascading", async () => {
  await using world = await openWorld();
  const { user, tenant } = world.sdk.management;
  const join = (loginId: string, tenantId: string): Promise<unknown> =>
    user.create(loginId, { email: "a@example.com", userTenants: [{ tenantId, roleNames: [] }] });
  await join("ana", "acme");
  await join("bob", "globex");
  await tenant.delete("acme");
  await tenant.delete("globex", true);
  expect(world.service.user("ana")?.["userTenants"]).toEqual([]);
  expect(world.service.user("bob")).toBeUndefined();
});

test("the password policy can be read, set, and is held to", async () => {
  await using world = await openWorld();
  const { password, user } = world.sdk.management;
  const before = (await password.getSettings("")).data;
  expect(before).toMatchObject({ enabled: true, minLength: 8 });
  await password.configureSettings("", {
    ...before,
    enabled: true,
    minLength: 12,
    uppercase: false,
    nonAlphanumeric: false,
  } as Parameters<typeof password.configureSettings>[1]);
  await user.create("ana", { email: "ana@example.com" });
  expect((await user.setActivePassword("ana", "short1")).error?.errorCode).toBe("E011003");
  expect((await user.setActivePassword("ana", "long enough 1")).ok).toBe(true);
  expect(world.service.user("ana")).toMatchObject({ password: true });
  expect((await world.manage("POST", "/v1/mgmt/password/settings", { minLength: 3 })).status).toBe(400);
});

test("one attribute is defined, read and deleted with its type as a word", async () => {
  await using world = await openWorld({ customAttributes: [] });
  const attribute = { name: "plan", displayName: "Plan", type: "singleselect", options: ["free", "paid"] };
  expect((await world.manage("POST", "/v1/mgmt/user/attribute", attribute)).status).toBe(200);
  expect((await world.manage("POST", "/v1/mgmt/user/attribute", { ...attribute, type: "string" })).status).toBe(400);
  expect((await world.manage("GET", "/v1/mgmt/user/attribute?name=plan")).body).toMatchObject(attribute);
  expect((await world.sdk.management.user.getCustomAttributes()).data).toMatchObject([{ name: "plan", type: 4 }]);
  expect((await world.manage("DELETE", "/v1/mgmt/user/attribute?name=plan")).status).toBe(200);
  expect((await world.manage("GET", "/v1/mgmt/user/attribute?name=plan")).status).toBe(404);
});
