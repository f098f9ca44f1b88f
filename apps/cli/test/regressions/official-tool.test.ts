/**
 * One test for each defect that was found in Descope's official Python tool (`descope-migration`, commit 80b0752 of July
 * 2025), numbered as they were found. Each title says what this product does instead.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createProjectTarget } from "@cognito-to-descope/descope";
import { describe, expect, it } from "vitest";
import type { RunProgress } from "@cognito-to-descope/core";
import { readEnvironment } from "../../src/config/env.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { systemClock } from "../../src/system.ts";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { type CommandResult, runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { itemsOf, openMigration, total } from "../pipeline/migration.ts";
import {
  addPool,
  cognito,
  descope,
  identitiesOf,
  migratedUser,
  projectUsers,
  startWorld,
  verified,
  writes,
} from "../pipeline/world.ts";
import { unreachedSources } from "./unreached-sources.ts";

type World = Awaited<ReturnType<typeof startWorld>>;

const LIST_USERS = { service: "cognito", operation: "ListUsers" } as const;
const CREATE = { service: "descope", operation: "POST /v1/mgmt/user/create/batch" } as const;
const federated = { status: "EXTERNAL_PROVIDER" } as const;

/** Runs a command on a world, in a folder of its own that the callback can look into. */
async function c2d(
  { sandbox, pool }: World,
  commandArguments: readonly string[],
  options: {
    readonly config?: object;
    readonly env?: Readonly<Record<string, string>>;
    readonly look?: (folder: string) => void;
  } = {},
): Promise<CommandResult> {
  using folder = temporaryFolder();
  writeFastConfig(folder.path, options.config);
  const result = await runC2d(commandArguments, {
    cwd: folder.path,
    env: { ...environmentFor(sandbox), COGNITO_USER_POOL_ID: pool.userPoolId, ...options.env },
  });
  options.look?.(folder.path);
  return result;
}

describe("of the official tool's defects", () => {
  it("1: a disabled user stays disabled", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const sub = pool.add("dora", verified("dora@example.com"), { enabled: false });
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    expect(migratedUser(sandbox, sub)?.status).toBe("disabled");
  });

  it("2: users without an address stop nobody: the one with a number is imported, the one with nothing is reported", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const byPhone = pool.add("phil", { phone_number: "+14155550100", phone_number_verified: "true" });
    const byName = pool.add("nemo");
    const after = pool.add("zoe", verified("zoe@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { plan, counts } = await migration.migrate();
    expect(counts).toMatchObject({ created: 2, skipped: 1, failed: 0 });
    expect(migratedUser(sandbox, byPhone)).toMatchObject({ phone: "+14155550100", verifiedPhone: true });
    expect(migratedUser(sandbox, byName)).toBeUndefined();
    expect(migratedUser(sandbox, after)).toBeDefined();
    expect(plan.findings).toContainEqual(expect.objectContaining({ rule: "user-no-contact", count: 1 }));
    await using placeholder = await openMigration(sandbox, {
      pools: [pool],
      rules: { noContact: { placeholderDomain: "migrated.invalid" } },
    });
    await placeholder.migrate();
    expect(migratedUser(sandbox, byName)).toMatchObject({ email: `${byName}@migrated.invalid`, verifiedEmail: false });
  });

  it("3: booleans, dates and numbers keep their values, digit by digit", async () => {
    await using world = await startWorld(
      {},
      {
        Schema: [
          { Name: "vip", AttributeDataType: "Boolean" },
          { Name: "since", AttributeDataType: "DateTime" },
          { Name: "seats", AttributeDataType: "Number" },
          { Name: "ledger", AttributeDataType: "Number" },
        ],
      },
    );
    const { sandbox, pool } = world;
    const sub = pool.add(
      "ada",
      verified("ada@example.com", {
        "custom:vip": "true",
        "custom:since": "2024-03-01T10:00:00Z",
        "custom:seats": "42",
        "custom:ledger": "9007199254740993",
      }),
    );
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    expect(migratedUser(sandbox, sub)?.customAttributes).toMatchObject({
      vip: true,
      since: "2024-03-01T10:00:00Z",
      seats: 42,
      ledger: "9007199254740993",
    });
  });

  it("4: throttling and failing answers drop no user", async () => {
    await using world = await startWorld({
      faults: [
        { ...CREATE, from: 1, to: 2, fault: { kind: "throttle", retryAfterMs: 10 } },
        { ...CREATE, nth: 3, fault: { kind: "answer-lost" } },
        { ...CREATE, nth: 4, fault: { kind: "status", status: 500 } },
      ],
    });
    const { sandbox, pool } = world;
    for (let index = 0; index < 50; index += 1) pool.add(`user${index}`, verified(`user${index}@example.com`));
    await using migration = await openMigration(sandbox, { pools: [pool], batchSize: 10 });
    const { counts, summary } = await migration.migrate();
    expect(counts).toMatchObject({ created: 50, failed: 0 });
    sandbox.faults.assertAllHappened();
    expect(projectUsers(sandbox)).toHaveLength(50);
    expect(summary.discrepancies).toBe(0);
  });

  it("5: another run updates who is there and repairs who was left half made", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const changed = pool.add("ada", verified("ada@example.com", { name: "Ada" }));
    const half = pool.add("bob", verified("bob@example.com", { name: "Bob" }));
    await pool.group("admins", ["bob"]);
    await using first = await openMigration(sandbox, { pools: [pool] });
    await first.migrate();
    await cognito(sandbox, "AdminUpdateUserAttributes", {
      UserPoolId: pool.userPoolId,
      Username: "ada",
      UserAttributes: [{ Name: "name", Value: "Countess" }],
    });
    await descope(sandbox, "POST /v1/mgmt/user/update/role/remove", {
      loginId: "bob@example.com",
      roleNames: ["admins"],
    });
    await using second = await openMigration(sandbox, { pools: [pool] });
    const { counts, summary } = await second.migrate();
    expect(counts).toMatchObject({ created: 0, updated: 2, failed: 0 });
    expect(migratedUser(sandbox, changed)?.name).toBe("Countess");
    expect(migratedUser(sandbox, half)?.roleNames).toEqual(["admins"]);
    expect(summary.discrepancies).toBe(0);
  });

  it("6: a pool whose settings cannot be read stops the run with an error, before anything is written", async () => {
    await using world = await startWorld({ cognito: { permissions: { deny: ["DescribeUserPool"] } } });
    world.pool.add("ada", verified("ada@example.com"));
    const { code, stderr } = await c2d(world, ["migrate"]);
    expect(code).toBe(2);
    expect(stderr).toContain("ERR_SOURCE_PERMISSION_MISSING");
    expect(stderr).toContain("DescribeUserPool");
    expect(writes(world.sandbox)).toBe(0);
  });

  it("7: an attribute that the pool's schema does not list is kept", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const sub = pool.add("ada", verified("ada@example.com", { "custom:forgotten": "kept" }));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    expect(migratedUser(sandbox, sub)?.customAttributes["forgotten"]).toBe("kept");
  });

  it("8: the address is not repeated among the custom attributes", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const sub = pool.add("ada", verified("A@x.com"));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    expect(migratedUser(sandbox, sub)?.customAttributes).toEqual({
      cognitoSub: sub,
      cognitoUsername: "ada",
      freshlyMigrated: true,
    });
  });

  it("9: names and picture go to Descope's own fields, the other standard attributes to defined ones", async () => {
    await using world = await startWorld({ variants: { undefinedAttribute: "refused" } });
    const { sandbox, pool } = world;
    const profile = { locale: "de-DE", birthdate: "1815-12-10", updated_at: "1600000000", address: "London" };
    const sub = pool.add(
      "ada",
      verified("ada@example.com", {
        name: "Ada Lovelace",
        given_name: "Ada",
        middle_name: "King",
        family_name: "Lovelace",
        picture: "https://example.com/ada.png",
        ...profile,
      }),
    );
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    expect(migratedUser(sandbox, sub)).toMatchObject({
      name: "Ada Lovelace",
      givenName: "Ada",
      middleName: "King",
      familyName: "Lovelace",
      picture: "https://example.com/ada.png",
      customAttributes: { ...profile, updated_at: 1_600_000_000 },
    });
  });

  it("10: sub and username are attributes that are defined before they are written", async () => {
    await using world = await startWorld({ variants: { undefinedAttribute: "refused" } });
    const { sandbox, pool } = world;
    const sub = pool.add("ada", verified("ada@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { plan, counts } = await migration.migrate();
    expect(plan.definitions.attributes.create.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["cognitoSub", "cognitoUsername", "freshlyMigrated"]),
    );
    expect(counts).toMatchObject({ created: 1, failed: 0 });
    expect(migratedUser(sandbox, sub)?.customAttributes).toMatchObject({ cognitoSub: sub, cognitoUsername: "ada" });
  });

  it("11: custom attributes lose their prefix, also the developer's, and keep apart", async () => {
    await using world = await startWorld(
      {},
      {
        Schema: [
          { Name: "plan", AttributeDataType: "String" },
          { Name: "risk", AttributeDataType: "String", DeveloperOnlyAttribute: true },
          { Name: "veryLongAttributeNam", AttributeDataType: "String" },
        ],
      },
    );
    const { sandbox, pool } = world;
    const sub = pool.add(
      "ada",
      verified("ada@example.com", { "custom:plan": "gold", "dev:custom:risk": "low", "custom:plän": "silver" }),
    );
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    expect(migratedUser(sandbox, sub)?.customAttributes).toMatchObject({ plan: "gold", risk: "low", pl_n: "silver" });
  });

  it("12: a user keeps every way to sign in: address in lower case, number, username, preferred username", async () => {
    await using world = await startWorld({}, { AliasAttributes: ["email", "phone_number", "preferred_username"] });
    const { sandbox, pool } = world;
    const sub = pool.add(
      "ada",
      verified("Ada@Example.com", {
        phone_number: "+14155550100",
        phone_number_verified: "true",
        preferred_username: "countess",
      }),
    );
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    expect(migratedUser(sandbox, sub)?.loginIds).toEqual(["ada@example.com", "+14155550100", "ada", "countess"]);
  });

  it("13: the status in Cognito decides the status in Descope", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const expected = {
      CONFIRMED: "enabled",
      FORCE_CHANGE_PASSWORD: "enabled",
      RESET_REQUIRED: "enabled",
      EXTERNAL_PROVIDER: "enabled",
      UNCONFIRMED: "invited",
      ARCHIVED: "disabled",
      COMPROMISED: "disabled",
      UNKNOWN: "disabled",
    } as const;
    const subs = Object.keys(expected).map((status) =>
      pool.add(status, verified(`${status}@example.com`), { status: status as keyof typeof expected }),
    );
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { plan } = await migration.migrate();
    expect(subs.map((sub) => migratedUser(sandbox, sub)?.status)).toEqual(Object.values(expected));
    const rules = plan.findings.map(({ rule }) => rule);
    for (const rule of ["user-must-set-password", "user-unconfirmed", "user-status-retired", "user-federated"]) {
      expect(rules).toContain(rule);
    }
  });

  it("14: a federated and a native user with one address are told apart, or made one if both verified it", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const google = identitiesOf("Google", "117");
    const native = pool.add("ada", verified("ada@example.com"));
    const same = pool.add("Google_117", verified("ada@example.com", { identities: google }), federated);
    const victim = pool.add("bob", verified("bob@example.com"));
    const unproven = pool.add(
      "Google_118",
      { email: "bob@example.com", email_verified: "false", identities: identitiesOf("Google", "118") },
      federated,
    );
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { counts } = await migration.migrate();
    expect(total(counts)).toBe(4);
    const items = await itemsOf(migration);
    expect(items.get(same)).toMatchObject({ item: { mergedInto: native }, outcome: { outcome: "skipped" } });
    expect(migratedUser(sandbox, native)?.customAttributes["cognitoIdentities"]).toBe(google);
    expect(items.get(unproven)?.item.mergedInto).toBeUndefined();
    expect(items.get(unproven)?.item.findings.map(({ rule }) => rule)).toContain("login-id-shared");
    expect(migratedUser(sandbox, victim)?.customAttributes).not.toHaveProperty("cognitoIdentities");
  });

  it("15: no address is in the log", async () => {
    await using world = await startWorld();
    const { pool } = world;
    pool.add("ada", verified("ada.secret@example.com", { name: "Ada Secret" }));
    pool.add("nemo", { phone_number: "+14155550100" });
    let log = "";
    const { code, stdout, stderr } = await c2d(world, ["migrate"], {
      look: (folder) => {
        const [name = ""] = readdirSync(folder).filter((file) => file.startsWith("migration_log_cognito_"));
        log = readFileSync(join(folder, name), "utf8");
      },
    });
    expect(code).toBe(0);
    expect(log).toContain("created sub=");
    expect(log + stdout + stderr).not.toMatch(/secret|example\.com|4155550100/i);
  });

  it("16: members without an address get their roles too, without a call for each membership", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const sub = pool.add("phil", { phone_number: "+14155550100", phone_number_verified: "true" });
    for (const group of ["a", "b", "c", "d"]) await pool.group(group, ["phil"]);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    expect(migratedUser(sandbox, sub)?.roleNames).toEqual(["a", "b", "c", "d"]);
    expect(sandbox.requests.count({ service: "descope", operation: "POST /v1/mgmt/user/update/role*" })).toBe(0);
    expect(sandbox.requests.count({ service: "descope", operation: "POST /v2/mgmt/user/update/role*" })).toBe(0);
  });

  it("17: a role that exists is counted as unchanged, and is no error", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await descope(sandbox, "POST /v1/mgmt/role/create", { name: "admins", description: "", permissionNames: [] });
    pool.add("ada", verified("ada@example.com"));
    await pool.group("admins", ["ada"]);
    await pool.group("editors", ["ada"]);
    const { code, stdout } = await c2d(world, ["migrate", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ roles: { created: 1, unchanged: 1 } });
  });

  it("18: a group keeps its description, can be a tenant, and what has no place in Descope is said", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const sub = pool.add("ada", verified("ada@example.com"));
    const settings = { Description: "May do all", Precedence: 1, RoleArn: "arn:aws:iam::123456789012:role/x" };
    await pool.group("admins", ["ada"], settings);
    await pool.group("acme", ["ada"]);
    await using migration = await openMigration(sandbox, {
      pools: [pool],
      rules: { groups: [{ group: "acme", tenant: "acme" }] },
    });
    const { plan } = await migration.migrate();
    expect(plan.definitions.roles.create).toEqual([{ name: "admins", description: "May do all", permissionNames: [] }]);
    expect(migratedUser(sandbox, sub)?.userTenants).toMatchObject([{ tenantId: "acme", roleNames: ["admins"] }]);
    const subjects = Object.fromEntries(plan.findings.map(({ rule, subjects: about }) => [rule, about]));
    expect(subjects["group-precedence-dropped"]).toEqual(["admins"]);
    expect(subjects["group-iam-role-dropped"]).toEqual(["admins"]);
  });

  it("19: every page is kept as it is read, and an interrupted reading goes on where it stood", async () => {
    await using world = await startWorld({
      faults: [{ ...LIST_USERS, from: 8, fault: { kind: "html", status: 400 } }],
    });
    const { sandbox, pool } = world;
    for (let index = 0; index < 100; index += 1) pool.add(`user${index}`, verified(`user${index}@example.com`));
    await using first = await openMigration(sandbox, { pools: [pool], pageSize: 10 });
    await expect(first.plan()).rejects.toMatchObject({ name: "MigrationError" });
    expect(await first.store.countSourceUsers((await first.run()).id)).toBe(70);
    sandbox.faults.assertAllHappened();
    sandbox.faults.clear();
    sandbox.requests.reset();
    await using second = await openMigration(sandbox, { pools: [pool], pageSize: 10, store: first.store });
    const { counts } = await second.plan();
    expect(counts.read).toBe(100);
    expect(sandbox.requests.count(LIST_USERS)).toBeLessThanOrEqual(4);
  });

  it("20: one throttle while the pool is read ends nothing", async () => {
    await using world = await startWorld({ faults: [{ ...LIST_USERS, from: 1, to: 3, fault: { kind: "throttle" } }] });
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    expect((await migration.plan()).counts.read).toBe(1);
    sandbox.faults.assertAllHappened();
  });

  it("21: roles are there with the users, and a throttled listing of members leaves none half assigned", async () => {
    await using world = await startWorld({
      faults: [{ service: "cognito", operation: "ListUsersInGroup", from: 2, to: 4, fault: { kind: "throttle" } }],
    });
    const { sandbox, pool } = world;
    const names = Array.from({ length: 70 }, (_, index) => `user${index}`);
    for (const name of names) pool.add(name, verified(`${name}@example.com`));
    for (const group of ["a", "b"]) await pool.group(group, names);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { summary } = await migration.migrate();
    expect(projectUsers(sandbox).every(({ roleNames }) => roleNames.join() === "a,b")).toBe(true);
    expect(summary.discrepancies).toBe(0);
    sandbox.faults.assertAllHappened();
    // Two pages of users, two pages of each group, and the three that were throttled.
    expect(sandbox.requests.count(LIST_USERS)).toBe(2);
    expect(sandbox.requests.count({ service: "cognito", operation: "ListUsersInGroup" })).toBe(7);
  });

  it("22: a user costs a fraction of a call", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    for (let index = 0; index < 1000; index += 1) pool.add(`user${index}`, verified(`user${index}@example.com`));
    await using migration = await openMigration(sandbox, { pools: [pool], batchSize: 100 });
    await migration.plan();
    sandbox.requests.reset();
    expect(await migration.apply()).toMatchObject({ created: 1000 });
    expect(sandbox.requests.count(CREATE)).toBe(10);
    expect(sandbox.requests.count({ service: "descope" })).toBeLessThan(50);
  });

  it("23: profile, role and endpoint of AWS can be chosen for each pool", async () => {
    const source = {
      userPoolId: "eu-west-1_Abc123",
      profile: "customers",
      roleArn: "arn:aws:iam::123456789012:role/reader",
      externalId: "agreed",
      endpoint: "http://127.0.0.1:9",
    };
    const config = resolveConfig({
      written: { sources: [source, { userPoolId: "us-east-1_Def456" }], target: { projectId: "P2x" } },
      base: "/",
      environment: readEnvironment("/nowhere", { DESCOPE_MANAGEMENT_KEY: "K2x", AWS_PROFILE: "everyday" }),
      needs: { source: true, target: true },
    });
    expect(config.sources).toMatchObject([
      { ...source, region: "eu-west-1" },
      { userPoolId: "us-east-1_Def456", region: "us-east-1", profile: "everyday" },
    ]);
  });

  it("24: the AWS keys of the environment sign the requests, session token included, and either name of the region does", async () => {
    await using world = await startWorld({
      cognito: { requireSignature: true, accessKeys: { AKIARIGHT: "right" } },
    });
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"));
    const keys = { AWS_ACCESS_KEY_ID: "AKIARIGHT", AWS_SECRET_ACCESS_KEY: "right", AWS_SESSION_TOKEN: "token" };
    const right = await c2d(world, ["plan", "--json"], {
      env: { ...keys, COGNITO_REGION: "", AWS_REGION: sandbox.region },
    });
    expect({ code: right.code, stderr: right.code === 0 ? "" : right.stderr }).toEqual({ code: 0, stderr: "" });
    const wrong = await c2d(world, ["plan"], { env: { ...keys, AWS_SECRET_ACCESS_KEY: "wrong" } });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("ERR_SOURCE_UNAUTHORIZED");
  });

  it("25: to import it does nothing: no request, no environment, no exit", async () => {
    await using world = await startWorld();
    const { sandbox } = world;
    const { defineConfig } = await import("../../src/index.ts");
    expect(defineConfig).toBeTypeOf("function");
    createProjectTarget({
      projectId: sandbox.projectId,
      managementKey: sandbox.managementKey,
      baseUrl: sandbox.descope,
      clock: systemClock,
      random: Math.random,
    });
    await openMigration(sandbox, { pools: [world.pool] });
    expect(sandbox.requests.count()).toBe(0);
  });

  it("26: several pools go in one run, each to its tenant", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const other = addPool(sandbox);
    const north = pool.add("ada", verified("ada@example.com"));
    const south = other.add("bob", verified("bob@example.com"));
    const { code, stdout } = await c2d(world, ["migrate", "--json"], {
      config: {
        sources: [
          { userPoolId: pool.userPoolId, tenant: "north" },
          { userPoolId: other.userPoolId, tenant: "south" },
        ],
      },
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ users: { read: 2, created: 2 }, tenants: { created: 2 } });
    expect(migratedUser(sandbox, north)?.userTenants).toMatchObject([{ tenantId: "north" }]);
    expect(migratedUser(sandbox, south)?.userTenants).toMatchObject([{ tenantId: "south" }]);
  });

  it("27: who failed is counted and kept by name, the exit status says so, and the same command tries again", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const subs = ["ada", "bob"].map((name) => pool.add(name, verified(`${name}@example.com`)));
    using folder = temporaryFolder();
    writeFastConfig(folder.path, { target: { batchSize: 1 } });
    const run = (...args: readonly string[]): Promise<CommandResult> =>
      runC2d(args, {
        cwd: folder.path,
        env: { ...environmentFor(sandbox), COGNITO_USER_POOL_ID: pool.userPoolId },
      });
    const body = '{"errorCode":"E011003","errorDescription":"Request is invalid"}';
    sandbox.faults.add([{ ...CREATE, nth: 2, fault: { kind: "status", status: 400, body } }]);
    const first = await run("migrate", "--json");
    expect(first.code).toBe(3);
    expect(JSON.parse(first.stdout)).toMatchObject({ users: { read: 2, created: 1, failed: 1 } });
    const absent = subs.filter((sub) => migratedUser(sandbox, sub) === undefined);
    expect(absent).toHaveLength(1);
    const [log = ""] = readdirSync(folder.path).filter((name) => name.endsWith(".log"));
    expect(readFileSync(join(folder.path, log), "utf8")).toContain(` failed sub=${absent[0]}`);
    sandbox.faults.clear();
    const second = await run("migrate", "--json");
    expect(second.code).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ users: { created: 1, unchanged: 1, failed: 0 } });
  });

  it("28: it says that it is done when it is done", async () => {
    await using world = await startWorld();
    const { pool } = world;
    for (let index = 0; index < 5; index += 1) pool.add(`user${index}`, verified(`user${index}@example.com`));
    let lines: readonly string[] = [];
    const look = (folder: string): void => {
      const [name = ""] = readdirSync(folder).filter((file) => file.endsWith(".log"));
      lines = readFileSync(join(folder, name), "utf8").trim().split("\n");
    };
    await c2d(world, ["migrate"], { look });
    const outcomes = lines.flatMap((line, index) => (/ created sub=/.test(line) ? [index] : []));
    expect(outcomes).toHaveLength(5);
    const done = lines.findIndex((line) => / applied \{"created":5,/.test(line));
    expect(done).toBeGreaterThan(outcomes.at(-1) ?? 0);
  });

  it("29: a dry run maps every user, and finds what would go wrong", async () => {
    await using world = await startWorld({}, { Schema: [{ Name: "vip", AttributeDataType: "Boolean" }] });
    const { pool } = world;
    pool.add("nemo");
    pool.add("ada", verified("shared@example.com"));
    pool.add("bob", verified("shared@example.com"));
    pool.add("carl", verified("carl@example.com", { "custom:vip": "perhaps" }));
    pool.add("dora", { email: "not an address", phone_number: "+14155550100" });
    const { code, stdout } = await c2d(world, ["migrate", "--dry-run", "--json"]);
    expect(code).toBe(0);
    const { users, findings } = JSON.parse(stdout) as {
      readonly users: unknown;
      readonly findings: readonly { readonly rule: string; readonly count: number }[];
    };
    expect(users).toEqual({ read: 5, created: 4, updated: 0, unchanged: 0, skipped: 1, failed: 0 });
    const counts = Object.fromEntries(findings.map(({ rule, count }) => [rule, count]));
    expect(counts).toMatchObject({
      "user-no-contact": 1,
      "login-id-shared": 1,
      "attribute-value-invalid": 1,
      "email-invalid": 1,
    });
  });

  it("30: a dry run writes nothing at all", async () => {
    await using world = await startWorld({}, { Schema: [{ Name: "plan", AttributeDataType: "String" }] });
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com", { "custom:plan": "gold" }));
    await pool.group("admins", ["ada"]);
    const before = [...sandbox.descopeService.save()];
    const sent = writes(sandbox);
    expect((await c2d(world, ["migrate", "--dry-run"])).code).toBe(0);
    expect(writes(sandbox)).toBe(sent);
    expect([...sandbox.descopeService.save()]).toEqual(before);
  });

  it("31: a membership that is missing is found, however well the role was made", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const sub = pool.add("ada", verified("ada@example.com"));
    await pool.group("admins", ["ada"]);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    await descope(sandbox, "POST /v1/mgmt/user/update/role/remove", {
      loginId: "ada@example.com",
      roleNames: ["admins"],
    });
    const summary = await migration.reconcile();
    expect(summary.byField).toEqual({ roleNames: 1 });
    const [found] = await migration.store.readDiscrepancies((await migration.run()).id, 0, 10);
    expect(found).toMatchObject({ sub, field: "roleNames", expected: '["admins"]', actual: "[]" });
  });

  it("32: users keep their creation time, are marked as freshly migrated, and nobody is written to", async () => {
    await using world = await startWorld({}, { MfaConfiguration: "OPTIONAL" });
    const { sandbox, pool } = world;
    pool.pool.mfa = { MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true } };
    const sub = pool.add("ada", verified("ada@example.com"), { createdAt: 1_500_000_000_999 });
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { plan } = await migration.migrate();
    expect(migratedUser(sandbox, sub)).toMatchObject({
      createdTime: 1_500_000_000,
      customAttributes: { freshlyMigrated: true },
    });
    expect(sandbox.descopeService.messages()).toEqual([]);
    expect(plan.findings).toContainEqual(expect.objectContaining({ rule: "mfa-not-exportable" }));
  });

  it("33: a later run brings what changed, a reconcile proves it, and progress is heard all along", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"));
    await using first = await openMigration(sandbox, { pools: [pool] });
    await first.migrate();
    const late = pool.add("bob", verified("bob@example.com"));
    await cognito(sandbox, "AdminDisableUser", { UserPoolId: pool.userPoolId, Username: "ada" });
    await using second = await openMigration(sandbox, { pools: [pool] });
    const { counts, summary } = await second.migrate();
    expect(counts).toMatchObject({ created: 1, updated: 1 });
    expect(migratedUser(sandbox, late)).toBeDefined();
    expect(summary).toMatchObject({ checked: 2, discrepancies: 0 });

    const steps = new Set<string>();
    const onProgress = ({ step }: RunProgress): void => void steps.add(step);
    await using third = await openMigration(sandbox, { pools: [pool], onProgress });
    await third.migrate();
    for (const step of ["reading", "reading-target", "observing", "planning", "applying", "reconciling"])
      expect(steps).toContain(step);
  });

  it("34: there is no dead code: every source file is reached from an entry point", () => {
    expect(unreachedSources()).toEqual([]);
  });
});
