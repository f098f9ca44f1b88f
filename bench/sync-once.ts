// Migrates a pool without quotas, then follows it unchanged at Cognito's documented quotas, in a process of its own. Prints its
// figures as one JSON line.
import { applyPlan, openRun, planRun, planSync } from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import { benchContext, readStats, type SandboxLine } from "./bench-context.ts";

const PAGES_PER_SECOND = 30;

const sandbox = JSON.parse(process.argv[2] ?? "{}") as SandboxLine;
await using store = await openStateStore(process.argv[3] ?? ":memory:");

const first = benchContext(sandbox, store, { cognito: false, descope: false });
await planRun(first, await openRun(first, []));
const { created } = await applyPlan(first);

const before = await readStats(sandbox);
const context = benchContext(sandbox, store, { cognito: true, descope: true });
const started = performance.now();
const run = await openRun(context, [], "sync");
await store.forgetScans(run.id);
const plan = await planSync(context, run, { gone: "disable", maxGoneShare: 0.02 });
await applyPlan(context);
const seconds = (performance.now() - started) / 1000;
const after = await readStats(sandbox);

const pages = (operation: string): number => after.operations.find((one) => one.operation === operation)?.requests ?? 0;
const listed = ["ListUsers", "ListUsersInGroup"].map(
  (operation) => pages(operation) - (before.operations.find((one) => one.operation === operation)?.requests ?? 0),
);
const listings = listed.reduce((sum, count) => sum + count, 0);
console.log(
  JSON.stringify({
    users: plan.sync?.read,
    created,
    changed: plan.sync?.changed,
    gone: plan.sync?.gone,
    seconds,
    listings,
    quotaSeconds: listings / PAGES_PER_SECOND,
    shareOfQuotaTime: seconds / (listings / PAGES_PER_SECOND),
    targetWrites: after.writes - before.writes,
    descopeCalls: callsOf(after) - callsOf(before),
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);

function callsOf({ operations }: typeof after): number {
  return operations.filter(({ service }) => service === "descope").reduce((sum, { requests }) => sum + requests, 0);
}
