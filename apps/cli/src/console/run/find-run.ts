import type { Run, StateStore } from "@cognito-to-descope/core";
import { ConsoleRefusal } from "../problem.ts";
import type { ConsoleStore } from "../services.ts";

/** A run with those around it. */
export interface FoundRun {
  readonly run: Run;
  /** Newest first. */
  readonly runs: readonly Run[];
}

/**
 * Finds the run that a request names: by its ID, or as `newest`.
 *
 * @throws ConsoleRefusal `not-found`.
 */
export async function findRun(store: StateStore, name: string): Promise<FoundRun> {
  const runs = await store.listRuns();
  const run = name === "newest" ? runs[0] : runs.find(({ id }) => id === name);
  if (run === undefined) throw noRun();
  return { run, runs };
}

/**
 * Does something with the run that a request names.
 *
 * @throws ConsoleRefusal `not-found` also where there is no state store.
 */
export async function withRun<T>(
  store: ConsoleStore,
  name: string,
  work: (opened: StateStore, found: FoundRun) => Promise<T>,
): Promise<T> {
  const result = await store.read(async (opened) => ({ done: await work(opened, await findRun(opened, name)) }));
  if (result === undefined) throw noRun();
  return result.done;
}

function noRun(): ConsoleRefusal {
  return new ConsoleRefusal("not-found", { suggestion: "see the list of runs" });
}
