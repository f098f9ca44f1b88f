import { describe, expect, test } from "vitest";
import { openMigration } from "./migration.ts";
import { cognito, descope, identitiesOf, migratedUser, projectUsers, startWorld, verified, writes } from "./world.ts";

describe("a sync", () => {
  test("of an unchanged pool asks the project for no user and writes nothing", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    for (let n = 0; n < 40; n += 1) pool.add(`user${n}`, verified(`user${n}@example.com`));
    await using migration = await openMigration(sandbox, { pools: [pool], rules: { loginIds: ["email"] } });
    await migration.migrate();
    const before = writes(sandbox);
    const searches = sandbox.requests.count({ service: "descope", operation: "POST /v2/mgmt/user/search" });
    const { plan, counts } = await migration.sync();
    expect(plan.sync).toEqual({ read: 40, changed: 0, gone: 0 });
    expect(counts).toMatchObject({ created: 0, updated: 0, deleted: 0, failed: 0 });
    expect(writes(sandbox)).toBe(before);
    // The reconcile that follows here scans the project once.
    expect(sandbox.requests.count({ service: "descope", operation: "POST /v2/mgmt/user/search" }) - searches).toBe(1);
  });

  test("creates who is new, changes what changed, and disables who is gone", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const kept = pool.add("kept", verified("kept@example.com", { name: "Before", nickname: "Nick" }));
    const gone = pool.add("gone", verified("gone@example.com"));
    await pool.group("admins", ["kept", "gone"]);
    await pool.group("staff", []);
    await using migration = await openMigration(sandbox, { pools: [pool], rules: { loginIds: ["email"] } });
    await migration.migrate();

    const added = pool.add("added", verified("added@example.com"));
    await change(world, "kept", { name: "After", email: "moved@example.com", email_verified: "true" });
    await cognito(sandbox, "AdminDeleteUserAttributes", {
      UserPoolId: pool.userPoolId,
      Username: "kept",
      UserAttributeNames: ["nickname"],
    });
    await membership(world, "AdminRemoveUserFromGroup", "admins", "kept");
    await membership(world, "AdminAddUserToGroup", "staff", "kept");
    await cognito(sandbox, "AdminDeleteUser", { UserPoolId: pool.userPoolId, Username: "gone" });
    const { plan, counts, summary } = await migration.sync();
    expect(plan.sync).toEqual({ read: 2, changed: 2, gone: 1 });
    expect(counts).toMatchObject({ created: 1, updated: 2, failed: 0 });
    expect(summary.discrepancies).toBe(0);
    expect(migratedUser(sandbox, added)).toMatchObject({ email: "added@example.com", status: "enabled" });
    expect(migratedUser(sandbox, gone)).toMatchObject({ status: "disabled", roleNames: ["admins"] });
    const user = migratedUser(sandbox, kept);
    expect(user).toMatchObject({ name: "After", email: "moved@example.com", roleNames: ["staff"] });
    expect(user?.loginIds).toEqual(["moved@example.com"]);
    expect(user?.customAttributes["nickname"] ?? null).toBeNull();

    const again = await migration.sync();
    expect(again.plan.sync).toEqual({ read: 2, changed: 0, gone: 0 });
    expect(again.plan.counts.read).toBe(0);
  });

  test("follows a user that is disabled and enabled again", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const sub = pool.add("a", verified("a@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool], rules: { loginIds: ["email"] } });
    await migration.migrate();
    await cognito(sandbox, "AdminDisableUser", { UserPoolId: pool.userPoolId, Username: "a" });
    await migration.sync();
    expect(migratedUser(sandbox, sub)?.status).toBe("disabled");
    await cognito(sandbox, "AdminEnableUser", { UserPoolId: pool.userPoolId, Username: "a" });
    const { summary } = await migration.sync();
    expect(migratedUser(sandbox, sub)?.status).toBe("enabled");
    expect(summary.discrepancies).toBe(0);
  });

  test("brings attributes that the schema has gained", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const sub = pool.add("a", verified("a@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool], rules: { loginIds: ["email"] } });
    await migration.migrate();
    await cognito(sandbox, "AddCustomAttributes", {
      UserPoolId: pool.userPoolId,
      CustomAttributes: [{ Name: "plan", AttributeDataType: "String", Mutable: true }],
    });
    await change(world, "a", { "custom:plan": "gold" });
    const { plan, summary } = await migration.sync();
    expect(plan.definitions.attributes.create.map(({ name }) => name)).toEqual(["plan"]);
    expect(migratedUser(sandbox, sub)?.customAttributes["plan"]).toBe("gold");
    expect(summary.discrepancies).toBe(0);
  });

  test("leaves what somebody changed in the project, unless the pool changed it too", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const sub = pool.add("a", verified("a@example.com", { name: "Pool", given_name: "Pool" }));
    await using migration = await openMigration(sandbox, { pools: [pool], rules: { loginIds: ["email"] } });
    await migration.migrate();
    const [user] = projectUsers(sandbox);
    await sandboxPatch(world, { loginId: user?.loginIds[0], name: "Project", givenName: "Project" });
    await change(world, "a", { given_name: "Newer" });
    await migration.sync();
    expect(migratedUser(sandbox, sub)).toMatchObject({ name: "Project", givenName: "Newer" });
  });

  test("gives a login ID that another user let go of to who wants it", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const a = pool.add("a", verified("shared@example.com"));
    const b = pool.add("b", verified("b@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool], rules: { loginIds: ["email"] } });
    await migration.migrate();
    await change(world, "a", { email: "a@example.com", email_verified: "true" });
    await change(world, "b", { email: "shared@example.com", email_verified: "true" });
    await migration.sync();
    const { summary } = await migration.sync();
    expect(migratedUser(sandbox, a)?.loginIds).toEqual(["a@example.com"]);
    expect(migratedUser(sandbox, b)?.loginIds).toEqual(["shared@example.com"]);
    expect(summary.discrepancies).toBe(0);
    expect((await migration.sync()).plan.sync?.changed).toBe(0);
  });

  test("keeps the account of a person whose native user is gone and whose federated user stays", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const native = pool.add("native", verified("p@example.com"));
    const federated = pool.add("Google_1", verified("p@example.com", { identities: identitiesOf("Google", "1") }), {
      status: "EXTERNAL_PROVIDER",
    });
    await pool.group("admins", ["native"]);
    await pool.group("staff", ["Google_1"]);
    await using migration = await openMigration(sandbox, { pools: [pool], rules: { loginIds: ["email"] } });
    await migration.migrate();
    expect(migratedUser(sandbox, native)?.roleNames).toEqual(["admins", "staff"]);
    const userId = migratedUser(sandbox, native)?.userId;
    await cognito(sandbox, "AdminDeleteUser", { UserPoolId: pool.userPoolId, Username: "native" });
    const { summary } = await migration.sync();
    expect(migratedUser(sandbox, federated)).toMatchObject({ userId, status: "enabled", roleNames: ["staff"] });
    expect(projectUsers(sandbox)).toHaveLength(1);
    expect(summary.discrepancies).toBe(0);
  });

  test("keeps a merge when the user that others were merged into changes, and undoes it when they go", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const native = pool.add("native", verified("p@example.com", { name: "Before" }));
    pool.add("Google_1", verified("p@example.com", { identities: identitiesOf("Google", "1") }), {
      status: "EXTERNAL_PROVIDER",
    });
    await pool.group("staff", ["Google_1"]);
    await using migration = await openMigration(sandbox, { pools: [pool], rules: { loginIds: ["email"] } });
    await migration.migrate();
    await change(world, "native", { name: "After" });
    await migration.sync();
    expect(migratedUser(sandbox, native)).toMatchObject({ name: "After", roleNames: ["staff"] });
    await cognito(sandbox, "AdminDeleteUser", { UserPoolId: pool.userPoolId, Username: "Google_1" });
    const { summary } = await migration.sync();
    expect(migratedUser(sandbox, native)).toMatchObject({ name: "After", roleNames: [], status: "enabled" });
    expect(summary.discrepancies).toBe(0);
  });

  test("gives a new native user the account of the federated user with the same verified address", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const federated = pool.add("Google_1", verified("p@example.com", { identities: identitiesOf("Google", "1") }), {
      status: "EXTERNAL_PROVIDER",
    });
    await pool.group("admins", []);
    await using migration = await openMigration(sandbox, { pools: [pool], rules: { loginIds: ["email"] } });
    await migration.migrate();
    const native = pool.add("native", verified("p@example.com"));
    await membership(world, "AdminAddUserToGroup", "admins", "native");
    const { summary, plan } = await migration.sync();
    expect(plan.counts).toMatchObject({ patch: 1, skip: 1 });
    expect(migratedUser(sandbox, federated)).toMatchObject({ loginIds: ["p@example.com"], roleNames: ["admins"] });
    expect(migratedUser(sandbox, native)).toBeUndefined();
    expect(summary.discrepancies).toBe(0);
    expect((await migration.sync()).plan.counts.read).toBe(0);
    // A fresh plan of everything comes to the same.
    expect((await migration.migrate()).counts).toMatchObject({ created: 0, updated: 0, unchanged: 1, skipped: 1 });
  });

  test("leaves two accounts apart whose users come to share an address, and goes on following both", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const native = pool.add("native", verified("a@example.com"));
    const federated = pool.add("Google_1", verified("b@example.com", { identities: identitiesOf("Google", "1") }), {
      status: "EXTERNAL_PROVIDER",
    });
    await using migration = await openMigration(sandbox, { pools: [pool], rules: { loginIds: ["email"] } });
    await migration.migrate();
    await change(world, "native", { email: "b@example.com", email_verified: "true", name: "Native" });
    await change(world, "Google_1", { name: "Federated" });
    await migration.sync();
    expect(migratedUser(sandbox, native)).toMatchObject({ loginIds: ["a@example.com"], name: "Native" });
    expect(migratedUser(sandbox, federated)).toMatchObject({ loginIds: ["b@example.com"], name: "Federated" });
    await change(world, "Google_1", { name: "Still followed" });
    const { summary } = await migration.sync();
    expect(migratedUser(sandbox, federated)?.name).toBe("Still followed");
    expect(summary.discrepancies).toBe(0);
  });

  test("refuses to do anything about users that are gone when too many are", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    for (let n = 0; n < 10; n += 1) pool.add(`user${n}`, verified(`user${n}@example.com`));
    await using migration = await openMigration(sandbox, { pools: [pool], rules: { loginIds: ["email"] } });
    await migration.migrate();
    for (let n = 0; n < 3; n += 1) {
      await cognito(sandbox, "AdminDeleteUser", { UserPoolId: pool.userPoolId, Username: `user${n}` });
    }
    await expect(migration.sync({ maxGoneShare: 0.2 })).rejects.toMatchObject({ code: "ERR_PLAN_BLOCKED" });
    expect(projectUsers(sandbox).filter(({ status }) => status === "disabled")).toHaveLength(0);
    const { counts } = await migration.sync({ maxGoneShare: 0.2, confirmedGone: 3 });
    expect(counts.updated).toBe(3);
  });
});

type World = Awaited<ReturnType<typeof startWorld>>;

async function change({ sandbox, pool }: World, username: string, attributes: Record<string, string>): Promise<void> {
  await cognito(sandbox, "AdminUpdateUserAttributes", {
    UserPoolId: pool.userPoolId,
    Username: username,
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  });
}

async function membership(
  { sandbox, pool }: World,
  operation: "AdminAddUserToGroup" | "AdminRemoveUserFromGroup",
  group: string,
  username: string,
): Promise<void> {
  await cognito(sandbox, operation, { UserPoolId: pool.userPoolId, GroupName: group, Username: username });
}

async function sandboxPatch({ sandbox }: World, patch: Record<string, unknown>): Promise<void> {
  await descope(sandbox, "PATCH /v1/mgmt/user/patch", patch);
}
