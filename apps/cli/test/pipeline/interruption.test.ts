import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { applyPlan, type OutcomeCounts } from "@cognito-to-descope/core";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { beforeAll, describe, expect } from "vitest";
import { openMigration, type Result, total } from "./migration.ts";
import { projectUsers, targetState } from "./world.ts";

const pool = { users: 100, groups: 2, cognito: { requireSignature: false } } as const;

/** Aborts once a sandbox has answered `count` more requests. */
function abortAfter(sandbox: Sandbox, count: number): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const last = sandbox.requests.count() + count;
  const timer = setInterval(() => {
    if (sandbox.requests.count() >= last) controller.abort(new Error("interrupted"));
  }, 1);
  return { signal: controller.signal, [Symbol.dispose]: () => clearInterval(timer) };
}

/** Migrates until an interruption; says whether there was one before the end. */
async function migrateUntil(sandbox: Sandbox, path: string, requests: number): Promise<boolean> {
  await using store = await openStateStore(path);
  using abort = abortAfter(sandbox, requests);
  await using migration = await openMigration(sandbox, { store, signal: abort.signal, batchSize: 10 });
  try {
    await migration.migrate();
    return false;
  } catch (error) {
    // Whatever stopped it, the interruption did: without one the migration ends.
    if (!abort.signal.aborted) throw error;
    return true;
  }
}

async function migrateToTheEnd(sandbox: Sandbox, path: string): Promise<Result> {
  await using store = await openStateStore(path);
  await using migration = await openMigration(sandbox, { store, batchSize: 10 });
  return await migration.migrate();
}

describe("a migration that is interrupted", () => {
  let reference: unknown;
  let counts: OutcomeCounts;

  beforeAll(async () => {
    await using sandbox = await startSandbox(pool);
    await using migration = await openMigration(sandbox, { batchSize: 10 });
    ({ counts } = await migration.migrate());
    reference = targetState(sandbox);
  });

  test.prop([fc.array(fc.integer({ min: 1, max: 260 }), { minLength: 1, maxLength: 3 })], { numRuns: 20 })(
    "anywhere, again and again, ends as one that was not",
    async (interruptions) => {
      const directory = await mkdtemp(join(tmpdir(), "c2d-interruption-"));
      try {
        await using sandbox = await startSandbox(pool);
        const path = join(directory, "state.db");
        for (const requests of interruptions) if (!(await migrateUntil(sandbox, path, requests))) break;
        const result = await migrateToTheEnd(sandbox, path);
        expect(result.counts).toMatchObject({ failed: 0, skipped: counts.skipped });
        expect(total(result.counts)).toBe(100);
        expect(result.summary.discrepancies).toBe(0);
        expect(projectUsers(sandbox)).toHaveLength(counts.created);
        expect(targetState(sandbox)).toEqual(reference);
      } finally {
        await rm(directory, { recursive: true });
      }
    },
    120_000,
  );

  test.prop([fc.integer({ min: 1, max: 60 })], { numRuns: 12 })(
    "while it applies counts every created user as created",
    async (requests) => {
      const directory = await mkdtemp(join(tmpdir(), "c2d-interruption-"));
      try {
        await using sandbox = await startSandbox(pool);
        const path = join(directory, "state.db");
        {
          await using store = await openStateStore(path);
          await using planning = await openMigration(sandbox, { store, batchSize: 10 });
          await planning.plan();
          using abort = abortAfter(sandbox, requests);
          const context = { ...planning.context(), signal: abort.signal };
          await applyPlan(context).catch((error: unknown) => {
            if (!abort.signal.aborted) throw error;
          });
        }
        const result = await migrateToTheEnd(sandbox, path);
        expect(result.counts).toEqual(counts);
        expect(targetState(sandbox)).toEqual(reference);
      } finally {
        await rm(directory, { recursive: true });
      }
    },
    120_000,
  );
});
