import { applyPlan } from "@cognito-to-descope/core";
import { describe, expect, it } from "vitest";
import { itemsOf, openMigration, total } from "./migration.ts";
import {
  addPool,
  descope,
  identitiesOf,
  migratedUser,
  projectUsers,
  startWorld,
  targetState,
  verified,
  writes,
} from "./world.ts";

const federated = { status: "EXTERNAL_PROVIDER" } as const;

describe("users of the pool that want one login ID", () => {
  it("each end somewhere, and no login ID is planned twice", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("shared@example.com"));
    pool.add("bob", verified("Shared@Example.com"));
    pool.add("carl", { email: "shared@example.com" });
    pool.add("Google_1", verified("shared@example.com", { identities: identitiesOf("Google", "1") }), federated);
    pool.add("SHARED@example.com", verified("other@example.com"));
    pool.add("dora", verified("dora@example.com"), { enabled: false });
    pool.add("Google_2", verified("dora@example.com", { identities: identitiesOf("Google", "2") }), federated);
    for (const duplicates of ["merge", "first", "skip"] as const) {
      await using migration = await openMigration(sandbox, { pools: [pool], rules: { duplicates } });
      await migration.plan();
      const wanted = [...(await itemsOf(migration)).values()].flatMap(({ item }) =>
        item.operation === "skip" || item.planned === undefined
          ? []
          : [item.planned.loginId, ...item.planned.additionalLoginIds].map((id) => id.toLowerCase()),
      );
      expect(new Set(wanted).size).toBe(wanted.length);
      expect(wanted).toContain("shared@example.com");
    }
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { counts, summary } = await migration.migrate();
    expect(total(counts)).toBe(7);
    expect(counts.failed).toBe(0);
    expect(summary.discrepancies).toBe(0);
  });

  it("never share what a merge hands over", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const phone = { phone_number: "+14155550100", phone_number_verified: "true" };
    pool.add("winner", phone);
    pool.add("Google_1", verified("zoe@example.com", { ...phone, identities: identitiesOf("Google", "1") }), federated);
    // The same address as the federated user's, which goes to the winner by the number that comes before it.
    pool.add("zoe", verified("zoe@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool], rules: { loginIds: ["phone", "email"] } });
    const { counts, summary } = await migration.migrate();
    const ids = projectUsers(sandbox).flatMap(({ loginIds }) => loginIds);
    expect(ids.filter((id) => id === "zoe@example.com")).toHaveLength(1);
    expect(counts.failed).toBe(0);
    expect(summary.discrepancies).toBe(0);
  });

  it("are not merged into a user whom the merge would put in the way of somebody in the project", async () => {
    await using world = await startWorld({}, { AliasAttributes: ["email", "preferred_username"] });
    const { sandbox, pool } = world;
    for (const loginId of ["countess", "ada@example.com"]) {
      sandbox.descopeService.addUser({ loginId, email: "stranger@example.com" });
    }
    const native = pool.add("ada", verified("ada@example.com", { preferred_username: "countess" }));
    pool.add("Google_1", verified("ada@example.com", { identities: identitiesOf("Google", "1") }), federated);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { counts, summary } = await migration.migrate();
    expect(counts).toMatchObject({ created: 1, skipped: 1, failed: 0 });
    expect(migratedUser(sandbox, native)?.loginIds).toEqual(["ada"]);
    expect(summary.discrepancies).toBe(0);
  });

  it("are left out by the policy the second time too, when the first run's user has the login ID in the project", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const phone = { phone_number: "+14155550100" };
    pool.add("ada", { ...phone, preferred_username: "countess" }, { enabled: false });
    pool.add("bob", phone);
    const rules = { loginIds: ["preferred_username", "phone"], duplicates: "skip" } as const;
    for (const created of [1, 0]) {
      await using migration = await openMigration(sandbox, { pools: [pool], rules });
      expect((await migration.migrate()).counts).toMatchObject({ created, updated: 0, skipped: 1, failed: 0 });
    }
  });

  it("leave out whom a stranger is in the way of, the second time too", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    sandbox.descopeService.addUser({ loginId: "shared@example.com", email: "shared@example.com" });
    for (const name of ["ada", "bob"]) pool.add(name, { email: "shared@example.com" });
    const rules = { loginIds: ["username", "email"] } as const;
    for (let run = 0; run < 2; run += 1) {
      await using migration = await openMigration(sandbox, { pools: [pool], rules });
      expect((await migration.migrate()).counts).toMatchObject({ created: 0, updated: 0, skipped: 2, failed: 0 });
    }
  });

  it("get the same plan in whatever order the pool lists them", async () => {
    const users = [
      ["sub-a", "ada", verified("shared@example.com"), {}],
      ["sub-b", "bob", verified("shared@example.com"), {}],
      ["sub-c", "Google_1", verified("shared@example.com", { identities: identitiesOf("Google", "1") }), federated],
      ["sub-d", "dora", verified("dora@example.com", { locale: "de", nickname: "d" }), {}],
    ] as const;
    const hashes = new Set<string>();
    for (const order of [users, [...users].reverse(), [users[2], users[0], users[3], users[1]]]) {
      await using world = await startWorld();
      const { sandbox, pool } = world;
      for (const [sub, username, attributes, change] of order) {
        const shuffled = Object.fromEntries(Object.entries(attributes).reverse());
        pool.add(username, order === users ? attributes : shuffled, { ...change, sub, createdAt: 1_600_000_000_000 });
      }
      await using migration = await openMigration(sandbox, { pools: [pool] });
      hashes.add((await migration.plan()).hash);
    }
    expect([...hashes]).toHaveLength(1);
  });

  it("go to who is imported, when somebody in the project is in the way of the other", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    sandbox.descopeService.addUser({ loginId: "ada", email: "somebody@example.com" });
    const older = pool.add("ada", verified("shared@example.com"));
    const younger = pool.add("bob", verified("shared@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { counts } = await migration.migrate();
    expect(counts).toMatchObject({ created: 1, skipped: 1 });
    expect(migratedUser(sandbox, older)).toBeUndefined();
    expect(migratedUser(sandbox, younger)?.loginIds).toEqual(["shared@example.com", "bob"]);
  });

  it("counts the findings of each user once, also when it is decided about twice", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    sandbox.descopeService.addUser({ loginId: "bob", email: "bob@example.com", customAttributes: {} });
    pool.add("ada", verified("shared@example.com"));
    pool.add("bob", verified("shared@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { findings } = await migration.plan();
    const counts = Object.fromEntries(findings.map(({ rule, count }) => [rule, count]));
    expect(counts["user-exists-unproven"]).toBe(1);
    expect(counts["login-id-shared"]).toBe(1);
  });
});

describe("users that the project has already", () => {
  it("are patched when the address is verified on both sides, and left alone when it is not", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    for (const [name, isVerified] of [
      ["ada", true],
      ["bob", false],
    ] as const) {
      sandbox.descopeService.addUser({
        loginId: `${name}@example.com`,
        email: `${name}@example.com`,
        verifiedEmail: isVerified,
        name: "As it was",
        status: "enabled",
      });
    }
    const ada = pool.add("ada", verified("ada@example.com", { name: "Ada" }));
    const bob = pool.add("bob", verified("bob@example.com", { name: "Bob" }));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { counts, summary } = await migration.migrate();
    expect(counts).toMatchObject({ updated: 1, skipped: 1 });
    expect(migratedUser(sandbox, ada)).toMatchObject({ name: "Ada" });
    expect(migratedUser(sandbox, bob)).toBeUndefined();
    expect(sandbox.descopeService.user("bob@example.com")).toMatchObject({ name: "As it was" });
    expect(summary).toMatchObject({ checked: 1, notCompared: 1, discrepancies: 0 });
  });

  it("stay shut when either side shut them", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const shutInCognito = pool.add("ada", verified("ada@example.com"));
    const shutInDescope = pool.add("bob", verified("bob@example.com"));
    await using first = await openMigration(sandbox, { pools: [pool] });
    await first.migrate();
    await descope(sandbox, "POST /v1/mgmt/user/update/status", { loginId: "bob@example.com", status: "disabled" });
    const user = pool.pool.users.bySub(shutInCognito);
    if (user !== undefined) user.enabled = false;
    await using second = await openMigration(sandbox, { pools: [pool] });
    const { plan, counts, summary } = await second.migrate();
    expect(counts).toMatchObject({ updated: 1, unchanged: 1 });
    expect(migratedUser(sandbox, shutInCognito)?.status).toBe("disabled");
    expect(migratedUser(sandbox, shutInDescope)?.status).toBe("disabled");
    expect(plan.findings.map(({ rule }) => rule)).toContain("user-enabled-only-in-cognito");
    expect(summary.discrepancies).toBe(0);
  });
});

describe("definitions", () => {
  it("warn of a group whose role carries permissions in the project, and use the role as it is", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await descope(sandbox, "POST /v1/mgmt/permission/create", { name: "delete:all", description: "" });
    await descope(sandbox, "POST /v1/mgmt/role/create", {
      name: "ops",
      description: "",
      permissionNames: ["delete:all"],
    });
    const sub = pool.add("ada", verified("ada@example.com"));
    await pool.group("ops", ["ada"], { Description: "harmless" });
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { plan, summary } = await migration.migrate();
    expect(plan.findings).toContainEqual(expect.objectContaining({ rule: "role-has-permissions", subjects: ["ops"] }));
    expect(plan.definitions.roles.unchanged.map(({ name }) => name)).toEqual(["ops"]);
    expect(migratedUser(sandbox, sub)?.roleNames).toEqual(["ops"]);
    expect(summary.discrepancies).toBe(0);
  });

  it("block when the project has an attribute with another type, before anything is written", async () => {
    await using world = await startWorld({}, { Schema: [{ Name: "seats", AttributeDataType: "Number" }] });
    const { sandbox, pool } = world;
    await descope(sandbox, "POST /v1/mgmt/user/customattribute/create", {
      attributes: [{ name: "seats", type: 1, displayName: "Seats" }],
    });
    pool.add("ada", verified("ada@example.com", { "custom:seats": "4" }));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const sent = writes(sandbox);
    await expect(migration.migrate()).rejects.toMatchObject({ code: "ERR_PLAN_BLOCKED" });
    expect(writes(sandbox)).toBe(sent);
    // The operator's rule resolves it.
    await using resolved = await openMigration(sandbox, {
      pools: [pool],
      configHash: "resolved",
      rules: { attributes: { "custom:seats": { name: "seats", type: "string" } } },
    });
    expect((await resolved.migrate()).counts.created).toBe(1);
  });

  it("put the users of each pool into its tenant, with their roles in it", async () => {
    await using world = await startWorld();
    const { sandbox, pool: north } = world;
    const south = addPool(sandbox);
    const ada = north.add("ada", verified("ada@example.com"));
    const bob = south.add("bob", verified("bob@example.com"));
    const both = south.add("ada2", verified("ada@example.com"));
    await north.group("admins", ["ada"]);
    await south.group("admins", ["bob"]);
    await using migration = await openMigration(sandbox, {
      pools: [
        { ...north, tenant: "north" },
        { ...south, tenant: "south" },
      ],
      rules: { samePerson: "never" },
    });
    const { plan, counts, summary } = await migration.migrate();
    expect(plan.definitions.tenants.create.map(({ id }) => id)).toEqual(["north", "south"]);
    expect(counts).toMatchObject({ created: 3, failed: 0 });
    expect(summary.discrepancies).toBe(0);
    const tenantsOf = (sub: string): unknown =>
      migratedUser(sandbox, sub)?.userTenants.map(({ tenantId, roleNames }) => [tenantId, roleNames]);
    expect(tenantsOf(ada)).toEqual([["north", ["admins"]]]);
    expect(tenantsOf(bob)).toEqual([["south", ["admins"]]]);
    expect(tenantsOf(both)).toEqual([["south", []]]);
    expect(migratedUser(sandbox, both)?.loginIds).toEqual(["ada2"]);
  });
});

describe("a project that changes between plan and apply", () => {
  it.for<[string, (sandbox: Parameters<typeof descope>[0]) => Promise<unknown>]>([
    ["a role is deleted", (sandbox) => descope(sandbox, "POST /v1/mgmt/role/delete", { name: "admins" })],
    [
      "a role is deleted and a tenant has one of its name",
      async (sandbox) => {
        await descope(sandbox, "POST /v1/mgmt/tenant/create", { id: "acme", name: "acme" });
        await descope(sandbox, "POST /v1/mgmt/role/create", { name: "admins", tenantId: "acme", permissionNames: [] });
        await descope(sandbox, "POST /v1/mgmt/role/delete", { name: "admins" });
      },
    ],
    [
      "an attribute is deleted",
      (sandbox) => descope(sandbox, "POST /v1/mgmt/user/customattribute/delete", { names: ["locale"] }),
    ],
    [
      "an attribute comes with another type",
      async (sandbox) => {
        await descope(sandbox, "POST /v1/mgmt/user/customattribute/create", {
          attributes: [{ name: "nickname", type: 2, displayName: "nickname" }],
        });
      },
    ],
  ])("makes the plan stale when %s", async ([, change]) => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await descope(sandbox, "POST /v1/mgmt/role/create", { name: "admins", description: "", permissionNames: [] });
    await descope(sandbox, "POST /v1/mgmt/user/customattribute/create", {
      attributes: [{ name: "locale", type: 1, displayName: "locale" }],
    });
    pool.add("ada", verified("ada@example.com", { locale: "en", nickname: "a" }));
    await pool.group("admins", ["ada"]);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.plan();
    await change(sandbox);
    const before = targetState(sandbox);
    await expect(migration.apply()).rejects.toMatchObject({ code: "ERR_PLAN_STALE" });
    expect(targetState(sandbox)).toEqual(before);
    // A new plan takes the project as it is now.
    if (change.toString().includes("nickname")) return;
    await using again = await openMigration(sandbox, { pools: [pool], store: migration.store });
    await again.plan();
    expect((await again.apply()).created).toBe(1);
  });

  it("takes definitions that came meanwhile for its own", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"));
    await pool.group("admins", ["ada"]);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.plan();
    await descope(sandbox, "POST /v1/mgmt/role/create", { name: "admins", description: "", permissionNames: [] });
    expect(await migration.apply()).toMatchObject({ created: 1, failed: 0 });
  });

  it("refuses a plan made for another config", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.plan();

    const context = { ...migration.context(), configHash: "another" };
    await expect(applyPlan(context)).rejects.toMatchObject({ code: "ERR_PLAN_STALE" });
    await expect(applyPlan({ ...context, runId: "nobody's" })).rejects.toMatchObject({ code: "ERR_PLAN_MISSING" });
  });
});

describe("a reconcile", () => {
  it("finds what was changed by hand, what is gone, and who is there twice", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const subs = ["ada", "bob", "carl", "dora"].map((name) => pool.add(name, verified(`${name}@example.com`)));
    await pool.group("admins", ["ada"], { Description: "all" });
    await using migration = await openMigration(sandbox, { pools: [pool] });
    expect((await migration.migrate()).summary.discrepancies).toBe(0);
    await descope(sandbox, "POST /v1/mgmt/user/update/name", {
      loginId: "ada@example.com",
      name: "x",
      displayName: "x",
    });
    await descope(sandbox, "POST /v1/mgmt/user/update/role/remove", {
      loginId: "ada@example.com",
      roleNames: ["admins"],
    });
    await descope(sandbox, "POST /v1/mgmt/user/delete", { loginId: "bob@example.com" });
    sandbox.descopeService.addUser({
      loginId: "carl-again",
      email: "carl@example.com",
      customAttributes: { cognitoSub: subs[2] },
    });
    const summary = await migration.reconcile();
    expect(summary.byField).toEqual({ name: 1, roleNames: 1, user: 2 });
    const { id } = await migration.run();
    const found = await migration.store.readDiscrepancies(id, 0, 10);
    expect(
      found
        .filter(({ field }) => field === "user")
        .map(({ sub }) => sub)
        .sort(),
    ).toEqual([subs[1], subs[2]].sort());
  });

  it("refuses before anything was applied", async () => {
    await using world = await startWorld();
    await using migration = await openMigration(world.sandbox, { pools: [world.pool] });
    await migration.plan();
    await expect(migration.reconcile()).rejects.toMatchObject({ code: "ERR_PLAN_MISSING" });
  });
});
