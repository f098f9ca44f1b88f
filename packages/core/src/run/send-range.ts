import type { PlanItem } from "../plan/plan.ts";
import type { ItemRange } from "../ports/work-queue.ts";
import { createBatchSender } from "./batch-sender.ts";
import type { OutcomeRecorder } from "./outcome-recorder.ts";
import type { Outcome } from "./run.ts";
import type { RunContext } from "./run-context.ts";

const PAGE = 500;

/** How many batches are under way at the same time. The quota is kept by the target; this only hides latency. */
const CONCURRENT_BATCHES = 4;

/** All items of a plan. */
export const EVERY_ITEM: ItemRange = { from: 1, to: Number.MAX_SAFE_INTEGER };

/** How the users of a range are sent. */
export interface SendOptions {
  readonly recorder: OutcomeRecorder;
  /** Whether users that somebody changed since the plan was made keep what they have, instead of being patched. */
  readonly guardsPatches: boolean;
  /** Hears that a batch is over. */
  readonly onBatch: () => void;
}

/** Gives every item of a range an outcome: settles the batches that were left open in it, and sends what is pending. */
export async function sendRange(context: RunContext, range: ItemRange, options: SendOptions): Promise<void> {
  const { runId, store, signal } = context;
  const { recorder, guardsPatches, onBatch } = options;
  const sender = createBatchSender(context, recorder, { concurrency: CONCURRENT_BATCHES, guardsPatches, onBatch });
  try {
    await sender.recover(range);
    for (let after = range.from - 1; after < range.to;) {
      signal?.throwIfAborted();
      const read = await store.readPendingItems(runId, after, Math.min(PAGE, range.to - after));
      const page = read.filter(({ seq }) => seq <= range.to);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.seq;
      await recorder.record(page.flatMap(untouchedOutcome));
      for (const item of page) {
        if (item.operation !== "none" && item.operation !== "skip") await sender.send(item);
      }
    }
    await sender.flush();
  } finally {
    // Batches that are under way end before the store is closed.
    await sender.settle();
  }
}

/** The outcome of an item that needs nothing from the target. */
function untouchedOutcome(item: PlanItem): readonly Outcome[] {
  if (item.operation === "none") {
    return [
      {
        seq: item.seq,
        outcome: "unchanged",
        ...(item.existing && { userId: item.existing.userId }),
      },
    ];
  }
  if (item.operation !== "skip") return [];
  const userId = item.existing?.userId;
  return [{ seq: item.seq, outcome: "skipped", detail: item.reason, ...(userId === undefined ? {} : { userId }) }];
}
