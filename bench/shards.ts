// How much sooner the users of a pool without groups are read in 16 parts than in one go, where latency and not the quota bounds.
//
// usage: npm run bench -- shards [20000]
import { openRun, readSources, type RunContext, type Shards } from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import { benchContext, type SandboxLine } from "./bench-context.ts";
import { firstLine, start } from "./child-process.ts";

const LATENCY_MS = 120;
const users = process.argv[2] ?? "20000";
const sandbox = start("bench/sandbox-process.ts", [users, "none", String(LATENCY_MS), "0"]);
try {
  const line = JSON.parse(await firstLine(sandbox)) as SandboxLine;
  const seconds = { 1: await read(line, 1), 16: await read(line, 16) };
  console.log(
    JSON.stringify({ users: Number(users), latencyMs: LATENCY_MS, seconds, ratio: seconds[1] / seconds[16] }),
  );
} finally {
  sandbox.stdin?.end();
}

async function read(line: SandboxLine, shards: Shards): Promise<number> {
  await using store = await openStateStore(":memory:");
  const context = benchContext(line, store, { cognito: false, descope: false });
  const sharded: RunContext = { ...context, sources: context.sources.map((source) => ({ ...source, shards })) };
  const run = await openRun(sharded, []);
  const started = performance.now();
  await readSources({ ...sharded, runId: run.id });
  return (performance.now() - started) / 1000;
}
