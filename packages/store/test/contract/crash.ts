import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { StateStore } from "@cognito-to-descope/core";
import { expect } from "vitest";
import { openStateStore } from "../../src/open-state-store.ts";
import { aRun } from "./samples.ts";

/**
 * Kills processes that write to a state store, and expects that nothing that was acknowledged is lost and nothing half done.
 *
 * @param location - Of a store that is not there yet.
 */
export async function expectToSurviveKills(location: string): Promise<void> {
  {
    await using store = await openStateStore(location);
    await store.createRun(aRun());
  }
  let pages = 0;
  for (const acknowledgements of [1, 7, 30, 111, 202]) {
    const lines = await writeUntilKilled(location, pages, acknowledgements);
    await using store = await openStateStore(location);
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
}

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
function writeUntilKilled(location: string, start: number, acknowledgements: number): Promise<readonly string[]> {
  const script = fileURLToPath(new URL("crash-writer.ts", import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, script, location, String(start)], {
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
