import {
  type FailureClass,
  type FailureFilter,
  newestRun,
  type ReconcileSummary,
  retryFailures,
  type Run,
  type SourceOutcomes,
  type StateStore,
} from "@cognito-to-descope/core";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { inSession } from "../in-session.ts";
import { migrationResult } from "../migration-result.ts";
import type { Output } from "../output/output.ts";
import { printApplied } from "../output/print-applied.ts";
import { listOutcomes } from "../output/print-outcomes.ts";
import { formatCount } from "../output/printable.ts";
import type { PlannedRun } from "../plan-now.ts";
import { prepareConfig } from "../prepare.ts";
import { approve } from "../record/approve.ts";
import { printRecordHead } from "../record/print-head.ts";
import { printReconcile, reconcileNow, writeReconcileReports } from "../reconcile-now.ts";
import type { LogOptions, RunLog } from "../run-log.ts";
import type { Session } from "../session.ts";
import type { StateLocation } from "../state/state-location.ts";

interface RetryOptions extends LogOptions {
  readonly only?: readonly FailureClass[];
  /** Numbers of users in the run. */
  readonly user?: readonly number[];
}

/** What there is to try again, or why there is nothing. */
type Found =
  | { readonly run: PlannedRun; readonly users: number }
  | { readonly run: Run | undefined; readonly nothing: string };

/** Tries the users again that failed in the newest run, and reconciles. Goes on where it was interrupted. */
export const retry: Command<RetryOptions> = async (invocation) => {
  const { output, options } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: true });
  const found = await findFailed(config.state, options);
  if ("nothing" in found) {
    output.line(`nothing to retry: ${found.nothing}`);
    output.document({ run: found.run?.id ?? null, retried: 0 });
    return EXIT_CODES.done;
  }
  return inSession(invocation, { config, joins: () => true }, (session, log) =>
    retryIn(session, invocation, found, log),
  );
};

async function findFailed(state: StateLocation, { only, user }: RetryOptions): Promise<Found> {
  const none: Found = { run: undefined, nothing: "there is no run yet" };
  // Asking must not make a state file where there is none.
  if (!(await state.exists())) return none;
  const store = await state.open();
  try {
    const run = newestRun(await store.listRuns());
    if (run === undefined) return none;
    if (run.plan === undefined || run.state === "planned") {
      return { run, nothing: `the newest run ${run.id} is not applied yet` };
    }
    const users = await countFailed(store, run.id, { classes: only, seqs: user });
    // A run that is being applied may be one whose failed users are pending again since an interruption.
    if (users > 0 || run.state === "applying") return { run: { ...run, plan: run.plan }, users };
    const how = only === undefined ? "" : ` with ${only.join(" or ")}`;
    const who = user === undefined ? "nobody" : "none of these users";
    return { run, nothing: `${who} failed${how} in run ${run.id}` };
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

async function countFailed(store: StateStore, runId: string, { classes, seqs }: FailureFilter): Promise<number> {
  const isMeant = (name: string | undefined): boolean => classes === undefined || classes.some((one) => one === name);
  if (seqs === undefined) {
    const counts = Object.entries(await store.countFailures(runId)).filter(([name]) => isMeant(name));
    return counts.reduce((sum, [, count]) => sum + count, 0);
  }
  let users = 0;
  for (const seq of new Set(seqs)) {
    const [failed] = await store.readFailedItems(runId, seq - 1, 1);
    if (failed?.item.seq === seq && isMeant(failed.outcome?.failure)) users += 1;
  }
  return users;
}

async function retryIn(
  session: Session,
  invocation: Invocation<RetryOptions>,
  { run, users }: Extract<Found, { readonly users: number }>,
  log: RunLog,
): Promise<number> {
  const { output, options } = invocation;
  const { store } = session;
  if (run.state === "applying") output.note(`going on with run ${run.id}, which was interrupted while applying`);
  const what = `${formatCount(users)} ${users === 1 ? "user that failed" : "users that failed"}`;
  const question = `Try ${what} in run ${run.id} again, in project ${run.projectId}?`;
  await approve(invocation, session.context(run.id), question);
  const context = await log.watch(session.context(run.id));
  log.line(`run ${run.id} plan ${run.plan.hash} trying ${users} failed users again`);
  const outcomes = await retryFailures(context, { classes: options.only, seqs: options.user });
  output.progress.clear();
  log.line(`run ${run.id} applied ${JSON.stringify(outcomes)}`);
  if (output.verbose) await listOutcomes(store, run.id, output, "failed");
  const sources = await printApplied(`tried ${what} in run ${run.id} again`, { run, outcomes, store }, output);
  // A rollback leaves nothing planned that the project could be compared with.
  const summary = run.kind === "rollback" ? undefined : await compare(session, run, sources, output, log);
  await printRecordHead(store, run.id, output, log);
  output.document({ ...migrationResult(run, outcomes, sources, summary), retried: users });
  if (outcomes.failed > 0) output.note("see the users that failed with `c2d status -v`");
  return outcomes.failed + (summary?.discrepancies ?? 0) > 0 ? EXIT_CODES.incomplete : EXIT_CODES.done;
}

async function compare(
  session: Session,
  run: Run,
  sources: readonly SourceOutcomes[],
  output: Output,
  log: RunLog,
): Promise<ReconcileSummary> {
  const summary = await reconcileNow(session.context(run.id), output);
  const paths = await writeReconcileReports(session, run.id, output, { sources });
  log.line(`run ${run.id} reconciled ${summary.checked} users, ${summary.discrepancies} discrepancies`);
  output.line();
  printReconcile(summary, paths, output);
  return summary;
}
