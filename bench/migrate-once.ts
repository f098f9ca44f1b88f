// One migration in a process of its own, so that its peak memory is its own: reads the sandbox's line from the first
// argument and prints its figures as one JSON line.
import { applyPlan, openRun, planRun, reconcileRun } from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import { benchContext, readStats, type SandboxLine } from "./bench-context.ts";

const sandbox = JSON.parse(process.argv[2] ?? "{}") as SandboxLine;
const quotas = process.argv[4] === "real";
await using store = await openStateStore(process.argv[3] ?? ":memory:");
const context = benchContext(sandbox, store, { cognito: quotas, descope: quotas });

const started = performance.now();
const run = await openRun(context, []);
const plan = await planRun(context, run);
const planned = performance.now();
const outcomes = await applyPlan(context);
const applied = performance.now();
const calls = (await readStats(sandbox)).requests;
const memory = process.resourceUsage().maxRSS / 1024;
const reconciled = await reconcileRun(context);
const ended = performance.now();
console.log(
  JSON.stringify({
    users: plan.counts.read,
    created: outcomes.created,
    failed: outcomes.failed,
    discrepancies: reconciled.discrepancies,
    planSeconds: (planned - started) / 1000,
    applySeconds: (applied - planned) / 1000,
    reconcileSeconds: (ended - applied) / 1000,
    usersPerSecond: plan.counts.read / ((applied - started) / 1000),
    peakMegabytes: memory,
    peakMegabytesWithReconcile: process.resourceUsage().maxRSS / 1024,
    callsPerUser: calls / plan.counts.read,
    callsPerUserWithReconcile: (await readStats(sandbox)).requests / plan.counts.read,
    cpuMicrosecondsPerUser: (process.cpuUsage().user + process.cpuUsage().system) / plan.counts.read,
  }),
);
