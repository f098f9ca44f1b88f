// One migration and its rollback in a process of its own, so that the figures are those of the client: reads the sandbox's
// line from the first argument and prints its figures as one JSON line.
import { randomUUID } from "node:crypto";
import { applyPlan, openRollback, openRun, planRollback, planRun } from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import { benchContext, type SandboxLine } from "./bench-context.ts";

const sandbox = JSON.parse(process.argv[2] ?? "{}") as SandboxLine;
await using store = await openStateStore(process.argv[3] ?? ":memory:");
const context = benchContext(sandbox, store, { cognito: false, descope: false });
const migrated = await openRun(context, []);
await planRun(context, migrated);
const { created } = await applyPlan(context);

const rollback = { ...context, runId: randomUUID() };
const cpu = process.cpuUsage();
const started = performance.now();
const run = await openRollback(rollback, { rollsBack: migrated.id, dryRun: false });
const plan = await planRollback(rollback, run);
const planned = performance.now();
const outcomes = await applyPlan(rollback);
const ended = performance.now();
const { user, system } = process.cpuUsage(cpu);
let left = 0;
for await (const page of context.target.users()) left += page.users.length;
console.log(
  JSON.stringify({
    created,
    deleted: outcomes.deleted,
    failed: outcomes.failed,
    left,
    definitionsRemoved:
      (plan.definitions.attributes.remove ?? []).length + (plan.definitions.roles.remove ?? []).length,
    planSeconds: (planned - started) / 1000,
    applySeconds: (ended - planned) / 1000,
    usersPerSecond: outcomes.deleted / ((ended - started) / 1000),
    cpuMicrosecondsPerUser: (user + system) / outcomes.deleted,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
