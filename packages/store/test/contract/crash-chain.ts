import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { openStateStore } from "../../src/open-state-store.ts";
import { chainProblems } from "./event-chain.ts";
import { aRun } from "./samples.ts";

/**
 * Lets several processes append events to one run at the same time, kills one of them, and expects the chain to be whole, with
 * every event that was acknowledged at the place that was acknowledged.
 *
 * @param location - Of a store that is not there yet.
 */
export async function expectOneChain(location: string): Promise<void> {
  {
    await using store = await openStateStore(location);
    await store.createRun(aRun());
  }
  const acknowledged = (
    await Promise.all([append(location, 25), append(location, 25), append(location, 500, 12)])
  ).flat();
  await using store = await openStateStore(location);
  const { events, head } = await store.readRecord("run-1");
  expect(await chainProblems(store)).toEqual([]);
  expect(head?.events).toBe(events.length);
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  expect(events.length).toBeGreaterThanOrEqual(Math.max(...acknowledged));
  expect(new Set(events.map(({ data }) => data["pid"])).size).toBe(3);
  await store.appendEvent("run-1", { at: 1, type: "said", data: {} });
  expect(await chainProblems(store)).toEqual([]);
}

/** Appends in a process of its own, which is killed after so many events. Gives the numbers that it was told. */
function append(location: string, count: number, killAfter = Number.POSITIVE_INFINITY): Promise<readonly number[]> {
  const script = fileURLToPath(new URL("event-writer.ts", import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, script, location, String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (chunk: string) => {
    output += chunk;
    if (output.split("\n").length > killAfter) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code !== 0 && signal !== "SIGKILL") reject(new Error(`the writer ended by itself: ${output}`));
      resolve(output.split("\n").slice(0, -1).map(Number));
    });
  });
}
