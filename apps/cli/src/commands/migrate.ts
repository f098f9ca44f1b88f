import { applyPlan, hasCode, type OutcomeCounts } from "@cognito-to-descope/core";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { inSession } from "../in-session.ts";
import { migrationResult } from "../migration-result.ts";
import { printApplied } from "../output/print-applied.ts";
import { listOutcomes } from "../output/print-outcomes.ts";
import { listPlanItems, printPlan } from "../output/print-plan.ts";
import { formatCount } from "../output/printable.ts";
import { blockersOf, refuseBlockedPlan } from "../plan-blockers.ts";
import { reckonDuration } from "../plan-duration.ts";
import { planNow, type PlannedRun } from "../plan-now.ts";
import { prepareConfig } from "../prepare.ts";
import { approve } from "../record/approve.ts";
import { printRecordHead } from "../record/print-head.ts";
import { printReconcile, reconcileNow, writeReconcileReports } from "../reconcile-now.ts";
import type { LogOptions, RunLog } from "../run-log.ts";
import type { Session } from "../session.ts";

interface MigrateOptions extends LogOptions {
  readonly dryRun?: boolean;
}

/** Plans, applies and reconciles. */
export const migrate: Command<MigrateOptions> = async (invocation) => {
  const dryRun = invocation.options.dryRun === true;
  const config = await prepareConfig(invocation, { source: true, target: true });
  return inSession(invocation, { config, dryRun, joins: ({ kind }) => kind === "migrate" }, (session, log) =>
    dryRun ? planOnly(session, invocation) : migrateIn(session, invocation, log),
  );
};

type MigrateInvocation = Parameters<typeof migrate>[0];

async function migrateIn(session: Session, invocation: MigrateInvocation, log: RunLog): Promise<number> {
  const { output } = invocation;
  const { store } = session;
  const { run, outcomes } = await planAndApply(session, invocation, log);
  output.progress.clear();
  log.line(`run ${run.id} applied ${JSON.stringify(outcomes)}`);
  if (output.verbose) await listOutcomes(store, run.id, output);
  output.line();
  const sources = await printApplied(`applied run ${run.id}`, { run, outcomes, store }, output);

  const summary = await reconcileNow(session.context(run.id), output);
  const paths = await writeReconcileReports(session, run.id, output, { sources });
  log.line(`run ${run.id} reconciled ${summary.checked} users, ${summary.discrepancies} discrepancies`);
  output.line();
  printReconcile(summary, paths, output);
  await printRecordHead(store, run.id, output, log);
  output.document(migrationResult(run, outcomes, sources, summary));
  if (outcomes.failed > 0) output.note("see the users that failed with `c2d status -v`; `c2d retry` tries them again");
  return outcomes.failed + summary.discrepancies > 0 ? EXIT_CODES.incomplete : EXIT_CODES.done;
}

async function planOnly(session: Session, { output }: MigrateInvocation): Promise<number> {
  const run = await planNow(session, output, ["reading", "planning"]);
  if (output.verbose) await listPlanItems(session.store, run.id, output);
  if (run.state === "planned") printPlan(run, reckonDuration(run.plan.counts, session.config), output);
  output.line();
  output.line("dry run: nothing was written to the project");
  output.document(migrationResult(run));
  return blockersOf(run.plan).length > 0 ? EXIT_CODES.blocked : EXIT_CODES.done;
}

/** What was applied, and what became of it. */
interface Applied {
  readonly run: PlannedRun;
  readonly outcomes: OutcomeCounts;
}

async function planAndApply(session: Session, invocation: MigrateInvocation, log: RunLog): Promise<Applied> {
  const run = await planNow(session, invocation.output, ["reading", "planning", "applying"]);
  try {
    return await applyNow(session, invocation, log, run);
  } catch (error) {
    // Whoever migrates wants the users over, by whichever plan. One that was made a moment ago is not made again.
    if (run.state !== "applying" || !hasCode(error, "ERR_PLAN_STALE")) throw error;
    invocation.output.note(`note: ${error.message}`);
    log.line(`run ${run.id} not continued: ${error.message}`);
    return applyNow(session, invocation, log, await planNow(session, invocation.output, []));
  }
}

async function applyNow(
  session: Session,
  invocation: MigrateInvocation,
  log: RunLog,
  run: PlannedRun,
): Promise<Applied> {
  const { output } = invocation;
  if (run.state === "planned") printPlan(run, reckonDuration(run.plan.counts, session.config), output);
  refuseBlockedPlan(run.plan);
  const { create, patch } = run.plan.counts;
  const writes = `create ${formatCount(create)} and patch ${formatCount(patch)} users`;
  await approve(invocation, session.context(run.id), `Apply this plan: ${writes} in project ${run.projectId}?`);
  const context = await log.watch(session.context(run.id));
  log.line(`run ${run.id} plan ${run.plan.hash} applying ${run.plan.counts.read} users`);
  return { run, outcomes: await applyPlan(context) };
}
