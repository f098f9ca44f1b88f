import { countSettled, type Heartbeat, type OutcomeCounts, type Run, type StateStore } from "@cognito-to-descope/core";

/** Gives the outcomes of a run, which are asked for again and again. */
export type OutcomesReader = (
  store: StateStore,
  run: Run,
  /** The newest signs of life of the run's processes, and which of them are at work. */
  heartbeats: { readonly all: readonly Heartbeat[]; readonly atWork: readonly Heartbeat[] },
) => Promise<OutcomeCounts>;

/** So many runs are remembered. */
const MOST_RUNS = 20;

/**
 * Makes a reader that counts in the store only when something may have changed: counting reads every outcome of the run.
 *
 * Processes that apply tell what they know, which is enough while they work.
 */
export function rememberOutcomes(): OutcomesReader {
  const known = new Map<string, { readonly key: string; readonly outcomes: OutcomeCounts }>();
  return async (store, run, { all, atWork }) => {
    const told = atWork
      .flatMap(({ outcomes }) => (outcomes === undefined ? [] : [outcomes]))
      .sort((one, other) => countSettled(other) - countSettled(one))[0];
    if (told !== undefined && run.state === "applying") return told;
    const key = `${run.state} ${run.updatedAt} ${run.state === "applying" ? (all[0]?.at ?? 0) : ""}`;
    const before = known.get(run.id);
    if (before?.key === key) return before.outcomes;
    const outcomes = await store.countOutcomes(run.id);
    known.delete(run.id);
    known.set(run.id, { key, outcomes });
    const [oldest] = known.keys();
    if (known.size > MOST_RUNS && oldest !== undefined) known.delete(oldest);
    return outcomes;
  };
}
