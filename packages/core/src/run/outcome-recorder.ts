import type { StateStore } from "../ports/state-store.ts";
import type { Outcome, OutcomeCounts } from "./run.ts";

/** Somebody else has settled a batch of this process: whoever shares the run took it for dead. */
export class BatchTaken extends Error {}

/** Writes outcomes to the store and counts them as it goes: counting in the store would read every row each time. */
export interface OutcomeRecorder {
  record(outcomes: readonly Outcome[]): Promise<void>;
  /**
   * Closes a batch with the outcomes of its users.
   *
   * @throws {@link BatchTaken} when it is not open any more.
   */
  close(batchId: number, outcomes: readonly Outcome[]): Promise<void>;
  counts(): OutcomeCounts;
  /** The same counts, with the outcomes written to this store. */
  on(store: StateStore): OutcomeRecorder;
}

/** Starts from what the store has already. */
export async function createOutcomeRecorder(store: StateStore, runId: string): Promise<OutcomeRecorder> {
  const counts: Record<keyof OutcomeCounts, number> = { ...(await store.countOutcomes(runId)) };
  const count = (outcomes: readonly Outcome[]): void => {
    for (const { outcome } of outcomes) counts[outcome] += 1;
  };
  const recorderOn = (written: StateStore): OutcomeRecorder => ({
    async record(outcomes) {
      if (outcomes.length === 0) return;
      await written.recordOutcomes(runId, outcomes);
      count(outcomes);
    },
    async close(batchId, outcomes) {
      try {
        await written.closeBatch(runId, batchId, outcomes);
      } catch (error) {
        if (error instanceof RangeError) throw new BatchTaken(error.message, { cause: error });
        throw error;
      }
      count(outcomes);
    },
    counts: () => ({ ...counts }),
    on: recorderOn,
  });
  return recorderOn(store);
}
