import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { StateStore } from "@cognito-to-descope/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqliteStore } from "../../src/sqlite/open-sqlite-store.ts";
import { aRun } from "../contract/samples.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "c2d-crash-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("a process that is killed while it writes loses nothing that was acknowledged, and leaves nothing half done", async () => {
  const path = join(directory, "state.db");
  {
    await using store = await openSqliteStore(path);
    await store.createRun(aRun());
  }
  let pages = 0;
  for (const acknowledgements of [1, 7, 30, 111, 202]) {
    const lines = await writeUntilKilled(path, pages, acknowledgements);
    await using store = await openSqliteStore(path);
    pages = await expectWhole(store, lines, pages);
    // What the crash interrupted is finished here, so that the next writer starts even.
    for (const { id, seqs } of await store.readOpenBatches("run-1")) {
      await store.closeBatch(
        "run-1",
        id,
        seqs.map((seq) => ({ seq, outcome: "created" })),
      );
    }
    const planned = await store.readPlanItems("run-1", 0, 1_000_000);
    await store.recordOutcomes(
      "run-1",
      (await store.readPendingItems("run-1", 0, 1_000_000)).map(({ seq }) => ({ seq, outcome: "created" })),
    );
    expect(planned.length % 20).toBe(0);
    pages = Math.max(pages, planned.length / 20);
  }
  const database = new DatabaseSync(path);
  expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  database.close();
});

/** Checks the store against what the writer had acknowledged, and gives the number of pages that it holds. */
async function expectWhole(store: StateStore, lines: readonly string[], before: number): Promise<number> {
  const acknowledged = (what: string): number[] =>
    lines.filter((line) => line.startsWith(`${what} `)).map((line) => Number(line.slice(what.length + 1)));

  const next = Number((await store.readListing("run-1", "users:0"))?.next ?? 0);
  expect(next).toBeGreaterThanOrEqual(Math.max(before, ...acknowledged("page").map((n) => n + 1)));
  expect((await store.countSourceUsers("run-1")) % 60).toBe(0);

  const items = await store.readPlanItems("run-1", 0, 1_000_000);
  expect(items.length % 20).toBe(0);
  for (const n of acknowledged("plan")) expect(items.some(({ seq }) => seq === n * 20 + 20)).toBe(true);

  const open = (await store.readOpenBatches("run-1")).map(({ id }) => id);
  const closed = acknowledged("close");
  for (const id of closed) expect(open).not.toContain(id);
  expect(open.length).toBeLessThanOrEqual(1);
  // An opened batch is open still, or its closing came through just before the end.
  const outcomes = (await store.countOutcomes("run-1")).created;
  expect(outcomes % 20).toBe(0);
  expect(items.length - outcomes).toBeLessThanOrEqual(20);
  return next;
}

/** Lets a process write, and kills it once it has acknowledged so many calls. */
function writeUntilKilled(path: string, start: number, acknowledgements: number): Promise<readonly string[]> {
  const script = fileURLToPath(new URL("crash-writer.ts", import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, script, path, String(start)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (chunk: string) => {
    output += chunk;
    if (output.split("\n").length > acknowledgements) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (_, signal) => {
      if (signal !== "SIGKILL") reject(new Error(`the writer ended by itself: ${output}`));
      resolve(output.split("\n").slice(0, -1));
    });
  });
}
