import { applyPlan, openRun, planRun } from "@cognito-to-descope/core";
import { describe, expect, it } from "vitest";
import { itemsOf, openMigration } from "./migration.ts";
import { addPool, cognito, descope, migratedUser, projectUsers, startWorld, verified, writes } from "./world.ts";

describe("a run", () => {
  it("is made anew by every plan, and the last one is applied", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"));
    await using first = await openMigration(sandbox, { pools: [pool] });
    const before = await first.plan();
    const { id } = await first.run();
    const late = pool.add("bob", verified("bob@example.com"));
    await using second = await openMigration(sandbox, { pools: [pool], store: first.store });
    const after = await second.plan();
    expect((await second.run()).id).not.toBe(id);
    expect([before.counts.read, after.counts.read]).toEqual([1, 2]);
    expect(await second.apply()).toMatchObject({ created: 2 });
    expect(migratedUser(sandbox, late)).toBeDefined();
  });

  it("is planned once, however often it is asked for its plan", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const plan = await migration.plan();
    sandbox.requests.reset();
    expect(await planRun(migration.context(), await migration.run())).toEqual(plan);
    expect(sandbox.requests.count()).toBe(0);
  });

  it.for<[string, Parameters<typeof openMigration>[1]]>([
    ["with the same config, pools and project", {}],
    ["never with another config", { configHash: "another" }],
  ])("that was interrupted goes on %s", async ([title, options]) => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    for (let index = 0; index < 30; index += 1) pool.add(`user${index}`, verified(`user${index}@example.com`));
    await using first = await openMigration(sandbox, { pools: [pool], batchSize: 5 });
    await first.plan();
    const abort = new AbortController();
    const stopping = applyPlan({
      ...first.context(),
      signal: abort.signal,
      onProgress: (progress) => {
        if (progress.step === "applying" && progress.outcomes.created > 0) abort.abort(new Error("interrupted"));
      },
    });
    await expect(stopping).rejects.toThrow("interrupted");
    const { id, state } = await first.run();
    expect(state).toBe("applying");
    const created = projectUsers(sandbox).length;
    expect(created).toBeGreaterThan(0);
    await using second = await openMigration(sandbox, { pools: [pool], store: first.store, batchSize: 5, ...options });
    const { counts, summary } = await second.migrate();
    expect((await second.run()).id === id).toBe(!title.startsWith("never"));
    expect(counts.created + counts.unchanged).toBe(30);
    expect(projectUsers(sandbox)).toHaveLength(30);
    expect(summary).toMatchObject({ checked: 30, discrepancies: 0 });
  });

  it("of other pools is left alone", async () => {
    await using world = await startWorld({
      faults: [{ service: "cognito", operation: "ListUsers", nth: 1, fault: { kind: "html", status: 400 } }],
    });
    const { sandbox, pool } = world;
    const other = addPool(sandbox);
    pool.add("ada", verified("ada@example.com"));
    other.add("bob", verified("bob@example.com"));
    await using first = await openMigration(sandbox, { pools: [pool] });
    await expect(first.plan()).rejects.toMatchObject({ name: "MigrationError" });
    sandbox.faults.assertAllHappened();
    await using second = await openMigration(sandbox, { pools: [other], store: first.store });
    expect((await second.plan()).counts.read).toBe(1);
    const runs = await first.store.listRuns();
    expect(runs.map(({ userPoolIds, state }) => [userPoolIds[0], state])).toEqual([
      [other.userPoolId, "planned"],
      [pool.userPoolId, "reading"],
    ]);
  });

  it("of another project is not applied", async () => {
    await using world = await startWorld();
    await using other = await startWorld({ descope: { projectId: "P2AnotherAnotherAnotherAnoth" } });
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.plan();
    await using elsewhere = await openMigration(other.sandbox, { pools: [other.pool], store: migration.store });
    const context = { ...elsewhere.context(), runId: (await migration.run()).id };
    await expect(applyPlan(context)).rejects.toMatchObject({ code: "ERR_PLAN_STALE" });
    expect(writes(other.sandbox)).toBe(0);
    expect((await openRun(elsewhere.context(), ["planned"])).projectId).toBe(other.sandbox.projectId);
  });

  it("reads a user once whom the pool lists twice, and nobody whom it has deleted", async () => {
    await using world = await startWorld({
      faults: [{ service: "cognito", operation: "ListUsers", nth: 3, fault: { kind: "duplicate-page" } }],
    });
    const { sandbox, pool } = world;
    const subs = Array.from({ length: 50 }, (_, index) =>
      pool.add(`user${index}`, verified(`user${index}@example.com`)),
    );
    await cognito(sandbox, "AdminDeleteUser", { UserPoolId: pool.userPoolId, Username: "user7" });
    await using migration = await openMigration(sandbox, { pools: [pool], pageSize: 10 });
    const { counts } = await migration.plan();
    const items = await itemsOf(migration);
    expect(items.size).toBe(counts.read);
    expect(items.has(subs[7] ?? "")).toBe(false);
    expect(counts.read).toBeLessThanOrEqual(49);
    sandbox.faults.assertAllHappened();
  });

  it("starts a listing again whose token the pool no longer takes", async () => {
    const body = JSON.stringify({ __type: "InvalidParameterException", message: "Invalid pagination token" });
    await using world = await startWorld({
      faults: [
        {
          service: "cognito",
          operation: "ListUsers",
          nth: 4,
          fault: { kind: "status", status: 400, body, headers: { "x-amzn-ErrorType": "InvalidParameterException" } },
        },
      ],
    });
    const { sandbox, pool } = world;
    for (let index = 0; index < 50; index += 1) pool.add(`user${index}`, verified(`user${index}@example.com`));
    await using migration = await openMigration(sandbox, { pools: [pool], pageSize: 10 });
    expect((await migration.plan()).counts.read).toBe(50);
    sandbox.faults.assertAllHappened();
  });
});

describe("a patch that the project refuses", () => {
  it("fails its user, and nobody else of its batch", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const subs = Array.from({ length: 12 }, (_, index) =>
      pool.add(`user${index}`, verified(`user${index}@example.com`)),
    );
    const bad = subs[5];
    await descope(sandbox, "POST /v1/mgmt/user/customattribute/create", {
      attributes: [{ name: "level", type: 2, displayName: "level" }],
    });
    await using first = await openMigration(sandbox, { pools: [pool] });
    await first.migrate();
    await using second = await openMigration(sandbox, {
      pools: [pool],
      rules: {
        transform: (planned, { sub }) => ({
          ...planned,
          name: "New",
          customAttributes: { ...planned.customAttributes, ...(sub === bad ? { level: "not a number" } : {}) },
        }),
      },
    });
    const { counts } = await second.migrate();
    expect(counts).toMatchObject({ updated: 11, failed: 1 });
    const items = await itemsOf(second);
    expect(items.get(bad ?? "")?.outcome).toMatchObject({ outcome: "failed", failure: "refused" });
    expect(projectUsers(sandbox).filter(({ name }) => name === "New")).toHaveLength(11);
  });
});
