import { type BucketState, qualifiedBucket } from "@cognito-to-descope/core";
import { formatRate } from "../control/parse-rate.ts";
import { isAtWork } from "../control/worker-state.ts";
import { OUTCOME_WORDS } from "../output/print-outcomes.ts";
import { formatCount, formatDuration, namePools, printable } from "../output/printable.ts";
import { type CountedProgress, STEP_TITLES } from "../output/progress-counts.ts";
import type { TextLine } from "../output/text-line.ts";
import type { RunStatus, WorkerStatus } from "./run-status.ts";

/** What the users of a run are, by its kind. */
const READ_WORDS: Readonly<Record<RunStatus["kind"], string>> = {
  migrate: "read",
  sync: "new, changed or gone, or sharing a login ID with one that is",
  rollback: "that the run wrote",
};

/** Where a run stands, in words, without what comes next. */
export function statusLines(status: RunStatus, now: number): readonly TextLine[] {
  const { run, state, paused, users, planned, reconcile } = status;
  const lines: TextLine[] = [
    { text: `run ${run}: ${state}${paused === null ? "" : ", paused"}`, style: "bold" },
    ...(status.rollsBack === undefined ? [] : [{ text: `  takes back run ${status.rollsBack}` }]),
    ...(status.rolledBackBy === undefined ? [] : [{ text: `  taken back by run ${status.rolledBackBy}` }]),
    { text: `  from ${namePools(status.userPoolIds)} to project ${status.projectId}` },
    { text: `  started ${status.startedAt}, last change ${status.updatedAt}` },
  ];
  if (paused !== null) {
    lines.push({ text: `  paused since ${timeOf(paused.since)} by ${printable(paused.by)}`, style: "yellow" });
  }
  const rates = Object.entries(status.rates).map(([bucket, rate]) => `${printable(bucket)} ${formatRate(rate)}`);
  if (rates.length > 0) lines.push({ text: `  rates chosen: ${rates.sort().join("; ")}` });
  lines.push({ text: `  ${formatCount(users.read)} users ${READ_WORDS[status.kind]}` });
  if (planned !== null) {
    const { create, patch, none, skip, delete: deletes } = planned;
    const toDelete = deletes > 0 ? `${formatCount(deletes)} to delete, ` : "";
    lines.push({
      text: `  planned: ${formatCount(create)} to create, ${formatCount(patch)} to patch, ${toDelete}${formatCount(none)} unchanged, ${formatCount(skip)} left out`,
    });
  }
  lines.push(...outcomeLines(status));
  if (reconcile !== null) {
    lines.push({
      text: `  reconciled: ${formatCount(reconcile.checked)} users, ${formatCount(reconcile.discrepancies)} discrepancies`,
    });
  }
  lines.push(...status.workers.flatMap((worker) => workerLines(worker, status, now)));
  return lines;
}

/** What comes next. */
export function nextLine({ next }: RunStatus): TextLine {
  return { text: `  next: ${next}` };
}

function outcomeLines({ users, planned, failureCauses }: RunStatus): readonly TextLine[] {
  const done = OUTCOME_WORDS.reduce((sum, [kind]) => sum + (users[kind] ?? 0), 0);
  if (done === 0) return [];
  const lines = OUTCOME_WORDS.flatMap(([kind, words]): readonly TextLine[] => {
    const count = users[kind] ?? 0;
    // Most runs delete nobody.
    if (kind === "deleted" && count === 0) return [];
    const text = `  ${formatCount(count).padStart(9)}  ${words}`;
    return [kind === "failed" && count > 0 ? { text, style: "red" } : { text }];
  });
  for (const { class: name, count, meaning, retryable, advice } of failureCauses) {
    lines.push({ text: `             ${formatCount(count)} × ${printable(name)}: ${meaning}` });
    lines.push({ text: `             ${retryable ? "can be retried" : "to be mended first"}. ${advice}` });
  }
  if (planned !== null && users.pending > 0)
    lines.push({ text: `  ${formatCount(users.pending).padStart(9)}  to come` });
  return lines;
}

function workerLines(worker: WorkerStatus, { state: runState }: RunStatus, now: number): readonly TextLine[] {
  const { host, pid, state, lastWait } = worker;
  const who = `process ${pid} on ${printable(host)}`;
  const heard = ago(worker.heardAt, now);
  if (!isAtWork(state)) {
    // Of a run that waits for the operator or is through, nobody is expected to work.
    if (runState === "planned" || runState === "applied") return [];
    if (state === "gone") {
      return [
        {
          text: `  at work: nobody; last heartbeat ${heard}: ${who} is gone; the same command goes on`,
          style: "yellow",
        },
      ];
    }
    const end = state === "interrupted" ? "was interrupted" : "ended";
    return [{ text: `  at work: nobody; ${who} ${end} ${heard}` }];
  }
  const lines: TextLine[] = [
    {
      text: `  at work: ${who}${worker.paused ? ", paused" : ""}${state === "silent" ? `, last heartbeat ${heard}` : ""}`,
    },
  ];
  if (worker.step !== null) lines.push({ text: `    ${progressText(worker)}` });
  if (lastWait !== null) lines.push({ text: `    waited: ${printable(lastWait.what)}, ${ago(lastWait.at, now)}` });
  return [...lines, ...bucketLines(worker.buckets)];
}

/** The buckets that say something: in use, slowed down, or throttled. */
function bucketLines(buckets: readonly BucketState[]): readonly TextLine[] {
  const shown = buckets
    .filter(({ inUse, rate, limit, throttles }) => inUse > 0 || rate < limit.requests || throttles > 0)
    .map((state) => ({ name: printable(qualifiedBucket(state.bucket, state.scope)), state }));
  const width = Math.max(0, ...shown.map(({ name }) => name.length));
  return shown.map(({ name, state }) => ({ text: `    ${name.padEnd(width)}  ${bucketText(state)}` }));
}

/** How far a process is: `applying: 1,200 of 2,000 users, 165/s, 5 s left`. */
export function progressText({ step, done, total, perSecond, paused }: WorkerStatus): string {
  const [title, noun] = STEP_TITLES[step as CountedProgress["step"]] ?? [printable(step ?? ""), "users"];
  const parts = [`${title}: ${formatCount(done)} of ${formatCount(Math.max(done, total))} ${noun}`];
  if (perSecond > 0 && !paused) {
    parts.push(`${perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))}/s`);
    if (total > done) parts.push(`${formatDuration((total - done) / perSecond)} left`);
  }
  return parts.join(", ");
}

function bucketText({ limit, rate, allowed, inUse, throttles }: BucketState): string {
  const parts = [
    `${formatCount(inUse)} of ${formatRate({ requests: allowed, windowMs: limit.windowMs })}`,
    ...(rate < limit.requests ? [`quota ${formatCount(limit.requests)}`] : []),
    ...(throttles > 0 ? [`throttled ${formatCount(throttles)} ×`] : []),
  ];
  return parts.join(", ");
}

/** How long ago something was. Clocks of several machines differ, so nothing is in the future. */
function ago(time: string, now: number): string {
  return `${formatDuration(Math.max(0, now - Date.parse(time)) / 1000)} ago`;
}

function timeOf(time: string): string {
  return `${time.slice(0, 19).replace("T", " ")} UTC`;
}
