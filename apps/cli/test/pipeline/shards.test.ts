import { startSandbox } from "@cognito-to-descope/sandbox";
import { describe, expect, test } from "vitest";
import { openMigration } from "./migration.ts";
import { migratedUser, startWorld, targetState, verified } from "./world.ts";

const POOL = { users: 600, groups: 4, cognito: { requireSignature: false } } as const;

describe("a pool whose users are listed in parts", () => {
  test("is migrated as one that is listed in one go, with no user listed twice", async () => {
    const targets: unknown[] = [];
    for (const shards of [1, 16, 256] as const) {
      await using sandbox = await startSandbox(POOL);
      await using migration = await openMigration(sandbox, { pools: [{ userPoolId: sandbox.userPoolId, shards }] });
      const { plan, counts, summary } = await migration.migrate();
      expect(plan.counts.read).toBe(600);
      expect(counts.failed + summary.discrepancies).toBe(0);
      targets.push(targetState(sandbox));
      const listings = sandbox.requests.count({ service: "cognito", operation: "ListUsers" });
      expect(listings).toBeGreaterThanOrEqual(shards);
      const whole = await migration.store.readListing((await migration.run()).id, "users:0");
      expect(whole?.users).toBe(shards === 1 ? 600 : undefined);
    }
    expect(targets[1]).toEqual(targets[0]);
    expect(targets[2]).toEqual(targets[0]);
  });

  test("loses nobody whose sub begins with no hexadecimal digit", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    for (let n = 0; n < 100; n += 1) pool.add(`user${n}`, verified(`user${n}@example.com`));
    const odd = pool.add("odd", verified("odd@example.com"), { sub: "zebra-1" });
    await using migration = await openMigration(sandbox, { pools: [{ userPoolId: pool.userPoolId, shards: 16 }] });
    const { counts } = await migration.migrate();
    expect(counts.created).toBe(101);
    expect(migratedUser(sandbox, odd)?.email).toBe("odd@example.com");
    const { id } = await migration.run();
    expect((await migration.store.readEvents(id)).map(({ type }) => type)).toContain("shards-incomplete");
  });

  test("goes on with the parts where they stood", async () => {
    await using sandbox = await startSandbox(POOL);
    const abort = new AbortController();
    const pools = [{ userPoolId: sandbox.userPoolId, shards: 16 }] as const;
    await using first = await openMigration(sandbox, {
      pools,
      pageSize: 10,
      signal: abort.signal,
      onProgress: (progress) => {
        if (progress.step === "reading" && progress.users > 300) abort.abort(new Error("enough"));
      },
    });
    await expect(first.migrate()).rejects.toThrow("enough");
    const before = sandbox.requests.count({ service: "cognito", operation: "ListUsers" });
    await using second = await openMigration(sandbox, { pools, pageSize: 10, store: first.store });
    const { plan } = await second.migrate();
    expect(plan.counts.read).toBe(600);
    expect(sandbox.requests.count({ service: "cognito", operation: "ListUsers" }) - before).toBeLessThan(60);
  });
});
