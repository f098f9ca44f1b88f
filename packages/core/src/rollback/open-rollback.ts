import { MigrationError } from "../errors.ts";
import { recordContinued, runBegan } from "../record/record-run.ts";
import type { Run } from "../run/run.ts";
import type { RunContext } from "../run/run-context.ts";

/** Which run is to be taken back, and how. */
export interface RollbackRequest {
  /** The run that is to be taken back. */
  readonly rollsBack: string;
  /** Whether nothing but a plan is wanted: then a rollback that is being applied is left alone. */
  readonly dryRun: boolean;
}

/**
 * The rollback of a run that goes on where an earlier process was interrupted, or a new one with the id of the context.
 *
 * @throws MigrationError `ERR_USAGE` when there is no such run or it is a rollback itself, `ERR_PLAN_STALE` when it wrote
 * to another project, `ERR_PLAN_MISSING` when it never wrote anything.
 */
export async function openRollback(
  context: Pick<RunContext, "runId" | "store" | "target" | "clock" | "author">,
  { rollsBack, dryRun }: RollbackRequest,
): Promise<Run> {
  const { runId, store, target, clock } = context;
  const runs = await store.listRuns();
  const wanted = runs.find(({ id }) => id === rollsBack);
  refuse(wanted, runs, target.projectId);
  const unfinished = runs.find(
    (run) =>
      run.kind === "rollback" &&
      run.rollsBack === rollsBack &&
      (run.state === "planning" || (run.state === "applying" && !dryRun)),
  );
  if (unfinished !== undefined) {
    await recordContinued(context, unfinished);
    return unfinished;
  }
  const now = clock.now();
  const run: Run = {
    id: runId,
    kind: "rollback",
    rollsBack,
    state: "planning",
    startedAt: now,
    updatedAt: now,
    // What the config maps has no say in a rollback; users are found and settled in the same pools.
    configHash: wanted.configHash,
    projectId: wanted.projectId,
    userPoolIds: wanted.userPoolIds,
  };
  await store.createRun(run, await runBegan(context, run, runs[0]));
  return run;
}

function refuse(wanted: Run | undefined, runs: readonly Run[], projectId: string): asserts wanted is Run {
  if (wanted === undefined) {
    const ids = runs.filter(({ kind }) => kind !== "rollback").map(({ id }) => id);
    throw new MigrationError("ERR_USAGE", "there is no such run in the state file", {
      suggestion: `there are: ${ids.slice(0, 10).join(", ") || "none"}`,
    });
  }
  if (wanted.kind === "rollback") {
    throw new MigrationError("ERR_USAGE", `run ${wanted.id} is a rollback itself`, {
      suggestion: "`c2d migrate` brings back what it took away",
    });
  }
  if (wanted.projectId !== projectId) {
    throw new MigrationError("ERR_PLAN_STALE", `run ${wanted.id} wrote to another project than the config names`, {
      suggestion: "use the config of that run",
    });
  }
  if (wanted.state !== "applied" && wanted.state !== "applying") {
    throw new MigrationError("ERR_PLAN_MISSING", `run ${wanted.id} was not applied: there is nothing to take back`, {
      suggestion: "`c2d rollback` without a run lists those that were",
    });
  }
}
