import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { StateStore } from "@cognito-to-descope/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqliteStore } from "../../src/sqlite/open-sqlite-store.ts";
import { aPoolUser, aProjectUser, aRun, COMPLETE, planned, subOf } from "../contract/samples.ts";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "c2d-purge-"));
  path = join(directory, "state.db");
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("every purge leaves no byte of a user in any file, and a small file", async () => {
  await using store = await openSqliteStore(path);
  const empty = statSync(path).size;
  for (let purges = 0; purges < 2; purges++) {
    await fillWithCanaries(store);
    expect(bytesOfDirectory()).toMatch(/canary/i);

    await store.purge();
    expect(bytesOfDirectory()).not.toMatch(/canary/i);
    expect(bytesOfDirectory()).not.toContain(subOf(1));
    expect(statSync(path).size).toBeLessThanOrEqual(Math.max(empty, 400_000));
    expect(await store.listRuns()).toEqual([]);
  }
});

test("what is removed is overwritten where it lies, also when the file cannot be made anew", async () => {
  await using store = await openSqliteStore(path, { busyTimeoutMs: 50 });
  for (let purges = 0; purges < 2; purges++) {
    await fillWithCanaries(store);
    // A reader keeps the log from being emptied and the file from being made anew, so what the rows became can be seen.
    const reader = new DatabaseSync(path);
    reader.exec("PRAGMA wal_checkpoint(TRUNCATE); BEGIN; SELECT count(*) FROM runs");
    await expect(store.purge()).rejects.toMatchObject({ code: "ERR_STORE_LOCKED" });
    reader.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    reader.close();
    expect(bytesOfDirectory()).not.toMatch(/canary/i);
  }
});

test("a purge that another process stands in the way of says so, and works afterwards", async () => {
  await using store = await openSqliteStore(path, { busyTimeoutMs: 50 });
  await store.createRun(aRun());
  const reader = new DatabaseSync(path);
  reader.exec("BEGIN; SELECT count(*) FROM runs");
  await expect(store.purge()).rejects.toMatchObject({ code: "ERR_STORE_LOCKED" });
  reader.close();
  await store.purge();
  expect(await store.listRuns()).toEqual([]);
});

async function fillWithCanaries(store: StateStore): Promise<void> {
  await store.createRun(aRun());
  const seqs = Array.from({ length: 3000 }, (_, n) => n + 1);
  const users = seqs.map((n) =>
    aPoolUser(subOf(n), { attributes: { email: `canary-${n}@example.com`, name: "Canary" } }),
  );
  await store.appendSourceUsers("run-1", 0, users, "users:0", COMPLETE);
  await store.appendMembers("run-1", 0, "canary-group", seqs.map(subOf), "members:0:canary-group", COMPLETE);
  await store.finishReading("run-1");
  await store.beginTargetScan("run-1", "plan");
  await store.appendTargetUsers(
    "run-1",
    "plan",
    seqs.map((n) => aProjectUser(`canary-${n}`)),
    "cognitoSub",
  );
  await store.finishTargetScan("run-1", "plan");
  await store.appendPlanItems(
    "run-1",
    seqs.map((n) => planned(n, [`canary-${n % 7}`])),
  );
  await store.readSharedLoginIds("run-1", "", 10);
  const outcome = { outcome: "failed", failure: "refused", detail: "canary" } as const;
  await store.recordOutcomes(
    "run-1",
    seqs.map((seq) => ({ seq, ...outcome })),
  );
}

function bytesOfDirectory(): string {
  return readdirSync(directory)
    .map((file) => readFileSync(join(directory, file), "latin1"))
    .join("\n");
}
