import { applyPlan, MigrationError } from "@cognito-to-descope/core";
import { confirm } from "../confirm.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { migrationResult } from "../migration-result.ts";
import { listOutcomes, printOutcomes } from "../output/print-outcomes.ts";
import { listPlanItems, printPlan } from "../output/print-plan.ts";
import { formatCount } from "../output/printable.ts";
import { reckonDuration } from "../plan-duration.ts";
import { planNow } from "../plan-now.ts";
import { prepareConfig } from "../prepare.ts";
import { printReconcile, reconcileNow, writeReconcileReports } from "../reconcile-now.ts";
import { type LogOptions, openRunLog, type RunLog } from "../run-log.ts";
import { openSession, type Session } from "../session.ts";

interface MigrateOptions extends LogOptions {
  readonly dryRun?: boolean;
}

/** Plans, applies and reconciles. */
export const migrate: Command<MigrateOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const dryRun = options.dryRun === true;
  const config = await prepareConfig(invocation, { source: true, target: true });
  // A dry run does nothing that a log would have to prove.
  const log = openRunLog(dryRun ? { ...invocation, options: { ...options, logFile: false } } : invocation);
  let session: Session | undefined;
  try {
    session = await openSession({
      config,
      signal: host.signal,
      onProgress: (at) => output.progress.update(at),
      onEvent: (event) => log.event(event),
    });
    return await migrateIn(session, invocation, log, dryRun);
  } finally {
    await session?.[Symbol.asyncDispose]();
    log[Symbol.dispose]();
  }
};

async function migrateIn(
  session: Session,
  invocation: Parameters<typeof migrate>[0],
  log: RunLog,
  dryRun: boolean,
): Promise<number> {
  const { output } = invocation;
  const { config, store } = session;
  const run = await planNow(session, output, dryRun ? ["reading", "planning"] : ["reading", "planning", "applying"]);
  if (dryRun && output.verbose) await listPlanItems(store, run.id, output);
  if (run.state === "planned") printPlan(run, reckonDuration(run.plan.counts, config), output);
  const blockers = run.plan.findings.filter(({ severity }) => severity === "blocker");
  if (dryRun) {
    output.line();
    output.line("dry run: nothing was written to the project");
    output.document(migrationResult(run));
    return blockers.length > 0 ? EXIT_CODES.blocked : EXIT_CODES.done;
  }
  if (blockers.length > 0) {
    throw new MigrationError("ERR_PLAN_BLOCKED", "the plan has findings that block it", {
      suggestion: blockers
        .map(({ rule, message, subjects }) => `${rule}: ${message} (${subjects.join("; ")})`)
        .join("\n"),
    });
  }

  const { create, patch } = run.plan.counts;
  const writes = `create ${formatCount(create)} and patch ${formatCount(patch)} users`;
  await confirm(invocation, `Apply this plan: ${writes} in project ${run.projectId}?`);
  const context = await log.watch(session.context(run.id));
  log.line(`run ${run.id} plan ${run.plan.hash} applying ${run.plan.counts.read} users`);
  const outcomes = await applyPlan(context);
  output.progress.clear();
  log.line(`run ${run.id} applied ${JSON.stringify(outcomes)}`);
  if (output.verbose) await listOutcomes(store, run.id, output);
  output.line();
  output.line(output.style("bold", `applied run ${run.id}`));
  printOutcomes(outcomes, await store.countFailures(run.id), output);

  const summary = await reconcileNow(session.context(run.id), output);
  const paths = await writeReconcileReports(session, run.id, output);
  log.line(`run ${run.id} reconciled ${summary.checked} users, ${summary.discrepancies} discrepancies`);
  output.line();
  printReconcile(summary, paths, output);
  output.document(migrationResult(run, outcomes, summary));
  if (outcomes.failed > 0) output.note("see the users that failed with `c2d status -v`; `c2d retry` tries them again");
  return outcomes.failed + summary.discrepancies > 0 ? EXIT_CODES.incomplete : EXIT_CODES.done;
}
