import {
  applyPlan,
  DEFINITION_KEPT,
  openRollback,
  type PlanDefinitions,
  planRollback,
  type StateStore,
} from "@cognito-to-descope/core";
import { canAsk } from "../confirm.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { inSession } from "../in-session.ts";
import { readLeftUsers } from "../left-users.ts";
import { listRuns } from "../list-runs.ts";
import { listOutcomes, printOutcomes } from "../output/print-outcomes.ts";
import { listPlanItems } from "../output/print-plan.ts";
import { printLeft, printRollbackPlan } from "../output/print-rollback.ts";
import { countOf } from "../output/printable.ts";
import { reckonDuration } from "../plan-duration.ts";
import type { PlannedRun } from "../plan-now.ts";
import { prepareConfig } from "../prepare.ts";
import { approve } from "../record/approve.ts";
import { printRecordHead } from "../record/print-head.ts";
import { type KeptDefinition, rollbackResult } from "../rollback-result.ts";
import type { LogOptions, RunLog } from "../run-log.ts";
import type { Session } from "../session.ts";
import { newRunId, systemClock } from "../system.ts";

interface RollbackOptions extends LogOptions {
  readonly dryRun?: boolean;
}

/** Takes back what a run did; without a run it lists what there is to be taken back. */
export const rollback: Command<RollbackOptions> = async (invocation) => {
  const { output, options, operands } = invocation;
  const [rollsBack] = operands;
  const dryRun = options.dryRun === true;
  if (rollsBack === undefined) {
    const { state } = await prepareConfig(invocation, { source: false, target: false });
    await listRuns(state, output);
    return EXIT_CODES.done;
  }
  if (!dryRun && options.yes !== true && !canAsk(invocation)) {
    throw usageError(
      "rollback deletes users, and nobody is there to be asked",
      "add --yes, or --dry-run to look first",
    );
  }
  // Only the project is written and read: what the pools hold now has no say in a rollback.
  const config = await prepareConfig(invocation, { source: false, target: true });
  // Asking for a run must not make a state file.
  if (!(await config.state.exists()))
    throw usageError("there is no run in this state file", "name another one with --state");
  return inSession(invocation, { config, dryRun, joins: (run) => run.rollsBack === rollsBack }, (session, log) =>
    rollbackIn(session, invocation, log, rollsBack),
  );
};

async function rollbackIn(
  session: Session,
  invocation: Invocation<RollbackOptions>,
  log: RunLog,
  rollsBack: string,
): Promise<number> {
  const { output, options } = invocation;
  const { store, config } = session;
  const dryRun = options.dryRun === true;
  const run = await planNow(session, invocation, rollsBack);
  const goesOn = run.state === "applying";
  if (dryRun && output.verbose) await listPlanItems(store, run.id, output);
  if (!goesOn) printRollbackPlan(run, reckonDuration(run.plan.counts, config), output);
  if (dryRun) {
    const left = await readLeftUsers(store, run.id, run.plan.counts.skip);
    printLeft(left, [], output);
    output.line();
    output.line("dry run: nothing was written to the project");
    output.document(rollbackResult(run, left, []));
    return EXIT_CODES.done;
  }

  const nothing = !goesOn && isNothing(run);
  if (!nothing) await approve(invocation, session.context(run.id), questionOf(run));
  const context = await log.watch(session.context(run.id));
  log.line(`run ${run.id} takes back run ${rollsBack}, plan ${run.plan.hash}, ${run.plan.counts.read} users`);
  const outcomes = await applyPlan(context);
  output.progress.clear();
  log.line(`run ${run.id} applied ${JSON.stringify(outcomes)}`);
  const kept = await readKept(store, run.id);
  for (const { definition, why } of kept) log.line(`run ${run.id} kept ${definition}: ${why}`);
  const left = await readLeftUsers(store, run.id, outcomes.skipped + outcomes.failed);
  if (output.verbose) await listOutcomes(store, run.id, output);
  output.line();
  output.line(output.style("bold", nothing ? "nothing is left to take back" : `run ${rollsBack} was taken back`));
  if (!nothing) printOutcomes(outcomes, await store.countFailures(run.id), output);
  printLeft(left, kept, output);
  await printRecordHead(store, run.id, output, log);
  output.document(rollbackResult(run, left, kept, outcomes));
  const stays = Object.values(run.plan.definitions).some(({ unchanged }) => unchanged.length > 0);
  return left.total > 0 || kept.length > 0 || stays ? EXIT_CODES.incomplete : EXIT_CODES.done;
}

async function planNow(
  session: Session,
  { output, options }: Invocation<RollbackOptions>,
  rollsBack: string,
): Promise<PlannedRun> {
  const { store } = session;
  const id = newRunId(systemClock.now());
  const request = { rollsBack, dryRun: options.dryRun === true };
  const run = await openRollback(session.context(id), request);
  if (run.id !== id) output.note(`going on with run ${run.id}, which was interrupted while ${run.state}`);
  const plan = await planRollback(session.context(run.id), run);
  output.progress.clear();
  return { ...((await store.readRun(run.id)) ?? run), plan };
}

function isNothing({ plan: { counts, definitions } }: PlannedRun): boolean {
  return counts.create + counts.patch + counts.delete + countRemovals(definitions) === 0;
}

function countRemovals({ attributes, roles, tenants }: PlanDefinitions): number {
  return (attributes.remove ?? []).length + (roles.remove ?? []).length + (tenants.remove ?? []).length;
}

function questionOf({ plan: { counts, definitions }, rollsBack = "", projectId }: PlannedRun): string {
  const parts = [
    `delete ${countOf(counts.delete, "user")}`,
    `restore ${countOf(counts.patch, "user")}`,
    ...(counts.create > 0 ? [`create ${countOf(counts.create, "user")} again`] : []),
    `remove ${countOf(countRemovals(definitions), "definition")}`,
  ];
  const last = parts.pop() ?? "";
  return `Take back run ${rollsBack}: ${parts.join(", ")} and ${last} in project ${projectId}?`;
}

async function readKept(store: StateStore, runId: string): Promise<readonly KeptDefinition[]> {
  const events = await store.readEvents(runId);
  return events.flatMap(({ type, data }) =>
    type === DEFINITION_KEPT
      ? [{ kind: String(data["kind"]), definition: String(data["definition"]), why: String(data["why"]) }]
      : [],
  );
}
