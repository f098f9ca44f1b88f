import { applyPlan, retryFailures, type RunContext, type StateStore } from "@cognito-to-descope/core";
import type { FaultRule, Sandbox } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { itemsOf, type Migration, openMigration } from "./migration.ts";
import { descope, type HandmadePool, migratedUser, projectUsers, startWorld, verified, writes } from "./world.ts";

const CREATE = "POST /v1/mgmt/user/create/batch";
const REFUSED = '{"errorCode":"E011003","errorDescription":"Request is invalid"}';
const refuseCreates: FaultRule = {
  service: "descope",
  operation: CREATE,
  fault: { kind: "status", status: 400, body: REFUSED },
};

function addUsers(pool: HandmadePool, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => pool.add(`user${index}`, verified(`user${index}@example.com`)));
}

/** A run of ten users all of whom the project refused, for a reason that is gone now. */
async function runOfRefused(sandbox: Sandbox, pool: HandmadePool): Promise<Migration> {
  addUsers(pool, 10);
  const migration = await openMigration(sandbox, { pools: [pool], batchSize: 5 });
  sandbox.faults.add([refuseCreates]);
  const { counts } = await migration.migrate();
  expect(counts).toMatchObject({ failed: 10, created: 0 });
  sandbox.faults.clear();
  sandbox.requests.reset();
  return migration;
}

describe("a retry", () => {
  it("creates those who were refused, once the reason is gone, and reconciles to nothing", async () => {
    await using world = await startWorld();
    await using migration = await runOfRefused(world.sandbox, world.pool);
    expect(await retryFailures(migration.context())).toMatchObject({ created: 10, failed: 0 });
    expect((await migration.run()).state).toBe("applied");
    expect(await migration.reconcile()).toMatchObject({ checked: 10, discrepancies: 0 });
    expect(projectUsers(world.sandbox)).toHaveLength(10);
  });

  it("creates a user whose login ID was freed, and leaves those alone who were there", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const [sub = ""] = addUsers(pool, 5);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.plan();
    await descope(sandbox, "POST /v1/mgmt/user/create", { loginId: "user0@example.com", email: "user0@example.com" });
    expect(await migration.apply()).toMatchObject({ created: 4, failed: 1 });
    expect((await itemsOf(migration)).get(sub)?.outcome?.failure).toBe("login-id-taken");

    expect(await retryFailures(migration.context())).toMatchObject({ created: 4, failed: 1 });
    await descope(sandbox, "POST /v1/mgmt/user/delete", { loginId: "user0@example.com" });
    sandbox.requests.reset();
    expect(await retryFailures(migration.context())).toMatchObject({ created: 5, failed: 0 });
    expect(writes(sandbox)).toBe(1);
    expect(migratedUser(sandbox, sub)?.email).toBe("user0@example.com");
    expect(await migration.reconcile()).toMatchObject({ checked: 5, discrepancies: 0 });
  });

  it("creates a user on whom the project kept failing, once it does not any more", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    addUsers(pool, 1);
    sandbox.faults.add([{ service: "descope", operation: CREATE, times: 3, fault: { kind: "status", status: 500 } }]);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.plan();
    expect(await migration.apply()).toMatchObject({ created: 0, failed: 1 });
    sandbox.faults.assertAllHappened();
    expect(await migration.store.countFailures((await migration.run()).id)).toEqual({ "target-error": 1 });
    expect(await retryFailures(migration.context(), { classes: ["target-error"] })).toMatchObject({
      created: 1,
      failed: 0,
    });
    expect(await migration.reconcile()).toMatchObject({ checked: 1, discrepancies: 0 });
  });

  it("tries only the named classes again", async () => {
    await using world = await startWorld();
    await using migration = await runOfRefused(world.sandbox, world.pool);
    expect(await retryFailures(migration.context(), { classes: ["login-id-taken", "target-error"] })).toMatchObject({
      failed: 10,
    });
    expect(writes(world.sandbox)).toBe(0);
    expect(await retryFailures(migration.context(), { classes: ["refused"] })).toMatchObject({
      created: 10,
      failed: 0,
    });
  });

  it("is refused while a role that the plan counts on is gone, and changes nothing then", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await descope(sandbox, "POST /v1/mgmt/role/create", { name: "staff", description: "" });
    addUsers(pool, 6);
    await pool.group("staff", ["user1", "user2"]);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    sandbox.faults.add([refuseCreates]);
    await migration.migrate();
    sandbox.faults.clear();
    await descope(sandbox, "POST /v1/mgmt/role/delete", { name: "staff" });

    await expect(retryFailures(migration.context())).rejects.toMatchObject({ code: "ERR_PLAN_STALE" });
    expect((await migration.run()).state).toBe("applied");
    expect(await migration.store.countFailures((await migration.run()).id)).toEqual({ refused: 6 });

    await descope(sandbox, "POST /v1/mgmt/role/create", { name: "staff", description: "" });
    expect(await retryFailures(migration.context())).toMatchObject({ created: 6, failed: 0 });
    expect(await migration.reconcile()).toMatchObject({ checked: 6, discrepancies: 0 });
  });

  it("is refused when the project was put back meanwhile, and changes nothing then", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    addUsers(pool, 5);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.plan();
    await descope(sandbox, "POST /v1/mgmt/user/create", { loginId: "user0@example.com", email: "user0@example.com" });
    expect(await migration.apply()).toMatchObject({ created: 4, failed: 1 });
    for (const { loginIds } of projectUsers(sandbox)) {
      await descope(sandbox, "POST /v1/mgmt/user/delete", { loginId: loginIds[0] });
    }
    await expect(retryFailures(migration.context())).rejects.toMatchObject({ code: "ERR_PLAN_STALE" });
    expect((await migration.run()).state).toBe("applied");
    expect(await migration.store.countOutcomes((await migration.run()).id)).toMatchObject({ created: 4, failed: 1 });
  });

  it("is refused for a plan that was not applied", async () => {
    await using world = await startWorld();
    addUsers(world.pool, 1);
    await using migration = await openMigration(world.sandbox, { pools: [world.pool] });
    await migration.plan();
    await expect(retryFailures(migration.context())).rejects.toMatchObject({ code: "ERR_PLAN_MISSING" });
    expect(writes(world.sandbox)).toBe(0);
  });

  it("is refused with another config than the plan was made with, and changes nothing then", async () => {
    await using world = await startWorld();
    await using migration = await runOfRefused(world.sandbox, world.pool);
    const context = { ...migration.context(), configHash: "another" };
    await expect(retryFailures(context)).rejects.toMatchObject({ code: "ERR_PLAN_STALE" });
    expect(await migration.store.countOutcomes(context.runId)).toMatchObject({ failed: 10 });
  });

  it("works for a run that followed the pool", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    addUsers(pool, 5);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    pool.add("late", verified("late@example.com"));
    sandbox.faults.add([refuseCreates]);
    expect((await migration.sync()).counts).toMatchObject({ failed: 1 });
    sandbox.faults.clear();
    expect(await retryFailures(migration.context())).toMatchObject({ created: 1, failed: 0 });
    expect((await migration.run()).kind).toBe("sync");
    expect(await migration.reconcile()).toMatchObject({ checked: 6, discrepancies: 0 });
    expect((await migration.sync()).plan.sync).toEqual({ read: 6, changed: 0, gone: 0 });
  });

  it("keeps the kind of a run that takes another one back", async () => {
    await using world = await startWorld();
    await using migration = await runOfRefused(world.sandbox, world.pool);
    await migration.store.updateRun((await migration.run()).id, { kind: "rollback" });
    expect(await retryFailures(migration.context())).toMatchObject({ created: 10, failed: 0 });
    expect((await migration.run()).kind).toBe("rollback");
  });

  it.for<[string, "updateRun" | "reopenFailures" | "openBatch" | "closeBatch"]>([
    ["before the run is being applied again", "updateRun"],
    ["before the users are pending again", "reopenFailures"],
    ["before the first batch is sent", "openBatch"],
    ["after the first batch was sent", "closeBatch"],
  ])("that dies %s is gone on with, by a retry and by an apply", async ([, method]) => {
    for (const goOn of [retryFailures, applyPlan]) {
      await using world = await startWorld();
      await using migration = await runOfRefused(world.sandbox, world.pool);
      await expect(retryFailures(dyingAt(migration.context(), method))).rejects.toThrow("dead");
      const { state } = await migration.run();
      expect(state).toBe(method === "updateRun" ? "applied" : "applying");
      await goOn(migration.context());
      // An apply knows nothing of a retry that had not begun: then the users are still failed, and can be tried again.
      const counts = await retryFailures(migration.context());
      expect(counts).toMatchObject({ created: 10, failed: 0 });
      expect(projectUsers(world.sandbox)).toHaveLength(10);
      expect(await migration.reconcile()).toMatchObject({ checked: 10, discrepancies: 0 });
    }
  });
});

/** A context whose store dies when a method is called: what the process did until then is kept. */
function dyingAt(context: RunContext, method: keyof StateStore): RunContext {
  const store = new Proxy(context.store, {
    get(target, name) {
      if (name === method) return () => Promise.reject(new Error("dead"));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return { ...context, store };
}
