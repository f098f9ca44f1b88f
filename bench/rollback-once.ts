// One migration and its rollback in a process of its own, so that the figures are those of the client: reads the sandbox's
// line from the first argument and prints its figures as one JSON line.
import { hash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import {
  applyPlan,
  DEFAULT_RULES,
  openRollback,
  openRun,
  planRollback,
  planRun,
  type RunContext,
} from "@cognito-to-descope/core";
import { createUserPoolSource } from "@cognito-to-descope/cognito";
import { createProjectTarget } from "@cognito-to-descope/descope";
import { openStateStore } from "@cognito-to-descope/store";

// As the CLI does.
setFlagsFromString("--semi-space-growth-factor=1");

interface SandboxLine {
  readonly cognito: string;
  readonly descope: string;
  readonly userPoolId: string;
  readonly projectId: string;
  readonly managementKey: string;
}

const sandbox = JSON.parse(process.argv[2] ?? "{}") as SandboxLine;
const unlimited = { requests: 1_000_000, windowMs: 1000 };
const bucket = { ...unlimited, penaltyMs: 0 };
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
        limits: { categories: { UserList: unlimited }, perPoolOperation: unlimited },
      }),
    },
  ],
  target: createProjectTarget({
    projectId: sandbox.projectId,
    managementKey: sandbox.managementKey,
    baseUrl: sandbox.descope,
    clock,
    random: Math.random,
    limits: { "user-create": bucket, "user-update": bucket, "user-other": bucket, general: bucket },
  }),
  store,
  rules: DEFAULT_RULES,
  configHash: "bench",
  clock,
  digest: { sha256: (text) => hash("sha256", text) },
};

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
const { attributes, roles } = await context.target.readSnapshot();
let left = 0;
for await (const page of context.target.users()) left += page.users.length;
console.log(
  JSON.stringify({
    created,
    deleted: outcomes.deleted,
    failed: outcomes.failed,
    left,
    definitionsLeft: attributes.length + roles.length,
    definitionsRemoved:
      (plan.definitions.attributes.remove ?? []).length + (plan.definitions.roles.remove ?? []).length,
    planSeconds: (planned - started) / 1000,
    applySeconds: (ended - planned) / 1000,
    usersPerSecond: outcomes.deleted / ((ended - started) / 1000),
    cpuMicrosecondsPerUser: (user + system) / outcomes.deleted,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
