import { setTimeout as sleep } from "node:timers/promises";
import {
  applyPlan,
  type ItemRange,
  joinRun,
  type OutcomeCounts,
  type RunContext,
  type TakenRange,
  type WorkQueue,
  type WorkSharing,
} from "@cognito-to-descope/core";
import { type SandboxOptions, startSandbox } from "@cognito-to-descope/sandbox";
import { beforeAll, describe, expect, test } from "vitest";
import { type Migration, openMigration, total } from "./migration.ts";
import { projectUsers, targetState } from "./world.ts";

const pool = { users: 500, groups: 3, latencyMs: 3, cognito: { requireSignature: false } } as const;

/** How a queue treats its ranges. */
interface Manners {
  /** How many ranges are lost before anybody gets them. */
  readonly loses?: number;
  /** How many ranges are given to a second one while the first still works on them. */
  readonly revokes?: number;
  /** After how long the first one hears of it. */
  readonly hearsAfterMs?: number;
}

/** The queue of one process in memory, for several participants. */
class MemoryQueue implements WorkSharing {
  readonly #waiting: ItemRange[] = [];
  readonly #active = new Map<number, { readonly lost: AbortController; readonly range: ItemRange }>();
  readonly #manners: Manners;
  #lost = 0;
  #revoked = 0;

  constructor(manners: Manners) {
    this.#manners = manners;
  }

  get revoked(): number {
    return this.#revoked;
  }

  async open(): Promise<WorkQueue> {
    return {
      offer: async (ranges) => this.#offer(ranges),
      take: async () => this.#take(),
      isEmpty: async () => this.#waiting.length === 0 && this.#active.size === 0,
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  #offer(ranges: readonly ItemRange[]): void {
    for (const range of ranges) {
      if (this.#active.has(range.from) || this.#waiting.some(({ from }) => from === range.from)) continue;
      if (this.#lost < (this.#manners.loses ?? 0)) this.#lost += 1;
      else this.#waiting.push(range);
    }
  }

  #take(): TakenRange | undefined {
    const range = this.#waiting.shift() ?? this.#revoke();
    if (range === undefined) return undefined;
    const held = { lost: new AbortController(), range };
    this.#active.set(range.from, held);
    const end = (again: boolean): void => {
      if (this.#active.get(range.from) !== held) return;
      this.#active.delete(range.from);
      if (again) this.#waiting.push(range);
    };
    return {
      ...range,
      signal: held.lost.signal,
      done: async () => end(false),
      giveBack: async () => end(true),
    };
  }

  #revoke(): ItemRange | undefined {
    const [held] = this.#active.values();
    if (held === undefined || this.#revoked >= (this.#manners.revokes ?? 0)) return undefined;
    this.#revoked += 1;
    const hears = setTimeout(() => held.lost.abort(new Error("given to another")), this.#manners.hearsAfterMs ?? 0);
    hears.unref();
    return held.range;
  }
}

interface Ended {
  readonly state: unknown;
  readonly counts: OutcomeCounts;
  readonly users: number;
  readonly subs: number;
  readonly revoked: number;
}

async function untilApplying(migration: Migration): Promise<void> {
  while (!["applying", "applied"].includes((await migration.run()).state)) await sleep(1);
}

async function migrateTogether(joining: number, manners: Manners, options: SandboxOptions = {}): Promise<Ended> {
  await using sandbox = await startSandbox({ ...pool, ...options });
  await using migration = await openMigration(sandbox, { batchSize: 10 });
  const sharing = new MemoryQueue(manners);
  await migration.plan();
  const context: RunContext = { ...migration.context(), sharing };
  const leading = applyPlan(context);
  await Promise.race([leading, untilApplying(migration)]);
  const helping = Array.from({ length: joining }, () => joinRun(context, { tryLead: async () => false }));
  const [counts, ...others] = await Promise.all([leading, ...helping]);
  for (const seen of others) expect(seen).toEqual(counts);
  expect((await migration.reconcile()).discrepancies).toBe(0);
  expect(await migration.store.readOpenBatches(context.runId)).toEqual([]);
  const users = projectUsers(sandbox);
  return {
    state: targetState(sandbox),
    counts,
    users: users.length,
    subs: new Set(users.map(({ customAttributes }) => customAttributes["cognitoSub"])).size,
    revoked: sharing.revoked,
  };
}

describe("work that is shared", () => {
  let reference: Ended;

  beforeAll(async () => {
    await using sandbox = await startSandbox(pool);
    await using migration = await openMigration(sandbox, { batchSize: 10 });
    const { counts } = await migration.migrate();
    const users = projectUsers(sandbox).length;
    reference = { state: targetState(sandbox), counts, users, subs: users, revoked: 0 };
  });

  test.each([0, 1, 3])("ends as the work of one process, with %i more", async (more) => {
    expect(await migrateTogether(more, {})).toEqual(reference);
  });

  test("is done in full by a queue that loses ranges", async () => {
    expect(await migrateTogether(2, { loses: 4 })).toEqual(reference);
  });

  test.each([
    ["hears of it at once", 0],
    ["hears of it in the middle of the other's work", 40],
    ["never hears of it", 600_000],
  ])("is done once when a range is given to a second one, and the first %s", async (_, hearsAfterMs) => {
    const { counts, revoked, ...ended } = await migrateTogether(2, { revokes: 3, hearsAfterMs });
    expect(revoked).toBeGreaterThan(0);
    expect(ended).toMatchObject({ state: reference.state, users: reference.users, subs: reference.subs });
    expect({ all: total(counts), failed: counts.failed }).toEqual({ all: total(reference.counts), failed: 0 });
  });

  test.each(["failed-users", "error", "upsert"] as const)(
    "is done once where the project answers a login ID that exists with %s",
    async (duplicateLoginId) => {
      const variants = { duplicateLoginId };
      const { counts, ...ended } = await migrateTogether(2, { revokes: 3, hearsAfterMs: 40 }, { variants });
      expect(ended).toMatchObject({ state: reference.state, users: reference.users, subs: reference.subs });
      expect({ all: total(counts), failed: counts.failed }).toEqual({ all: total(reference.counts), failed: 0 });
    },
  );
});

test("a run that was given up meanwhile is left", async () => {
  await using sandbox = await startSandbox(pool);
  await using migration = await openMigration(sandbox, { batchSize: 10 });
  await migration.plan();
  const context: RunContext = { ...migration.context(), sharing: new MemoryQueue({}) };
  await migration.store.updateRun(context.runId, { state: "planned" });
  expect(await joinRun(context, { tryLead: async () => false })).toBeUndefined();
});

test("a process with another config is refused, and with another project", async () => {
  await using sandbox = await startSandbox(pool);
  await using migration = await openMigration(sandbox, { batchSize: 10 });
  await migration.plan();
  const context: RunContext = { ...migration.context(), sharing: new MemoryQueue({}), configHash: "another" };
  await expect(joinRun(context, { tryLead: async () => false })).rejects.toMatchObject({ code: "ERR_PLAN_STALE" });
  expect(projectUsers(sandbox)).toEqual([]);
});
