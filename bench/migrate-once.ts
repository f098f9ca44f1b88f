// One migration in a process of its own, so that its peak memory is its own: reads the sandbox's line from the first
// argument and prints its figures as one JSON line.
import { hash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { applyPlan, DEFAULT_RULES, openRun, planRun, reconcileRun, type RunContext } from "@cognito-to-descope/core";
import { createUserPoolSource } from "@cognito-to-descope/cognito";
import { createProjectTarget } from "@cognito-to-descope/descope";
import { openStateStore } from "@cognito-to-descope/store";

// As the CLI does.
setFlagsFromString("--semi-space-growth-factor=1");

interface SandboxLine {
  readonly cognito: string;
  readonly descope: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly projectId: string;
  readonly managementKey: string;
}

const sandbox = JSON.parse(process.argv[2] ?? "{}") as SandboxLine;
const quotas = process.argv[4] === "real";
const unlimited = { requests: 1_000_000, windowMs: 1000 };
const clock: RunContext["clock"] = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};
await using store = await openStateStore(process.argv[3] ?? ":memory:");
const context: RunContext = {
  runId: randomUUID(),
  sources: [
    {
      source: createUserPoolSource({
        userPoolId: sandbox.userPoolId,
        endpoint: sandbox.cognito,
        accessKeyId: "AKIDEXAMPLE",
        secretAccessKey: "bench",
        clock,
        ...(quotas ? {} : { limits: { categories: { UserList: unlimited }, perPoolOperation: unlimited } }),
      }),
    },
  ],
  target: createProjectTarget({
    projectId: sandbox.projectId,
    managementKey: sandbox.managementKey,
    baseUrl: sandbox.descope,
    clock,
    random: Math.random,
    ...(quotas
      ? {}
      : {
          limits: {
            "user-create": { ...unlimited, penaltyMs: 0 },
            "user-update": { ...unlimited, penaltyMs: 0 },
            "user-other": { ...unlimited, penaltyMs: 0 },
            general: { ...unlimited, penaltyMs: 0 },
          },
        }),
  }),
  store,
  rules: DEFAULT_RULES,
  configHash: "bench",
  clock,
  digest: { sha256: (text) => hash("sha256", text) },
};

/** All requests that the sandbox has answered. */
async function countCalls(): Promise<number> {
  const stats = (await (await fetch(`${sandbox.cognito}/_sandbox/stats`)).json()) as { readonly requests: number };
  return stats.requests;
}

const started = performance.now();
const run = await openRun(context, []);
const plan = await planRun(context, run);
const planned = performance.now();
const outcomes = await applyPlan(context);
const applied = performance.now();
const calls = await countCalls();
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
    callsPerUserWithReconcile: (await countCalls()) / plan.counts.read,
    cpuMicrosecondsPerUser: (process.cpuUsage().user + process.cpuUsage().system) / plan.counts.read,
  }),
);
