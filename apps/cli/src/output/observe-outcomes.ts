import type { Outcome, PlanItem, StateStore } from "@cognito-to-descope/core";

/**
 * A store that also tells of each outcome, once it is recorded.
 *
 * Outcomes know their users by number only; whose number it is is learnt from the items that were read to be applied. Only
 * the items that are under way are remembered, so memory stays flat.
 *
 * @param describe - What to remember of an item until its outcome comes.
 * @param hear - Hears an outcome with what was remembered; undefined where the item was never read here.
 */
export function observeOutcomes<Known>(
  store: StateStore,
  describe: (item: PlanItem) => Known,
  hear: (outcome: Outcome, known: Known | undefined) => void,
): StateStore {
  const underWay = new Map<number, Known>();
  const remember = (items: readonly PlanItem[]): readonly PlanItem[] => {
    for (const item of items) underWay.set(item.seq, describe(item));
    return items;
  };
  const tell = (outcomes: readonly Outcome[]): void => {
    for (const outcome of outcomes) {
      const known = underWay.get(outcome.seq);
      underWay.delete(outcome.seq);
      hear(outcome, known);
    }
  };
  const observed: Pick<StateStore, "readPendingItems" | "readPlanItemsBySeq" | "recordOutcomes" | "closeBatch"> = {
    readPendingItems: async (...given) => remember(await store.readPendingItems(...given)),
    readPlanItemsBySeq: async (...given) => remember(await store.readPlanItemsBySeq(...given)),
    async recordOutcomes(runId, outcomes) {
      await store.recordOutcomes(runId, outcomes);
      tell(outcomes);
    },
    async closeBatch(runId, batchId, outcomes) {
      await store.closeBatch(runId, batchId, outcomes);
      tell(outcomes);
    },
  };
  return new Proxy(store, {
    get(target, name) {
      const own: unknown = Reflect.get(observed, name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
