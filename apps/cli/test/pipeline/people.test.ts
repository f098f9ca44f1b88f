import { fc, test } from "@fast-check/vitest";
import type { MappingRules } from "@cognito-to-descope/core";
import { type Fault, type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { describe, expect, it } from "vitest";
import { anyVariants } from "./any-variants.ts";
import { itemsOf, type Migration, openMigration, total } from "./migration.ts";
import {
  addPool,
  cognito,
  descope,
  type HandmadePool,
  identitiesOf,
  migratedUser,
  projectUsers,
  type ShownUser,
  startWorld,
  targetState,
  verified,
  writes,
} from "./world.ts";

const RULES = { samePerson: "verified-email" } as const satisfies Partial<MappingRules>;

/** What tenants and roles a user of the project has. */
function tenantsOf(user: ShownUser | undefined): unknown {
  return user?.userTenants
    .map(({ tenantId, roleNames }) => [tenantId, [...roleNames].sort()])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

/** Every sub that leads to a user of the project. */
function subsOf({ customAttributes: { cognitoSub, cognitoSubs } }: ShownUser): readonly string[] {
  if (typeof cognitoSubs === "string") return JSON.parse(cognitoSubs) as readonly string[];
  return typeof cognitoSub === "string" ? [cognitoSub] : [];
}

/** North and south, each with its tenant and a group of the same name. */
async function twoPools(sandbox: Sandbox, north: HandmadePool): Promise<readonly [HandmadePool, HandmadePool]> {
  const south = addPool(sandbox);
  await Promise.all([north, south].map((pool) => pool.group("admins", [])));
  return [{ ...north, tenant: "north" } as HandmadePool, { ...south, tenant: "south" } as HandmadePool];
}

async function join(sandbox: Sandbox, pool: HandmadePool, group: string, username: string): Promise<void> {
  await cognito(sandbox, "AdminAddUserToGroup", { UserPoolId: pool.userPoolId, GroupName: group, Username: username });
}

async function findingsOf(
  migration: Migration,
): Promise<Readonly<Record<string, readonly [number, readonly string[]]>>> {
  const { plan } = await migration.run();
  return Object.fromEntries((plan?.findings ?? []).map(({ rule, count, subjects }) => [rule, [count, subjects]]));
}

describe("one person in several pools", () => {
  it("blocks the plan while nothing says what it becomes, and names the pools", async () => {
    await using world = await startWorld();
    const [north, south] = await twoPools(world.sandbox, world.pool);
    north.add("ada", verified("ada@example.com"));
    south.add("ada", verified("Ada@Example.com"));
    south.add("bob", verified("bob@example.com"));
    await using migration = await openMigration(world.sandbox, { pools: [north, south] });
    const plan = await migration.plan();
    expect(plan.findings[0]).toMatchObject({ rule: "user-in-several-pools", severity: "blocker", count: 2 });
    expect([...(plan.findings[0]?.subjects ?? [])].sort()).toEqual([north.userPoolId, south.userPoolId].sort());
    await expect(migration.apply()).rejects.toMatchObject({ code: "ERR_PLAN_BLOCKED" });
    expect(projectUsers(world.sandbox)).toEqual([]);
  });

  it("becomes one user in the tenants of all, with the roles of each in its own, known by every sub", async () => {
    await using world = await startWorld();
    const { sandbox } = world;
    const [north, south] = await twoPools(sandbox, world.pool);
    const inNorth = north.add("ada", verified("ada@example.com", { name: "Ada", "custom:plan": "gold" }));
    const inSouth = south.add("countess", verified("ada@example.com", { name: "Countess", locale: "en" }));
    await join(sandbox, south, "admins", "countess");
    await using migration = await openMigration(sandbox, { pools: [north, south], rules: RULES });
    const { plan, counts, summary } = await migration.migrate();
    expect(counts).toEqual({ created: 1, updated: 0, unchanged: 0, skipped: 1, failed: 0, deleted: 0 });
    expect(plan.bySource).toEqual([
      { tenant: "north", read: 1, create: 1, patch: 0, none: 0, skip: 0, delete: 0, merged: 0 },
      { tenant: "south", read: 1, create: 0, patch: 0, none: 0, skip: 1, delete: 0, merged: 1 },
    ]);
    expect(summary.byField).toEqual({});
    const user = migratedUser(sandbox, inNorth);
    expect(user).toMatchObject({ name: "Ada", customAttributes: { locale: "en", cognitoUsername: "ada" } });
    expect(JSON.parse(String(user?.customAttributes["cognitoSubs"]))).toEqual([inNorth, inSouth].sort());
    expect([...(user?.loginIds ?? [])].sort()).toEqual(["ada", "ada@example.com", "countess"]);
    expect(tenantsOf(user)).toEqual([
      ["north", []],
      ["south", ["admins"]],
    ]);
    const items = await itemsOf(migration);
    expect(items.get(inSouth)?.item).toMatchObject({ operation: "skip", mergedInto: inNorth });
    expect(items.get(inNorth)?.item.mergedSubs).toEqual([inSouth]);
    expect(await findingsOf(migration)).toMatchObject({
      "user-merged": [1, [south.userPoolId]],
      "merged-values-differ": [1, ["name"]],
    });
  });

  it("needs nothing the second time, nor when the pools change places", async () => {
    await using world = await startWorld();
    const { sandbox } = world;
    const [north, south] = await twoPools(sandbox, world.pool);
    const inNorth = north.add("ada", verified("ada@example.com", { name: "Ada" }));
    south.add("countess", verified("ada@example.com", { name: "Ada" }));
    await using first = await openMigration(sandbox, { pools: [north, south], rules: RULES });
    await first.migrate();
    const [before, sent] = [targetState(sandbox), writes(sandbox)];
    for (const pools of [
      [north, south],
      [south, north],
    ]) {
      await using again = await openMigration(sandbox, { pools, rules: RULES });
      const { counts, summary } = await again.migrate();
      expect(counts).toEqual({ created: 0, updated: 0, unchanged: 1, skipped: 1, failed: 0, deleted: 0 });
      expect(summary.byField).toEqual({});
    }
    expect(writes(sandbox)).toBe(sent);
    expect(targetState(sandbox)).toEqual(before);
    expect(migratedUser(sandbox, inNorth)).toBeDefined();
  });

  it("stays the same user when one of the pools is no longer read, whichever it is", async () => {
    await using world = await startWorld();
    const { sandbox } = world;
    const [north, south] = await twoPools(sandbox, world.pool);
    const inNorth = north.add("ada", verified("ada@example.com"));
    south.add("countess", verified("ada@example.com", { locale: "en" }));
    await using first = await openMigration(sandbox, { pools: [north, south], rules: RULES });
    await first.migrate();
    const before = targetState(sandbox);
    for (const pool of [south, north]) {
      await using alone = await openMigration(sandbox, { pools: [pool], rules: RULES });
      const { counts, summary } = await alone.migrate();
      expect(counts).toEqual({ created: 0, updated: 0, unchanged: 1, skipped: 0, failed: 0, deleted: 0 });
      expect(summary.byField).toEqual({});
    }
    expect(targetState(sandbox)).toEqual(before);

    await cognito(sandbox, "AdminUpdateUserAttributes", {
      UserPoolId: south.userPoolId,
      Username: "countess",
      UserAttributes: [{ Name: "locale", Value: "de" }],
    });
    await using later = await openMigration(sandbox, { pools: [south], rules: RULES });
    expect((await later.migrate()).counts).toMatchObject({ updated: 1, failed: 0 });
    expect(migratedUser(sandbox, inNorth)?.customAttributes).toMatchObject({ locale: "de", cognitoSub: inNorth });
  });

  it("gains a pool that is read later, also when that one is listed first", async () => {
    await using world = await startWorld();
    const { sandbox } = world;
    const [north, south] = await twoPools(sandbox, world.pool);
    const inNorth = north.add("ada", verified("ada@example.com"));
    await using first = await openMigration(sandbox, { pools: [north], rules: RULES });
    await first.migrate();
    const inSouth = south.add("countess", verified("ada@example.com"));
    await using both = await openMigration(sandbox, { pools: [south, north], rules: RULES });
    const { counts, summary } = await both.migrate();
    expect(counts).toEqual({ created: 0, updated: 1, unchanged: 0, skipped: 1, failed: 0, deleted: 0 });
    expect(summary.byField).toEqual({});
    expect(projectUsers(sandbox)).toHaveLength(1);
    const user = migratedUser(sandbox, inNorth);
    expect(JSON.parse(String(user?.customAttributes["cognitoSubs"]))).toEqual([inNorth, inSouth].sort());
    expect(tenantsOf(user)).toEqual([
      ["north", []],
      ["south", []],
    ]);
  });

  it.for([
    ["the address is verified in one pool only", { email: "ada@example.com" }, {}, undefined],
    ["it is disabled in one pool", verified("ada@example.com"), { enabled: false }, "disabled in one of the pools"],
  ] as const)("stays two users when %s", async ([, attributes, change, why]) => {
    await using world = await startWorld();
    const { sandbox } = world;
    const [north, south] = await twoPools(sandbox, world.pool);
    const inNorth = north.add("ada", verified("ada@example.com"));
    const inSouth = south.add("countess", attributes, change);
    await using migration = await openMigration(sandbox, { pools: [north, south], rules: RULES });
    const { counts, summary } = await migration.migrate();
    expect(counts).toMatchObject({ created: 2, failed: 0 });
    expect(summary.byField).toEqual({});
    expect(tenantsOf(migratedUser(sandbox, inNorth))).toEqual([["north", []]]);
    expect(tenantsOf(migratedUser(sandbox, inSouth))).toEqual([["south", []]]);
    expect((await findingsOf(migration))["user-kept-apart"]?.[1]).toEqual(why === undefined ? undefined : [why]);
  });

  it("is nobody in particular when several users of one pool have the address", async () => {
    await using world = await startWorld();
    const [north, south] = await twoPools(world.sandbox, world.pool);
    for (const name of ["ada", "bob"]) north.add(name, verified("family@example.com"));
    south.add("carl", verified("family@example.com"));
    await using migration = await openMigration(world.sandbox, { pools: [north, south], rules: RULES });
    const { counts } = await migration.migrate();
    expect(counts).toMatchObject({ created: 3, skipped: 0, failed: 0 });
    expect((await findingsOf(migration))["user-kept-apart"]).toEqual([
      3,
      ["several users of one pool have the address"],
    ]);
  });

  it("takes a federated twin of one pool along", async () => {
    await using world = await startWorld();
    const { sandbox } = world;
    const [north, south] = await twoPools(sandbox, world.pool);
    const native = north.add("ada", verified("ada@example.com"));
    const twin = north.add("Google_1", verified("ada@example.com", { identities: identitiesOf("Google", "1") }), {
      status: "EXTERNAL_PROVIDER",
    });
    const inSouth = south.add("countess", verified("ada@example.com"));
    for (let run = 0; run < 2; run += 1) {
      await using migration = await openMigration(sandbox, { pools: [south, north], rules: RULES });
      const { counts, summary } = await migration.migrate();
      expect(counts).toMatchObject({ created: 1 - run, unchanged: run, skipped: 2, failed: 0 });
      expect(summary.byField).toEqual({});
      const subs = JSON.parse(String(migratedUser(sandbox, inSouth)?.customAttributes["cognitoSubs"])) as unknown;
      expect(subs).toEqual([native, twin, inSouth].sort());
      // Whoever was merged into somebody that was merged in turn is where that one is.
      for (const sub of [native, twin]) {
        expect((await itemsOf(migration)).get(sub)?.item.mergedInto).toBe(inSouth);
      }
    }
  });

  it("keeps the rights of the project apart from those of a tenant", async () => {
    await using world = await startWorld();
    const { sandbox, pool: plain } = world;
    const south = { ...addPool(sandbox), tenant: "south" };
    const inPlain = plain.add("ada", verified("ada@example.com"));
    await plain.group("operators", ["ada"]);
    const inSouth = south.add("countess", verified("ada@example.com"));
    await using migration = await openMigration(sandbox, { pools: [plain, south], rules: RULES });
    expect((await migration.migrate()).counts).toMatchObject({ created: 2, failed: 0 });
    expect(migratedUser(sandbox, inPlain)).toMatchObject({ roleNames: ["operators"], userTenants: [] });
    expect(tenantsOf(migratedUser(sandbox, inSouth))).toEqual([["south", []]]);
    expect((await findingsOf(migration))["user-kept-apart"]?.[1]).toEqual([
      "roles of the project in one pool, of a tenant in another",
    ]);
  });

  it("that has two users in the project keeps them", async () => {
    await using world = await startWorld();
    const { sandbox } = world;
    const [north, south] = await twoPools(sandbox, world.pool);
    north.add("ada", verified("ada@example.com"));
    south.add("countess", verified("ada@example.com"));
    await using apart = await openMigration(sandbox, { pools: [north, south], rules: { samePerson: "never" } });
    expect((await apart.migrate()).counts).toMatchObject({ created: 2 });
    expect((await findingsOf(apart))["user-kept-apart"]).toEqual([2, ["by mapping.samePerson"]]);
    const before = targetState(sandbox);
    await using joined = await openMigration(sandbox, { pools: [north, south], rules: RULES });
    const { counts, summary } = await joined.migrate();
    expect(counts).toMatchObject({ unchanged: 2, failed: 0 });
    expect(summary.byField).toEqual({});
    expect(targetState(sandbox)).toEqual(before);
    expect((await findingsOf(joined))["user-kept-apart"]?.[1]).toEqual(["two users in the project already"]);
  });

  it("stays one user under any policy once it is one, and gains nothing from a pool that shut it out", async () => {
    await using world = await startWorld();
    const { sandbox } = world;
    const [north, south] = await twoPools(sandbox, world.pool);
    const inNorth = north.add("ada", verified("ada@example.com"));
    south.add("countess", verified("ada@example.com"));
    await using first = await openMigration(sandbox, { pools: [north, south], rules: RULES });
    await first.migrate();
    const before = targetState(sandbox);
    await using never = await openMigration(sandbox, { pools: [north, south], rules: { samePerson: "never" } });
    expect((await never.migrate()).counts).toMatchObject({ unchanged: 1, skipped: 1, failed: 0 });
    expect(targetState(sandbox)).toEqual(before);

    await cognito(sandbox, "AdminDisableUser", { UserPoolId: south.userPoolId, Username: "countess" });
    await join(sandbox, south, "admins", "countess");
    await using later = await openMigration(sandbox, { pools: [north, south], rules: RULES });
    expect((await later.migrate()).counts).toMatchObject({ unchanged: 1, skipped: 1, failed: 0 });
    expect(targetState(sandbox)).toEqual(before);
    expect(await findingsOf(later)).toMatchObject({ "user-of-one-pool-only": [1, ["disabled in one of the pools"]] });

    // Shut out of every pool, shut out of the project.
    await cognito(sandbox, "AdminDisableUser", { UserPoolId: north.userPoolId, Username: "ada" });
    await using last = await openMigration(sandbox, { pools: [north, south], rules: RULES });
    expect((await last.migrate()).counts).toMatchObject({ updated: 1, failed: 0 });
    expect(migratedUser(sandbox, inNorth)?.status).toBe("disabled");
  });

  it("becomes the user that the project has, when that one is proven to be the person", async () => {
    await using world = await startWorld();
    const { sandbox } = world;
    const [north, south] = await twoPools(sandbox, world.pool);
    sandbox.descopeService.addUser({ loginId: "ada@example.com", email: "ada@example.com", verifiedEmail: true });
    north.add("ada", verified("ada@example.com"));
    south.add("countess", verified("ada@example.com"));
    for (let run = 0; run < 2; run += 1) {
      await using migration = await openMigration(sandbox, { pools: [north, south], rules: RULES });
      const { counts, summary } = await migration.migrate();
      expect(counts).toMatchObject({ created: 0, updated: 1 - run, unchanged: run, skipped: 1, failed: 0 });
      expect(summary.byField).toEqual({});
      expect(projectUsers(sandbox)).toHaveLength(1);
    }
  });
});

describe("roles of tenants", () => {
  it("are defined in each tenant of their own, and do not collide", async () => {
    await using world = await startWorld();
    const { sandbox } = world;
    const north = { ...world.pool, tenant: "north", tenantName: "North Ltd" };
    const south = { ...addPool(sandbox), tenant: "south" };
    const ada = north.add("ada", verified("ada@example.com"));
    const bob = south.add("bob", verified("bob@example.com"));
    await north.group("admins", ["ada"], { Description: "of the north" });
    await south.group("admins", ["bob"], { Description: "of the south" });
    await south.group("staff", ["bob"]);
    await descope(sandbox, "POST /v1/mgmt/role/create", { name: "admins", description: "all", permissionNames: [] });
    const rules = {
      roleScope: "tenant",
      groups: [
        { group: "staff", role: true, tenant: "west" },
        { group: "*", role: true },
      ],
    } as const;
    await using migration = await openMigration(sandbox, { pools: [north, south], rules });
    const { plan, summary } = await migration.migrate();
    expect(
      plan.definitions.roles.create.map(({ name, tenantId, description }) => [name, tenantId, description]),
    ).toEqual([
      ["admins", "north", "of the north"],
      ["admins", "south", "of the south"],
      ["staff", "west", ""],
    ]);
    expect(plan.definitions.tenants.create).toEqual([
      { id: "north", name: "North Ltd" },
      { id: "south", name: "south" },
      { id: "west", name: "west" },
    ]);
    expect(summary.byField).toEqual({});
    expect(tenantsOf(migratedUser(sandbox, ada))).toEqual([["north", ["admins"]]]);
    expect(tenantsOf(migratedUser(sandbox, bob))).toEqual([
      ["south", ["admins"]],
      ["west", ["staff"]],
    ]);

    await using again = await openMigration(sandbox, { pools: [north, south], rules });
    const { plan: second, counts } = await again.migrate();
    expect(second.definitions.roles).toMatchObject({ create: [], unchanged: [{}, {}, {}] });
    expect(counts).toMatchObject({ unchanged: 2, failed: 0 });

    await descope(sandbox, "POST /v1/mgmt/role/delete", { name: "admins", tenantId: "south" });
    expect((await again.reconcile()).byField).toEqual({ "role admins in tenant south": 1, "userTenants.south": 1 });
  });

  it("make a plan stale when one of them is gone", async () => {
    await using world = await startWorld();
    const { sandbox } = world;
    const north = { ...world.pool, tenant: "north" };
    north.add("ada", verified("ada@example.com"));
    await north.group("admins", ["ada"]);
    await descope(sandbox, "POST /v1/mgmt/tenant/create", { id: "north", name: "north" });
    for (const place of [{}, { tenantId: "north" }]) {
      await descope(sandbox, "POST /v1/mgmt/role/create", {
        name: "admins",
        description: "",
        permissionNames: [],
        ...place,
      });
    }
    await using migration = await openMigration(sandbox, { pools: [north], rules: { roleScope: "tenant" } });
    await migration.plan();
    await descope(sandbox, "POST /v1/mgmt/role/delete", { name: "admins", tenantId: "north" });
    await expect(migration.apply()).rejects.toMatchObject({
      code: "ERR_PLAN_STALE",
      message: expect.stringContaining("role admins in tenant north"),
    });
  });
});

describe("three generated pools with users of every kind", () => {
  it.for(["verified-email", "never"] as const)("move whole and need nothing more under %s", async (samePerson) => {
    await using sandbox = await startSandbox({ pools: 3, users: 150, cognito: { requireSignature: false } });
    const pools = sandbox.userPoolIds.map((userPoolId, index) => ({ userPoolId, tenant: `t${index}` }));
    const rules = { samePerson, roleScope: "tenant" } as const;
    await using migration = await openMigration(sandbox, { pools, rules });
    const { plan, counts, summary } = await migration.migrate();
    expect(total(counts)).toBe(450);
    expect(counts.failed).toBe(0);
    expect(summary.byField).toEqual({});
    const merged = (plan.bySource ?? []).map((counted) => counted.merged);
    expect(samePerson === "never" || Math.min(...merged.slice(1)) > 0).toBe(true);
    expect(projectUsers(sandbox).filter(({ userTenants }) => userTenants.length === 3).length > 0).toBe(
      samePerson === "verified-email",
    );
    const sent = writes(sandbox);
    await using again = await openMigration(sandbox, { pools, rules });
    expect((await again.migrate()).counts).toMatchObject({ created: 0, updated: 0, failed: 0 });
    expect(writes(sandbox)).toBe(sent);
  });
});

/** People drawn so that most of them are in several pools, under one address or another. */
const anyPerson = fc.record({
  /** In each pool: not there, or there with so much proof. */
  pools: fc.array(fc.constantFrom("absent", "verified", "verified", "unverified", "disabled"), {
    minLength: 3,
    maxLength: 3,
  }),
  username: fc.constantFrom("same", "different"),
  groups: fc.subarray(["admins", "editors"]),
  name: fc.constantFrom("Ada", "Bob"),
  sharesAddress: fc.constantFrom(false, false, false, true),
  federated: fc.constantFrom(false, false, false, true),
});
type Person = typeof anyPerson extends fc.Arbitrary<infer Value> ? Value : never;

const anyPoolRules: fc.Arbitrary<Partial<MappingRules>> = fc.record({
  samePerson: fc.constantFrom("verified-email", "verified-email", "never" as const),
  duplicates: fc.constantFrom("merge", "first" as const),
  roleScope: fc.constantFrom("project", "tenant" as const),
  loginIds: fc.oneof(fc.constant("auto" as const), fc.constant(["email", "username"] as const)),
});

interface Filled {
  readonly sandbox: Sandbox;
  readonly pools: readonly (HandmadePool & { readonly tenant: string })[];
  /** The tenants of the pools that a sub's person is in, enabled or not. */
  readonly subs: ReadonlyMap<string, string>;
}

function emailOf(person: Person, index: number): string {
  return person.sharesAddress ? "shared@example.com" : `person${index}@example.com`;
}

async function fill(
  sandbox: Sandbox,
  first: HandmadePool,
  people: readonly Person[],
  reverse: boolean,
): Promise<Filled> {
  const pools = ["north", "south", "west"].map((tenant, index) => ({
    ...(index === 0 ? first : addPool(sandbox)),
    tenant,
  }));
  const subs = new Map<string, string>();
  for (const [number, pool] of pools.entries()) {
    const numbered = [...people.entries()];
    const members = new Map<string, string[]>([
      ["admins", []],
      ["editors", []],
    ]);
    for (const [index, person] of reverse ? numbered.reverse() : numbered) {
      const state = person.pools[number];
      if (state === "absent" || state === undefined) continue;
      const username = person.username === "same" ? `user${index}` : `user${index}-${pool.tenant}`;
      const email = emailOf(person, index);
      const sub = `sub-${index}-${pool.tenant}`;
      const attributes = state === "unverified" ? { email } : verified(email);
      pool.add(
        username,
        { ...attributes, name: person.name, locale: pool.tenant },
        { sub, enabled: state !== "disabled", createdAt: 1_600_000_000_000 },
      );
      subs.set(sub, pool.tenant);
      for (const group of person.groups) members.get(group)?.push(username);
      if (person.federated && state === "verified") {
        const twin = `twin-${index}-${pool.tenant}`;
        pool.add(
          `Google_${index}`,
          { ...attributes, identities: identitiesOf("Google", `${index}-${pool.tenant}`) },
          { sub: twin, status: "EXTERNAL_PROVIDER", createdAt: 1_600_000_000_000 },
        );
        subs.set(twin, pool.tenant);
      }
    }
    for (const [group, usernames] of members) await pool.group(group, usernames);
  }
  return { sandbox, pools, subs };
}

describe("random people in random pools", () => {
  const people = fc.array(anyPerson, { minLength: 1, maxLength: 5 });

  test.prop([people, anyPoolRules], { numRuns: 50, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: false })(
    "are all accounted for, are in the tenants of their own pools only, and need nothing the second time",
    async (drawn, rules) => {
      await using world = await startWorld();
      const { sandbox, pools, subs } = await fill(world.sandbox, world.pool, drawn, false);
      await using first = await openMigration(sandbox, { pools, rules, batchSize: 3 });
      const { plan, counts, summary } = await first.migrate();
      expect(total(counts)).toBe(subs.size);
      expect(counts.failed).toBe(0);
      expect(summary.byField).toEqual({});
      expect((plan.bySource ?? []).map(({ read }) => read).reduce((sum, read) => sum + read, 0)).toBe(subs.size);

      const items = await itemsOf(first);
      expect(new Set(items.keys())).toEqual(new Set(subs.keys()));
      const merged = new Map<string, string[]>();
      for (const { item } of items.values()) {
        if (item.mergedInto === undefined) continue;
        expect(items.get(item.mergedInto)?.item.operation).toBe("create");
        merged.set(item.mergedInto, [...(merged.get(item.mergedInto) ?? []), item.sub]);
        if (rules.samePerson === "never") expect(subs.get(item.sub)).toBe(subs.get(item.mergedInto));
      }
      for (const user of projectUsers(sandbox)) {
        const key = String(user.customAttributes["cognitoSub"]);
        const all = [key, ...(merged.get(key) ?? [])];
        // In no tenant whose pool does not have the person, and in none twice.
        const own = new Set(all.map((sub) => subs.get(sub)));
        expect(new Set(user.userTenants.map(({ tenantId }) => tenantId))).toEqual(own);
        const known = user.customAttributes["cognitoSubs"];
        if (rules.samePerson === "verified-email" && all.length > 1) {
          expect(JSON.parse(String(known))).toEqual(all.sort());
        } else expect(known).toBeUndefined();
      }
      const ids = projectUsers(sandbox).flatMap(({ loginIds }) => loginIds.map((id) => id.toLowerCase()));
      expect(new Set(ids).size).toBe(ids.length);

      const [state, sent] = [targetState(sandbox), writes(sandbox)];
      await using second = await openMigration(sandbox, { pools, rules });
      const later = await second.migrate();
      expect(later.counts).toMatchObject({ created: 0, updated: 0, failed: 0 });
      expect(writes(sandbox)).toBe(sent);
      expect(targetState(sandbox)).toEqual(state);

      // The order of users and pages says nothing.
      await using other = await startWorld();
      const turned = await fill(other.sandbox, other.pool, drawn, true);
      await using again = await openMigration(turned.sandbox, { pools: turned.pools, rules, pageSize: 1 });
      expect((await again.migrate()).counts).toEqual(counts);
      expect(targetState(turned.sandbox)).toEqual(state);
    },
    300_000,
  );

  test.prop([people, fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), fc.integer({ min: 1, max: 2 })], {
    numRuns: 40,
    interruptAfterTimeLimit: 90_000,
    markInterruptAsFailure: false,
  })(
    "end up as the same people in the same tenants in whatever order the pools are listed, and when pools come later",
    async (drawn, order, early) => {
      const whoIsWhere = (sandbox: Sandbox): unknown =>
        projectUsers(sandbox)
          .map((user) => [
            user.customAttributes["cognitoSubs"] ?? JSON.stringify([user.customAttributes["cognitoSub"]]),
            tenantsOf(user),
          ])
          .map((entry) => JSON.stringify(entry))
          .sort();
      // Login IDs that are no person's go to one of their users by the order of the pools: here each has its own.
      const spread = drawn.map((person) => ({
        ...person,
        sharesAddress: false,
        username: "different" as const,
        pools: person.pools.map((state) => (state === "unverified" ? "verified" : state)),
      }));
      await using world = await startWorld();
      const one = await fill(world.sandbox, world.pool, spread, false);
      await using listed = await openMigration(one.sandbox, { pools: one.pools, rules: RULES });
      await listed.migrate();

      await using other = await startWorld();
      const two = await fill(other.sandbox, other.pool, spread, false);
      const pools = order.flatMap((index) => two.pools[index] ?? []);
      for (const some of [pools.slice(0, early), pools]) {
        await using migration = await openMigration(two.sandbox, { pools: some, rules: RULES });
        const { counts, summary } = await migration.migrate();
        expect(counts.failed).toBe(0);
        expect(summary.byField).toEqual({});
      }
      expect(whoIsWhere(two.sandbox)).toEqual(whoIsWhere(one.sandbox));
    },
    300_000,
  );
});

/** What happens to somebody's user in one pool between two runs. */
const anyChange = fc.record({
  pool: fc.integer({ min: 0, max: 1 }),
  person: fc.integer({ min: 0, max: 2 }),
  what: fc.constantFrom("disable", "enable", "unverify", "verify", "take-address", "delete", "promote"),
});

/** One run: which pools it reads in which order, and by which rule. */
const anyRound = fc.record({
  changes: fc.array(anyChange, { maxLength: 3 }),
  pools: fc.constantFrom([0, 1], [1, 0], [0], [1]),
  samePerson: fc.constantFrom("verified-email", "verified-email", "verified-email", "never" as const),
});

describe("people whose users change from run to run", () => {
  async function change(
    sandbox: Sandbox,
    pool: HandmadePool,
    { person, what }: { readonly person: number; readonly what: string },
  ): Promise<void> {
    const named = { UserPoolId: pool.userPoolId, Username: `person${person}` };
    const attributes = (email: string, isVerified: boolean): object => ({
      ...named,
      UserAttributes: [
        { Name: "email", Value: email },
        { Name: "email_verified", Value: String(isVerified) },
      ],
    });
    const own = `person${person}@example.com`;
    const calls: Readonly<Record<string, readonly [string, object]>> = {
      disable: ["AdminDisableUser", named],
      enable: ["AdminEnableUser", named],
      unverify: ["AdminUpdateUserAttributes", attributes(own, false)],
      verify: ["AdminUpdateUserAttributes", attributes(own, true)],
      "take-address": ["AdminUpdateUserAttributes", attributes("person0@example.com", true)],
      delete: ["AdminDeleteUser", named],
      promote: ["AdminAddUserToGroup", { ...named, GroupName: "admins" }],
    };
    const [operation = "", input = {}] = calls[what] ?? [];
    // Whoever is gone cannot be changed.
    await cognito(sandbox, operation, { ...input }).catch(() => undefined);
  }

  test.prop(
    [
      fc.array(fc.record({ north: fc.boolean(), south: fc.boolean(), verified: fc.boolean() }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.array(anyRound, { minLength: 2, maxLength: 4 }),
      fc.constantFrom("auto" as const, ["email", "username"] as const),
      fc.constantFrom(undefined, "person0@example.com"),
    ],
    { numRuns: 50, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: false },
  )(
    "are never lost, doubled, or let into a tenant that has none of their users",
    async (people, rounds, loginIds, stranger) => {
      await using world = await startWorld();
      const { sandbox } = world;
      const pools = await twoPools(sandbox, world.pool);
      const tenants = ["north", "south"] as const;
      const tenantOf = new Map<string, string>();
      if (stranger !== undefined) {
        sandbox.descopeService.addUser({ loginId: stranger, email: stranger, verifiedEmail: true });
      }
      for (const [index, person] of people.entries()) {
        for (const [number, tenant] of tenants.entries()) {
          if (!person[tenant]) continue;
          const email = `person${index}@example.com`;
          const sub = `sub-${index}-${tenant}`;
          pools[number]?.add(`person${index}`, person.verified ? verified(email) : { email }, { sub });
          tenantOf.set(sub, tenant);
        }
      }
      for (const round of rounds) {
        for (const one of round.changes) {
          const pool = pools[one.pool];
          if (pool !== undefined) await change(sandbox, pool, one);
        }
        const rules = { loginIds, samePerson: round.samePerson };
        const read = round.pools.flatMap((index) => pools[index] ?? []);
        const before = projectUsers(sandbox).map(({ userId, loginIds: ids }) => ({ userId, ids }));
        await using migration = await openMigration(sandbox, { pools: read, rules });
        const { counts, summary } = await migration.migrate();
        expect(counts.failed).toBe(0);
        expect(summary.byField).toEqual({});

        const now = projectUsers(sandbox);
        const ids = now.flatMap(({ loginIds: own }) => own.map((id) => id.toLowerCase()));
        expect(new Set(ids).size).toBe(ids.length);
        const subs = now.flatMap((user) => subsOf(user));
        // Nobody's sub leads to two users.
        expect(new Set(subs).size).toBe(subs.length);
        for (const { userId, ids: had } of before) {
          expect(now.find((user) => user.userId === userId)?.loginIds).toEqual(expect.arrayContaining([...had]));
        }
        for (const user of now) {
          const own = new Set(subsOf(user).map((sub) => tenantOf.get(sub)));
          for (const { tenantId } of user.userTenants) expect(own).toContain(tenantId);
        }

        const [state, sent] = [targetState(sandbox), writes(sandbox)];
        await using again = await openMigration(sandbox, { pools: read, rules });
        expect((await again.migrate()).counts).toMatchObject({ created: 0, updated: 0, failed: 0 });
        expect(writes(sandbox)).toBe(sent);
        expect(targetState(sandbox)).toEqual(state);
      }
    },
    300_000,
  );
});

const anyFault = fc.record({
  service: fc.constant("descope" as const),
  operation: fc.constantFrom(
    "POST /v1/mgmt/user/create/batch",
    "PATCH /v1/mgmt/user/patch/batch",
    "POST /v1/mgmt/role/create",
    "POST /v1/mgmt/tenant/create",
  ),
  nth: fc.integer({ min: 1, max: 3 }),
  fault: fc.constantFrom<Fault>(
    { kind: "answer-lost" },
    { kind: "status", status: 500, afterWork: true },
    { kind: "reset-before" },
  ),
});

/** How much faster time passes in the sandbox: searches lag for a tenth of a second, and not for two. */
const SPEED = 20;

describe("people of several pools in any world", () => {
  test.prop([anyVariants(), fc.array(anyFault, { maxLength: 4 }), fc.integer({ min: 5, max: 120 })], {
    numRuns: 20,
    interruptAfterTimeLimit: 90_000,
    markInterruptAsFailure: false,
  })(
    "are joined once, whatever gets lost on the way and wherever the run is interrupted",
    async (variants, faults, requests) => {
      const start = Date.now();
      await using world = await startWorld({ variants, faults, clock: () => start + (Date.now() - start) * SPEED });
      const { sandbox } = world;
      const pools = await twoPools(sandbox, world.pool);
      for (let index = 0; index < 12; index += 1) {
        for (const [number, pool] of pools.entries()) {
          if (index % 3 !== 2 || number === 0) {
            pool.add(`user${index}-${number}`, verified(`user${index}@example.com`, { locale: String(number) }));
          }
        }
      }
      await join(sandbox, pools[1], "admins", "user0-1");
      const rules = { ...RULES, roleScope: "tenant" } as const;
      await using store = await openStateStore(":memory:");
      {
        const controller = new AbortController();
        const last = sandbox.requests.count() + requests;
        const timer = setInterval(() => {
          if (sandbox.requests.count() >= last) controller.abort(new Error("interrupted"));
        }, 1);
        await using interrupted = await openMigration(sandbox, {
          pools,
          rules,
          store,
          batchSize: 4,
          signal: controller.signal,
          requestTimeoutMs: 1000,
        });
        await interrupted.migrate().catch((error: unknown) => {
          if (!controller.signal.aborted) throw error;
        });
        clearInterval(timer);
      }
      for (let run = 0; run < 2; run += 1) {
        await using migration = await openMigration(sandbox, {
          pools,
          rules,
          store,
          batchSize: 4,
          requestTimeoutMs: 1000,
        });
        const { counts, summary } = await migration.migrate();
        expect(total(counts)).toBe(20);
        expect(counts.failed).toBe(0);
        expect(summary.byField).toEqual({});
        sandbox.faults.clear();
        await new Promise((resolve) => setTimeout(resolve, variants.searchLag / SPEED));
      }
      const users = projectUsers(sandbox);
      expect(users).toHaveLength(12);
      expect(users.filter(({ userTenants }) => userTenants.length === 2)).toHaveLength(8);
      expect(users.flatMap((user) => subsOf(user))).toHaveLength(20);
    },
    300_000,
  );
});
