import type { Run } from "../run/run.ts";

/** The newest rollback that has begun to take a run back; undefined when none has. One that is only planned does not count. */
export function rollbackOf(runs: readonly Run[], runId: string): Run | undefined {
  return runs.find(
    ({ kind, rollsBack, state }) =>
      kind === "rollback" && rollsBack === runId && (state === "applying" || state === "applied"),
  );
}

/** The newest run, but for rollbacks that were only planned: a look at what could be taken back changes nothing. */
export function newestRun(runs: readonly Run[]): Run | undefined {
  return runs.find(({ kind, state }) => kind !== "rollback" || state === "applying" || state === "applied");
}
