import type { StateStore } from "../ports/state-store.ts";
import type { Outcome, OutcomeCounts } from "./run.ts";

/** Writes outcomes to the store and counts them as it goes: counting in the store would read every row each time. */
export interface OutcomeRecorder {
  record(outcomes: readonly Outcome[]): Promise<void>;
  /** Closes a batch with the outcomes of its users. */
  close(batchId: number, outcomes: readonly Outcome[]): Promise<void>;
  counts(): OutcomeCounts;
}

/** Starts from what the store has already. */
export async function createOutcomeRecorder(store: StateStore, runId: string): Promise<OutcomeRecorder> {
  const counts: Record<keyof OutcomeCounts, number> = { ...(await store.countOutcomes(runId)) };
  const count = (outcomes: readonly Outcome[]): void => {
    for (const { outcome } of outcomes) counts[outcome] += 1;
  };
  return {
    async record(outcomes) {
      if (outcomes.length === 0) return;
      await store.recordOutcomes(runId, outcomes);
      count(outcomes);
    },
    async close(batchId, outcomes) {
      await store.closeBatch(runId, batchId, outcomes);
      count(outcomes);
    },
    counts: () => ({ ...counts }),
  };
}
