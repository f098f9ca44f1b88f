import {
  newestRun,
  openRun,
  planRun,
  type Run,
  type RunContext,
  type RunKind,
  type RunPlan,
} from "@cognito-to-descope/core";
import type { Output } from "./output/output.ts";
import type { Session } from "./session.ts";
import { newRunId, systemClock } from "./system.ts";

/** A run with its plan. */
export type PlannedRun = Run & { readonly plan: RunPlan };

/** Of a reading that began longer ago nothing is used: users who came since would be missing from the plan. */
const MAX_READING_AGE_MS = 48 * 60 * 60 * 1000;

/** What is planned, and how. */
export interface PlanTask {
  readonly kind: RunKind;
  readonly plan: (context: RunContext, run: Run) => Promise<RunPlan>;
}

const MIGRATE: PlanTask = { kind: "migrate", plan: planRun };

/**
 * Plans: goes on with a run that was interrupted, or begins a new one.
 *
 * @param continues - The states in which an unfinished run is continued.
 */
export async function planNow(
  session: Session,
  output: Output,
  continues: readonly Run["state"][],
  { kind, plan: makePlan }: PlanTask = MIGRATE,
): Promise<PlannedRun> {
  const { store } = session;
  const id = newRunId(systemClock.now());
  const previous = newestRun(await store.listRuns());
  // One that begins days in the future was begun by a clock that was wrong: nobody knows how old it is.
  const isOld = previous !== undefined && Math.abs(systemClock.now() - previous.startedAt) > MAX_READING_AGE_MS;
  const run = await openRun(
    session.context(id),
    isOld ? continues.filter((state) => state === "applying") : continues,
    kind,
  );
  if (run.id === id) {
    if (previous?.state === "applying") output.note(`note: ${describeUnfinished(previous)}`);
    await store.forgetScans(run.id);
  } else {
    output.note(`going on with run ${run.id}, which was interrupted while ${run.state}`);
  }
  const plan = await makePlan(session.context(run.id), run);
  output.progress.clear();
  return { ...((await store.readRun(run.id)) ?? run), plan };
}

function describeUnfinished({ id, kind, rollsBack }: Run): string {
  return kind === "rollback"
    ? `run ${id} has not taken back all of run ${rollsBack ?? ""}; what it took is brought back`
    : `run ${id} was not finished; this run takes its place and finds what it wrote`;
}
