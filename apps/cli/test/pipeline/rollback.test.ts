import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { applyPlan, openRollback, openRun, type ProjectUser } from "@cognito-to-descope/core";
import { type Sandbox, startSandbox, variants } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { describe, expect, it } from "vitest";
import { type Migration, openMigration } from "./migration.ts";
import { planDeletes } from "./plan-deletes.ts";
import { projectState } from "./project-state.ts";
import {
  addPool,
  cognito,
  descope,
  migratedUser,
  projectUsers,
  startWorld,
  targetState,
  verified,
  writes,
} from "./world.ts";

const POOL = { users: 100, groups: 4, cognito: { requireSignature: false } } as const;

async function scan(migration: Migration): Promise<readonly ProjectUser[]> {
  const users: ProjectUser[] = [];
  for await (const page of migration.context().target.users()) users.push(...page.users);
  return users;
}

/** A user of the project that a migration patches, with things of its own. */
async function addKnown(sandbox: Sandbox): Promise<string> {
  await descope(sandbox, "POST /v1/mgmt/user/customattribute/create", {
    attributes: [{ name: "tier", type: 1, displayName: "tier" }],
  });
  await descope(sandbox, "POST /v1/mgmt/role/create", { name: "own", description: "", permissionNames: [] });
  sandbox.descopeService.addUser({
    loginId: "ada@example.com",
    additionalLoginIds: ["countess"],
    additionalIdentifiers: ["countess"],
    email: "ada@example.com",
    verifiedEmail: true,
    name: "Ada L.",
    status: "enabled",
    roleNames: ["own"],
    customAttributes: { tier: "gold" },
  });
  return String(sandbox.descopeService.user("ada@example.com")?.["userId"]);
}

describe.for(variants("users"))("taking back a run in a project with $name", ({ variants: choice }) => {
  it("leaves the project as it was, and a migration brings everything back", { timeout: 60_000 }, async () => {
    await using world = await startWorld({ variants: choice });
    const { sandbox, pool } = world;
    await addKnown(sandbox);
    const known = pool.add("ada", verified("ada@example.com", { name: "Ada", locale: "en" }), { enabled: false });
    for (let index = 0; index < 30; index += 1) {
      pool.add(`user${index}`, verified(`user${index}@example.com`, { name: `User ${index}`, locale: "en" }));
    }
    await pool.group("editors", ["ada", "user1", "user2"]);
    // Searches may lag behind the user that was there long before.
    await new Promise((resolve) => setTimeout(resolve, choice.searchLag + 10));
    const before = await projectState(sandbox);
    await using migration = await openMigration(sandbox, { pools: [pool], batchSize: 8 });
    const first = await migration.migrate();
    expect(first.counts).toMatchObject({ created: 30, updated: 1 });
    expect(migratedUser(sandbox, known)).toMatchObject({ status: "disabled", name: "Ada" });
    const migrated = targetState(sandbox);

    const { id } = await migration.run();
    const { counts, run } = await migration.rollback(id);
    expect(run).toMatchObject({ kind: "rollback", rollsBack: id, state: "applied" });
    expect(counts).toEqual({ created: 0, updated: 1, unchanged: 0, skipped: 0, failed: 0, deleted: 30 });
    expect(await projectState(sandbox)).toEqual(before);

    await new Promise((resolve) => setTimeout(resolve, choice.searchLag));
    await using again = await openMigration(sandbox, { pools: [pool], batchSize: 8, store: migration.store });
    const second = await again.migrate();
    expect(second.counts).toMatchObject({ created: 30, updated: 1, failed: 0 });
    expect(second.summary.discrepancies).toBe(0);
    expect(targetState(sandbox)).toEqual(migrated);
  });
});

describe("a rollback", () => {
  it("removes tenants with the roles of their own that the run gave them, and people of several pools", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const other = addPool(sandbox);
    for (const each of [pool, other]) {
      each.add("ada", verified("ada@example.com"));
      each.add(`only-${each.userPoolId}`, verified(`only-${each.userPoolId}@example.com`.toLowerCase()));
      await each.group("editors", ["ada"]);
    }
    const before = await projectState(sandbox);
    await using migration = await openMigration(sandbox, {
      pools: [
        { userPoolId: pool.userPoolId, tenant: "north" },
        { userPoolId: other.userPoolId, tenant: "south" },
      ],
      rules: { samePerson: "verified-email", roleScope: "tenant" },
    });
    expect((await migration.migrate()).counts).toMatchObject({ created: 3, skipped: 1 });
    expect(await projectState(sandbox)).not.toEqual(before);
    const { counts } = await migration.rollback((await migration.run()).id);
    expect(counts).toMatchObject({ deleted: 3, failed: 0 });
    expect(await projectState(sandbox)).toEqual(before);
  });

  test.prop([fc.array(fc.integer({ min: 1, max: 160 }), { minLength: 1, maxLength: 3 })], { numRuns: 20 })(
    "that is killed anywhere, again and again, ends as one that was not",
    async (interruptions) => {
      const directory = await mkdtemp(join(tmpdir(), "c2d-rollback-"));
      try {
        await using sandbox = await startSandbox(POOL);
        const path = join(directory, "state.db");
        const before = await projectState(sandbox);
        let id = "";
        let created = 0;
        {
          await using store = await openStateStore(path);
          await using migration = await openMigration(sandbox, { store, batchSize: 10 });
          ({
            counts: { created },
          } = await migration.migrate());
          ({ id } = await migration.run());
        }
        for (const requests of interruptions) {
          const abort = new AbortController();
          const from = sandbox.requests.count();
          const poll = setInterval(() => {
            if (sandbox.requests.count() - from >= requests) abort.abort(new Error("interrupted"));
          }, 0);
          // What is not closed is as good as killed: the next process finds the store as it is.
          await using store = await openStateStore(path);
          await using migration = await openMigration(sandbox, { store, batchSize: 10, signal: abort.signal });
          await migration.rollback(id).catch((error: unknown) => {
            if (!abort.signal.aborted) throw error;
          });
          clearInterval(poll);
        }
        await using store = await openStateStore(path);
        await using migration = await openMigration(sandbox, { store, batchSize: 10 });
        const { counts } = await migration.rollback(id);
        expect(counts.failed + counts.skipped).toBe(0);
        // All in one run, unless it was over before the interruption came.
        expect([0, created]).toContain(counts.deleted);
        expect(await projectState(sandbox)).toEqual(before);
      } finally {
        await rm(directory, { recursive: true });
      }
    },
    300_000,
  );

  test.prop([fc.integer({ min: 1, max: 60 })], { numRuns: 15 })(
    "of a run that was interrupted takes back what it did, and the run is not gone on with",
    async (requests) => {
      await using sandbox = await startSandbox(POOL);
      const before = await projectState(sandbox);
      const abort = new AbortController();
      await using migration = await openMigration(sandbox, { batchSize: 10 });
      await migration.plan();
      const from = sandbox.requests.count();
      const poll = setInterval(() => {
        if (sandbox.requests.count() - from >= requests) abort.abort(new Error("interrupted"));
      }, 0);
      await applyPlan({ ...migration.context(), signal: abort.signal }).catch((error: unknown) => {
        if (!abort.signal.aborted) throw error;
      });
      clearInterval(poll);
      const { id, state } = await migration.run();
      // The first requests only look whether the plan still holds.
      if (state === "planned") return;
      const applied = migration.context();
      const { counts } = await migration.rollback(id);
      expect(counts.failed + counts.skipped).toBe(0);
      expect(await projectState(sandbox)).toEqual(before);
      if (state === "applied") return;
      await expect(applyPlan({ ...applied, runId: id })).rejects.toMatchObject({ code: "ERR_PLAN_STALE" });
      const next = await openRun({ ...applied, runId: "next" }, ["reading", "planning", "applying"]);
      expect(next.id).toBe("next");
    },
    300_000,
  );

  it("is planned first, writes nothing then, and gives the same hash twice", async () => {
    await using sandbox = await startSandbox(POOL);
    await using migration = await openMigration(sandbox);
    await migration.migrate();
    const { id } = await migration.run();
    const sent = writes(sandbox);
    const { plan, run } = await migration.rollback(id, { dryRun: true });
    expect(run.state).toBe("planned");
    expect((await migration.rollback(id, { dryRun: true })).plan.hash).toBe(plan.hash);
    expect(writes(sandbox)).toBe(sent);
    // A rollback that was only planned takes nothing back: the run can be gone on with.
    const { plan: applied, counts } = await migration.rollback(id);
    expect(applied.hash).toBe(plan.hash);
    expect(counts.deleted).toBe(plan.counts.delete);
  });

  it("leaves users that a later run changed, and lists them", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const changed = pool.add("ada", verified("ada@example.com", { name: "Ada" }));
    pool.add("bob", verified("bob@example.com", { name: "Bob" }));
    await using first = await openMigration(sandbox, { pools: [pool] });
    await first.migrate();
    const { id } = await first.run();
    await using second = await openMigration(sandbox, {
      pools: [pool],
      store: first.store,
      rules: { transform: (planned) => ({ ...planned, ...(planned.name === "Ada" && { name: "Countess" }) }) },
    });
    await second.migrate();
    const late = await second.run();
    const { counts, plan } = await first.rollback(id);
    expect(counts).toMatchObject({ deleted: 1, skipped: 1 });
    expect(plan.findings).toContainEqual(
      expect.objectContaining({ rule: "rollback-user-changed", count: 1, subjects: ["name"] }),
    );
    expect(migratedUser(sandbox, changed)?.name).toBe("Countess");
    // Taken back newest first, the user is taken back too.
    await second.rollback(late.id);
    expect(migratedUser(sandbox, changed)?.name).toBe("Ada");
    expect((await first.rollback(id)).counts).toMatchObject({ deleted: 1, skipped: 0 });
    expect(projectUsers(sandbox)).toEqual([]);
  });

  it("gives back what a user had that appeared after the plan of its run was made", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com", { name: "Ada" }));
    await using late = await openMigration(sandbox, { pools: [pool] });
    await late.plan();
    await using first = await openMigration(sandbox, {
      pools: [pool],
      rules: { transform: (planned) => ({ ...planned, name: "First" }) },
    });
    await first.migrate();
    const before = await projectState(sandbox);
    expect(await late.apply()).toMatchObject({ created: 0, updated: 1 });
    const { id } = await late.run();
    expect((await late.rollback(id)).counts).toMatchObject({ updated: 1, deleted: 0, failed: 0 });
    expect(await projectState(sandbox)).toEqual(before);
  });

  it("leaves users of an earlier run that searches did not show to the later one", async () => {
    await using world = await startWorld({ variants: { searchLag: 2000 } });
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"));
    await using first = await openMigration(sandbox, { pools: [pool] });
    await first.migrate();
    await using second = await openMigration(sandbox, { pools: [pool], store: first.store });
    expect((await second.migrate()).counts.failed).toBe(0);
    const { id } = await second.run();
    expect((await second.rollback(id)).counts.deleted).toBe(0);
    expect(projectUsers(sandbox)).toHaveLength(1);
  });

  it("that was only planned changes nothing for the run, which goes on", async () => {
    await using sandbox = await startSandbox(POOL);
    const abort = new AbortController();
    await using migration = await openMigration(sandbox, { batchSize: 10 });
    await migration.plan();
    const stopping = applyPlan({
      ...migration.context(),
      signal: abort.signal,
      onProgress: (progress) => {
        if (progress.step === "applying" && progress.outcomes.created > 0) abort.abort(new Error("interrupted"));
      },
    });
    await expect(stopping).rejects.toThrow("interrupted");
    const { id } = await migration.run();
    await migration.rollback(id, { dryRun: true });
    await using next = await openMigration(sandbox, { store: migration.store, batchSize: 10 });
    const { counts } = await next.migrate();
    expect((await next.run()).id).toBe(id);
    expect(counts.failed).toBe(0);
  });

  it("does not touch users that somebody changed after it was planned", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await addKnown(sandbox);
    pool.add("ada", verified("ada@example.com", { name: "Ada" }));
    const bob = pool.add("bob", verified("bob@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    const { id } = await migration.run();
    await migration.rollback(id, { dryRun: true });
    const planned = migration.context();
    for (const loginId of ["ada@example.com", "bob@example.com"]) {
      await descope(sandbox, "POST /v1/mgmt/user/update/name", { loginId, displayName: "Somebody" });
    }
    const then = await projectState(sandbox);
    const counts = await applyPlan(planned);
    expect(counts).toMatchObject({ deleted: 0, updated: 0, failed: 2 });
    expect(await migration.store.countFailures(planned.runId)).toEqual({ "changed-since": 2 });
    expect((await projectState(sandbox)).users).toEqual(then.users);
    expect(migratedUser(sandbox, bob)).toBeDefined();
  });

  it("leaves a definition that somebody has come to use after it was planned", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"));
    await pool.group("editors", ["ada"]);
    await pool.group("admins", ["ada"]);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    const { id } = await migration.run();
    const { plan } = await migration.rollback(id, { dryRun: true });
    expect(plan.definitions.roles.remove).toHaveLength(2);
    sandbox.descopeService.addUser({ loginId: "eve", email: "eve@example.com", roleNames: ["editors"] });
    await applyPlan(migration.context());
    const { definitions } = await projectState(sandbox);
    expect([...definitions.keys()].filter((key) => key === "role editors" || key === "role admins")).toEqual([
      "role editors",
    ]);
    const events = await migration.store.readEvents((await migration.run()).id);
    const kept = events.filter(({ type }) => type === "definition-kept");
    expect(kept.map(({ type, data }) => ({ type, ...data }))).toEqual([
      { type: "definition-kept", kind: "role", definition: "role editors", why: "used" },
    ]);
  });

  it("creates users again that a run deleted, and lists them as new", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    for (let index = 0; index < 12; index += 1) pool.add(`user${index}`, verified(`user${index}@example.com`));
    await pool.group("editors", ["user1", "user2"]);
    await using migration = await openMigration(sandbox, { pools: [pool], batchSize: 5 });
    await migration.migrate();
    const before = targetState(sandbox);
    const deletes = await planDeletes(migration, await scan(migration));
    await applyPlan({ ...migration.context(), runId: deletes });
    expect(projectUsers(sandbox)).toEqual([]);
    const { counts, plan } = await migration.rollback(deletes);
    expect(counts).toMatchObject({ created: 12, failed: 0, deleted: 0 });
    expect(plan.findings).toEqual([expect.objectContaining({ rule: "rollback-user-recreated", count: 12 })]);
    expect(targetState(sandbox)).toEqual(before);
    // They are in the project again: nothing is left to be taken back.
    expect((await migration.rollback(deletes)).plan.counts).toMatchObject({ create: 0, none: 12, delete: 0 });
  });

  it.for(["replace", "add"] as const)(
    "of a sync brings back what it changed and took away, where a patch of login IDs means to %s",
    async (patchAdditionalLoginIds) => {
      await using world = await startWorld({
        variants: { patchAdditionalLoginIds, patchRoles: patchAdditionalLoginIds },
      });
      const { sandbox, pool } = world;
      for (let index = 0; index < 8; index += 1) {
        pool.add(`user${index}`, verified(`user${index}@example.com`, { name: `User ${index}`, locale: "en" }));
      }
      await pool.group("editors", ["user1", "user2"]);
      const options = { pools: [pool], rules: { loginIds: ["email"] } } as const;
      await using migration = await openMigration(sandbox, options);
      await migration.migrate();
      const before = await projectState(sandbox);
      const user = { UserPoolId: pool.userPoolId };
      await cognito(sandbox, "AdminUpdateUserAttributes", {
        ...user,
        Username: "user1",
        UserAttributes: [
          { Name: "email", Value: "moved@example.com" },
          { Name: "email_verified", Value: "true" },
          { Name: "name", Value: "Moved" },
        ],
      });
      await cognito(sandbox, "AdminRemoveUserFromGroup", { ...user, Username: "user2", GroupName: "editors" });
      await cognito(sandbox, "AdminDeleteUserAttributes", {
        ...user,
        Username: "user3",
        UserAttributeNames: ["locale"],
      });
      await cognito(sandbox, "AdminDisableUser", { ...user, Username: "user4" });
      await cognito(sandbox, "AdminDeleteUser", { ...user, Username: "user5" });
      pool.add("late", verified("late@example.com"));
      await using following = await openMigration(sandbox, { ...options, store: migration.store });
      const { counts } = await following.sync();
      expect(counts).toMatchObject({ created: 1, updated: 5, failed: 0 });
      const { id } = await following.run();
      expect((await following.rollback(id)).counts).toMatchObject({ deleted: 1, updated: 5, failed: 0, skipped: 0 });
      expect(await projectState(sandbox)).toEqual(before);
      // The next sync finds the same changes again.
      await using again = await openMigration(sandbox, { ...options, store: migration.store });
      expect((await again.sync()).counts).toMatchObject({ created: 1, updated: 5, failed: 0 });
    },
  );

  it("settles its users as the runs before had settled them", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const subs = ["ada", "bob"].map((name) => pool.add(name, verified(`${name}@example.com`, { name })));
    await using first = await openMigration(sandbox, { pools: [pool] });
    await first.migrate();
    await using second = await openMigration(sandbox, {
      pools: [pool],
      store: first.store,
      rules: { transform: (planned) => ({ ...planned, name: "New" }) },
    });
    const late = pool.add("late", verified("late@example.com"));
    await second.migrate();
    const { id } = await second.run();
    await second.rollback(id);
    const { runId, store } = second.context();
    await store.foldBaseline(runId);
    const settled = await store.readBaselineUsers(runId, 0, [...subs, late]);
    expect(settled.map((one) => [one?.outcome?.outcome, one?.item.planned?.name])).toEqual([
      ["updated", "ada"],
      ["updated", "bob"],
      ["deleted", undefined],
    ]);
    expect(settled[2]?.contentHash).toBeUndefined();
  });

  it.for<[string, string, (migration: Migration) => Promise<string>]>([
    ["that is not there", "ERR_USAGE", async () => "nothing"],
    ["that was only planned", "ERR_PLAN_MISSING", async (migration) => (await migration.run()).id],
    [
      "that is a rollback itself",
      "ERR_USAGE",
      async (migration) => {
        const { id } = await migration.run();
        await migration.apply();
        return (await migration.rollback(id)).run.id;
      },
    ],
  ])("refuses a run %s", async ([, code, pick]) => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.plan();
    const runId = await pick(migration);
    const sent = writes(sandbox);
    await expect(migration.rollback(runId)).rejects.toMatchObject({ code });
    expect(writes(sandbox)).toBe(sent);
  });

  it("refuses a run of another project", async () => {
    await using world = await startWorld();
    await using other = await startWorld({ descope: { projectId: "P2AnotherAnotherAnotherAnoth" } });
    world.pool.add("ada", verified("ada@example.com"));
    await using migration = await openMigration(world.sandbox, { pools: [world.pool] });
    await migration.migrate();
    await using elsewhere = await openMigration(other.sandbox, { pools: [other.pool], store: migration.store });
    const request = { rollsBack: (await migration.run()).id, dryRun: false };
    await expect(openRollback(elsewhere.context(), request)).rejects.toMatchObject({ code: "ERR_PLAN_STALE" });
  });
});
