import { connectionKey, type SsoRecord } from "@cognito-to-descope/core";
import type { Step, StepName, StepState } from "@cognito-to-descope/console/contract";
import { countOf, formatCount } from "../../output/printable.ts";
import { blockersOf } from "../../plan-blockers.ts";
import { CAPTURED_SHARE, isReconciled, type OverviewFacts, passwordUsers, type PoolFacts } from "./overview-facts.ts";

/** Every step of a pool, in order. */
export function poolSteps(pool: PoolFacts, facts: OverviewFacts): readonly Step[] {
  const before = [assess(pool), plan(pool), apply(pool), reconcile(pool), jit(pool), sso(pool, facts), sessions(facts)];
  return [...before, cutOver(before)];
}

function step(name: StepName, state: StepState, summary = ""): Step {
  return { step: name, state, summary };
}

/** An assessment leaves nothing in the state, but a reading tells the same. */
function assess({ observation, newest }: PoolFacts): Step {
  if (observation !== undefined) return step("assess", "done", `${countOf(observation.users, "user")} read`);
  return newest === undefined ? step("assess", "ahead") : step("assess", "under-way", "being read");
}

function plan({ newest, userPoolId }: PoolFacts): Step {
  if (newest === undefined) return step("plan", "ahead");
  const { run } = newest;
  if (run.plan === undefined) return step("plan", "under-way", run.state);
  const blockers = blockersOf(run.plan).length;
  if (blockers > 0) return step("plan", "blocked", countOf(blockers, "blocker"));
  const counts = run.plan.bySource?.[run.userPoolIds.indexOf(userPoolId)] ?? run.plan.counts;
  const parts = [
    [counts.create, "to create"],
    [counts.patch, "to change"],
    [counts.delete, "to delete"],
    [counts.none, "as they should be"],
    [counts.skip, "left out"],
  ] as const;
  return step(
    "plan",
    "done",
    parts.flatMap(([n, words]) => (n === 0 ? [] : [`${formatCount(n)} ${words}`])).join(", "),
  );
}

function apply({ newest }: PoolFacts): Step {
  if (newest?.run.plan === undefined || newest.run.state === "planned") return step("apply", "ahead");
  const { outcomes, run } = newest;
  const { created, updated, unchanged, skipped, failed, deleted } = outcomes;
  const written = created + updated + unchanged + deleted;
  const whole = run.userPoolIds.length > 1 ? ` in ${run.userPoolIds.length} pools` : "";
  if (run.state === "applying") {
    const all = run.plan?.counts.read ?? 0;
    return step("apply", "under-way", `${formatCount(written + skipped + failed)} of ${formatCount(all)}${whole}`);
  }
  if (failed > 0) return step("apply", "blocked", `${formatCount(failed)} failed${whole}`);
  return step("apply", "done", `${countOf(written, "user")} in Descope${whole}`);
}

function reconcile({ newest }: PoolFacts): Step {
  if (newest === undefined || newest.run.state !== "applied") return step("reconcile", "ahead");
  const { run } = newest;
  if (run.reconcile === undefined) return step("reconcile", "ahead");
  if (!isReconciled(run)) return step("reconcile", "under-way", "something was written since");
  const { checked, discrepancies } = run.reconcile;
  if (discrepancies > 0) return step("reconcile", "blocked", discrepanciesOf(discrepancies));
  return step("reconcile", "done", `${countOf(checked, "user")} compared`);
}

function discrepanciesOf(count: number): string {
  return count === 1 ? "1 discrepancy" : `${formatCount(count)} discrepancies`;
}

function jit({ observation, captured }: PoolFacts): Step {
  if (observation === undefined) return step("jit", captured > 0 ? "under-way" : "ahead", capturedText(captured));
  const all = passwordUsers(observation);
  if (all === 0) return step("jit", "not-needed", "nobody has a password");
  if (captured === 0) return step("jit", "ahead");
  const share = Math.min(1, captured / all);
  return step("jit", share >= CAPTURED_SHARE ? "done" : "under-way", `${percent(share)} of passwords captured`);
}

function capturedText(captured: number): string {
  return captured > 0 ? `${formatCount(captured)} passwords captured` : "";
}

function percent(share: number): string {
  // Never 100 % before it is.
  return `${Math.floor(share * 100)}\u00a0%`;
}

function sso({ snapshot, userPoolId }: PoolFacts, { connections, cutOver: moved }: OverviewFacts): Step {
  if (snapshot === undefined) return step("sso", "ahead");
  const all = snapshot.identityProviders.length;
  if (all === 0) return step("sso", "not-needed", "no connections");
  const own = connections.filter((record) => record.userPoolId === userPoolId && record.state === "applied");
  const over = own.filter((record) => isOver(record, moved)).length;
  if (own.length === 0) return step("sso", "ahead", countOf(all, "connection"));
  const state = over >= all ? "done" : "under-way";
  return step("sso", state, `${over} of ${all} on Descope's side`);
}

/** Social providers and placed OIDC connections need no bridge: they are over when they are applied. */
function isOver(record: SsoRecord, moved: ReadonlySet<string>): boolean {
  return record.providerId !== "" || moved.has(connectionKey(record));
}

function sessions({ tokens }: OverviewFacts): Step {
  if (tokens === undefined) return step("sessions", "unknown", "no statistics of verifiers are named");
  const { switchOff, accepted } = tokens;
  if (switchOff.allowed) return step("sessions", "done", "no token of Cognito is in use");
  const all = accepted.cognito + accepted.descope;
  return step("sessions", "under-way", `${percent(all === 0 ? 0 : accepted.descope / all)} of tokens are Descope's`);
}

/** Through when everything before it is. */
function cutOver(before: readonly Step[]): Step {
  const open = before.filter(({ state }) => state !== "done" && state !== "not-needed");
  if (open.length === 0) return step("cut-over", "done", "nothing needs Cognito any more");
  return step("cut-over", "ahead", `${open.length} of ${before.length} steps to go`);
}
