import { applyPlan, MigrationError, type StateStore } from "@cognito-to-descope/core";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { inSession } from "../in-session.ts";
import { migrationResult } from "../migration-result.ts";
import { printApplied } from "../output/print-applied.ts";
import { listOutcomes } from "../output/print-outcomes.ts";
import { formatCount } from "../output/printable.ts";
import type { PlannedRun } from "../plan-now.ts";
import { prepareConfig } from "../prepare.ts";
import { approve } from "../record/approve.ts";
import { printRecordHead } from "../record/print-head.ts";
import type { LogOptions, RunLog } from "../run-log.ts";
import type { Session } from "../session.ts";

/** Applies the newest plan, or goes on with it. */
export const apply: Command<LogOptions> = async (invocation) => {
  const config = await prepareConfig(invocation, { source: true, target: true });
  return inSession(invocation, { config, joins: ({ kind }) => kind !== "rollback" }, (session, log) =>
    applyIn(session, invocation, log),
  );
};

async function applyIn(session: Session, invocation: Invocation<LogOptions>, log: RunLog): Promise<number> {
  const { output } = invocation;
  const { store } = session;
  const run = await findPlannedRun(store);
  if (run.state !== "applied") {
    const { create, patch } = run.plan.counts;
    const writes = `create ${formatCount(create)} and patch ${formatCount(patch)} users`;
    await approve(invocation, session.context(run.id), `Apply run ${run.id}: ${writes} in project ${run.projectId}?`);
  }
  const context = await log.watch(session.context(run.id));
  log.line(`run ${run.id} plan ${run.plan.hash} applying ${run.plan.counts.read} users`);
  const outcomes = await applyPlan(context);
  output.progress.clear();
  log.line(`run ${run.id} applied ${JSON.stringify(outcomes)}`);
  if (output.verbose) await listOutcomes(store, run.id, output);
  const headline = `applied run ${run.id}${run.state === "applied" ? " before: nothing was left to do" : ""}`;
  const sources = await printApplied(headline, { run, outcomes, store }, output);
  await printRecordHead(store, run.id, output, log);
  output.line();
  output.line("  next: c2d reconcile");
  output.document(migrationResult(run, outcomes, sources, run.reconcile));
  return outcomes.failed > 0 ? EXIT_CODES.incomplete : EXIT_CODES.done;
}

/** The newest run, if it has a plan. */
async function findPlannedRun(store: StateStore): Promise<PlannedRun> {
  const [newest] = await store.listRuns();
  if (newest?.kind === "rollback") {
    throw new MigrationError("ERR_PLAN_MISSING", `the newest run, ${newest.id}, is a rollback`, {
      suggestion: `\`c2d rollback ${newest.rollsBack ?? ""}\` does what it plans; \`c2d plan\` makes a plan of a migration`,
    });
  }
  if (newest?.plan !== undefined) return { ...newest, plan: newest.plan };
  throw new MigrationError(
    "ERR_PLAN_MISSING",
    newest === undefined ? "there is no plan" : "the newest plan is not finished",
    {
      suggestion: "run `c2d plan` first",
    },
  );
}
