import { newestRun, rollbackOf } from "../rollback/rolled-back.ts";
import { planMade, recordContinued, runBegan } from "../record/record-run.ts";
import { makePlan } from "./make-plan.ts";
import { readSources } from "./read-sources.ts";
import type { Run, RunKind, RunPlan } from "./run.ts";
import type { RunContext } from "./run-context.ts";

/**
 * The run that goes on where an earlier process was interrupted, or a new one.
 *
 * A run is continued while it is reading, planning or applying, and only with the same config, project and pools. A run
 * that is planned waits for `apply`: whoever asks for a plan gets a fresh one.
 *
 * @param continues - The states in which an unfinished run is continued.
 * @param kind - What the run is for: only a run of that kind is continued.
 */
export async function openRun(
  context: RunContext,
  continues: readonly Run["state"][],
  kind: RunKind = "migrate",
): Promise<Run> {
  const { runId, store, target, sources, configHash, clock } = context;
  const userPoolIds = sources.map(({ source }) => source.userPoolId);
  // Only the newest run counts: an older one was left behind on purpose.
  const runs = await store.listRuns();
  const newest = newestRun(runs);
  if (
    newest?.kind === kind &&
    rollbackOf(runs, newest.id) === undefined &&
    continues.includes(newest.state) &&
    newest.configHash === configHash &&
    newest.projectId === target.projectId &&
    newest.userPoolIds.join() === userPoolIds.join()
  ) {
    await recordContinued(context, newest);
    return newest;
  }
  const now = clock.now();
  const run: Run = {
    id: runId,
    kind,
    state: "reading",
    startedAt: now,
    updatedAt: now,
    configHash,
    projectId: target.projectId,
    userPoolIds,
  };
  await store.createRun(run, await runBegan(context, run, runs[0]));
  return run;
}

/** Reads the pools and makes the plan of a run, or goes on with both where they stand. */
export async function planRun(context: RunContext, run: Run): Promise<RunPlan> {
  const { store, clock } = context;
  if (run.plan !== undefined) return run.plan;
  if (run.state === "reading") {
    await readSources(context);
    await store.updateRun(run.id, { state: "planning", updatedAt: clock.now() });
  }
  const plan = await makePlan(context);
  await store.updateRun(run.id, { state: "planned", plan, updatedAt: clock.now() }, planMade(context, plan));
  return plan;
}
