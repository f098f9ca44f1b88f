import type { StateStore } from "../ports/state-store.ts";
import type { ItemRange, TakenRange, WorkQueue } from "../ports/work-queue.ts";
import { BatchTaken, createOutcomeRecorder, type OutcomeRecorder } from "./outcome-recorder.ts";
import type { RunContext } from "./run-context.ts";
import { sendRange } from "./send-range.ts";

/** A process that dies leaves a range behind: a larger one keeps the others waiting in the end. */
const MOST_USERS = 2000;
/** The last batches of a range are smaller than the others: a smaller range has too many of them. */
const FEWEST_USERS = 100;
/** So many ranges keep several processes busy until the end. */
const RANGES = 32;

/** How many users a range has. The same for everybody who leads a run: no batch may have users of two ranges. */
function usersPerRange(total: number): number {
  const even = Math.ceil(total / RANGES / FEWEST_USERS) * FEWEST_USERS;
  return Math.min(MOST_USERS, Math.max(FEWEST_USERS, even));
}

/** How long a process waits that has found no work. */
export const LOOK_AGAIN_MS = 500;

/** Outcomes of the other processes are counted anew so seldom: counting reads every row. */
const RECOUNT_MS = 10_000;

/** What all ranges of a run have in common. */
export interface SharedWork {
  /** How many users the plan has. */
  readonly total: number;
  readonly guardsPatches: boolean;
}

/** One process's part in the applying of a run. */
interface WorkShare {
  /** Takes a range and sends it. False when none waits. */
  workOnce(): Promise<boolean>;
}

/** Begins to take part. */
export async function createWorkShare(context: RunContext, queue: WorkQueue, work: SharedWork): Promise<WorkShare> {
  const { runId, store, clock } = context;
  let recorder = await createOutcomeRecorder(store, runId);
  let countedAt = clock.monotonic();
  const report = (of: OutcomeRecorder): void =>
    context.onProgress?.({ step: "applying", outcomes: of.counts(), total: work.total });
  report(recorder);

  async function send(taken: TakenRange): Promise<void> {
    const signal = context.signal === undefined ? taken.signal : AbortSignal.any([context.signal, taken.signal]);
    const held: RunContext = { ...context, signal, store: whileHeld(store, taken.signal) };
    const mine = recorder.on(held.store);
    await sendRange(held, taken, {
      recorder: mine,
      guardsPatches: work.guardsPatches,
      onBatch: () => report(mine),
    });
  }

  return {
    async workOnce() {
      context.signal?.throwIfAborted();
      const taken = await queue.take();
      if (clock.monotonic() - countedAt >= RECOUNT_MS) {
        recorder = await createOutcomeRecorder(store, runId);
        countedAt = clock.monotonic();
        report(recorder);
      }
      if (taken === undefined) return false;
      try {
        await send(taken);
      } catch (error) {
        // Says nothing where somebody else has the range. It may be ours still: whoever had it before did not know yet that
        // it was taken from him, and closed a batch of his while we settled it.
        await taken.giveBack();
        const isOthers = error instanceof BatchTaken || taken.signal.aborted;
        if (isOthers && context.signal?.aborted !== true) return true;
        throw error;
      }
      await taken.done();
      return true;
    },
  };
}

/** The ranges in which a user is without an outcome. */
export async function openRanges(context: RunContext, total: number): Promise<readonly ItemRange[]> {
  const { runId, store } = context;
  const size = usersPerRange(total);
  const rangeOf = (seq: number): number => Math.floor((seq - 1) / size);
  const open = new Set<number>();
  for (const { seqs } of await store.readOpenBatches(runId)) for (const seq of seqs) open.add(rangeOf(seq));
  for (let after = 0; ;) {
    const [item] = await store.readPendingItems(runId, after, 1);
    if (item === undefined) break;
    open.add(rangeOf(item.seq));
    after = (rangeOf(item.seq) + 1) * size;
  }
  return [...open]
    .sort((one, other) => one - other)
    .map((number) => ({ from: number * size + 1, to: (number + 1) * size }));
}

/** A store that writes nothing any more for a range that somebody else has: a process may sleep between two steps. */
function whileHeld(store: StateStore, signal: AbortSignal): StateStore {
  const guarded = new Set<PropertyKey>(["openBatch", "closeBatch", "recordOutcomes", "replacePlanItems"]);
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      const method = value.bind(target) as (...given: readonly unknown[]) => unknown;
      if (!guarded.has(name)) return method;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        signal.throwIfAborted();
        return method(...given);
      };
    },
  });
}
