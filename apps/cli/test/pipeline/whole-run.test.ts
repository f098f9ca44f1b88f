import { startSandbox } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { itemsOf, openMigration, total } from "./migration.ts";
import { migratedUser, projectUsers, targetState, writes } from "./world.ts";

const pool = { users: 160, groups: 6, cognito: { requireSignature: false } } as const;

describe("a migration of every kind of user", () => {
  it("gives every user one outcome, and the target what the plan said", async () => {
    await using sandbox = await startSandbox(pool);
    await using migration = await openMigration(sandbox);
    const { plan, counts, summary } = await migration.migrate();
    expect(plan.counts.read).toBe(160);
    expect(total(counts)).toBe(160);
    expect(counts).toMatchObject({ created: plan.counts.create, updated: 0, skipped: plan.counts.skip, failed: 0 });
    expect(summary).toMatchObject({ discrepancies: 0, byField: {}, checked: plan.counts.create });
    expect(summary.notCompared).toBe(plan.counts.skip);
    expect(projectUsers(sandbox)).toHaveLength(plan.counts.create);
    const items = await itemsOf(migration);
    expect(items.size).toBe(160);
    for (const { item, outcome } of items.values()) {
      expect(outcome?.outcome).toBe(item.operation === "create" ? "created" : "skipped");
      const user = migratedUser(sandbox, item.sub);
      expect(user?.userId).toBe(item.operation === "create" ? outcome?.userId : undefined);
    }
  });

  it("writes nothing the second time", async () => {
    await using sandbox = await startSandbox(pool);
    await using first = await openMigration(sandbox);
    const { counts } = await first.migrate();
    const before = targetState(sandbox);
    const sent = writes(sandbox);
    await using second = await openMigration(sandbox);
    const again = await second.migrate();
    expect(writes(sandbox)).toBe(sent);
    expect(again.counts).toMatchObject({ created: 0, updated: 0, failed: 0, unchanged: counts.created });
    expect(again.summary.discrepancies).toBe(0);
    expect(targetState(sandbox)).toEqual(before);
  });

  it("applies an applied plan again with no request that writes", async () => {
    await using sandbox = await startSandbox(pool);
    await using migration = await openMigration(sandbox);
    const { counts } = await migration.migrate();
    const sent = writes(sandbox);
    expect(await migration.apply()).toEqual(counts);
    expect(writes(sandbox)).toBe(sent);
  });

  it("makes the same plan whatever the pages, and another one for another pool", async () => {
    await using sandbox = await startSandbox(pool);
    const hashes = new Set<string>();
    for (const pageSize of [1, 7, 60]) {
      await using migration = await openMigration(sandbox, { pageSize });
      hashes.add((await migration.plan()).hash);
    }
    await using shortPages = await startSandbox({
      ...pool,
      cognito: { ...pool.cognito, lists: { shortPages: true, emptyPageEvery: 3 } },
    });
    await using migration = await openMigration(shortPages);
    const { hash, counts } = await migration.plan();
    expect(counts.read).toBe(160);
    hashes.add(hash);
    expect([...hashes]).toHaveLength(1);
    await using other = await startSandbox({ ...pool, users: 159 });
    await using otherMigration = await openMigration(other);
    expect(hashes.has((await otherMigration.plan()).hash)).toBe(false);
  });

  it("plans without a single write", async () => {
    await using sandbox = await startSandbox(pool);
    await using migration = await openMigration(sandbox);
    await migration.plan();
    expect(sandbox.requests.counts({ write: true })).toEqual([]);
  });

  it("never reads a user by itself, which AWS would bill", async () => {
    await using sandbox = await startSandbox(pool);
    await using migration = await openMigration(sandbox);
    await migration.migrate();
    expect(sandbox.requests.count({ operation: "AdminGetUser" })).toBe(0);
    expect(sandbox.requests.count({ operation: "AdminListGroupsForUser" })).toBe(0);
  });
});
