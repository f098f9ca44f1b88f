import type { Run, RunPlan, StateStore } from "@cognito-to-descope/core";
import { ConsoleRefusal } from "./problem.ts";

/** A run that has a plan. */
export type PlannedRun = Run & { readonly plan: RunPlan };

/**
 * The run with an ID, or the newest one that has a plan where it is `newest`.
 *
 * @throws ConsoleRefusal `not-found` where there is none.
 */
export async function findPlannedRun(store: StateStore, id: string): Promise<PlannedRun> {
  const run = id === "newest" ? (await store.listRuns()).find(hasPlan) : await store.readRun(id);
  if (run !== undefined && hasPlan(run)) return run;
  throw new ConsoleRefusal("not-found", {
    suggestion: run === undefined ? "there is no such run with a plan" : "the run has no plan yet",
  });
}

function hasPlan(run: Run): run is PlannedRun {
  return run.plan !== undefined;
}

/** How many users the plan of a run has. */
export function itemsOf({ plan: { counts } }: PlannedRun): number {
  return counts.create + counts.patch + counts.none + counts.skip + counts.delete;
}

/** Refuses what can only be answered from a store, where there is none. */
export function noStore(): ConsoleRefusal {
  return new ConsoleRefusal("not-found", { suggestion: "there is no state yet: run c2d plan" });
}
