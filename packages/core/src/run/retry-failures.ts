import { MigrationError } from "../errors.ts";
import { makeEvent } from "../record/record-event.ts";
import { carryOut, refuseUnfitPlan } from "./apply-plan.ts";
import type { FailureFilter } from "../ports/state-store.ts";
import type { OutcomeCounts } from "./run.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Tries failed users of a run again, by the plan that the run has.
 *
 * A plan that does not fit any more is refused before anything is changed. The run is `applying` again before the first
 * user is pending again, so that a crash at any moment leaves a run that this function and `applyPlan` go on with.
 *
 * @throws MigrationError `ERR_PLAN_MISSING`, `ERR_PLAN_BLOCKED`, `ERR_PLAN_STALE`, and the faults of the target and the store.
 */
export async function retryFailures(context: RunContext, filter?: FailureFilter): Promise<OutcomeCounts> {
  const { runId, store, clock } = context;
  const run = await store.readRun(runId);
  if (run?.plan === undefined || (run.state !== "applied" && run.state !== "applying")) {
    throw new MigrationError("ERR_PLAN_MISSING", `run ${runId} was not applied`, {
      suggestion: "run `c2d apply` first",
    });
  }
  const project = await refuseUnfitPlan(context, run, run.plan);
  const began = makeEvent(context, "retry-began", {
    planHash: run.plan.hash,
    ...(filter?.classes === undefined ? {} : { classes: filter.classes.join(" ") }),
    ...(filter?.seqs === undefined ? {} : { users: filter.seqs.length }),
  });
  await store.updateRun(runId, { state: "applying", updatedAt: clock.now() }, began);
  await store.reopenFailures(runId, filter);
  return carryOut(context, run, run.plan, project);
}
