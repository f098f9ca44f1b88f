import type { Outcome, PlanItem, StateStore } from "@cognito-to-descope/core";
import { printable } from "./printable.ts";

/**
 * A store that also logs each outcome, once it is recorded.
 *
 * Outcomes know their users by number only; whose number it is is learnt from the items that were read to be applied. Only
 * the items that are under way are remembered, so memory stays flat.
 */
export function logOutcomes(store: StateStore, verbose: boolean, line: (text: string) => void): StateStore {
  const underWay = new Map<number, string>();
  const remember = (items: readonly PlanItem[]): readonly PlanItem[] => {
    for (const { seq, sub, planned, existing } of items) {
      const known = planned?.loginId ?? existing?.loginIds[0];
      const loginId = verbose && known !== undefined ? ` loginId=${printable(known)}` : "";
      underWay.set(seq, `sub=${printable(sub)}${loginId}`);
    }
    return items;
  };
  const log = (outcomes: readonly Outcome[]): void => {
    for (const { seq, outcome, userId, failure, detail } of outcomes) {
      const user = underWay.get(seq) ?? `seq=${seq}`;
      underWay.delete(seq);
      const id = userId === undefined ? "" : ` userId=${printable(userId)}`;
      const why = failure === undefined ? "" : ` failure=${failure}`;
      // What the project says about a failure may name the user; why one is skipped is our own word.
      const words = detail !== undefined && (verbose || outcome === "skipped") ? ` detail=${printable(detail)}` : "";
      line(`${outcome} ${user}${id}${why}${words}`);
    }
  };
  const logged: Pick<StateStore, "readPendingItems" | "readPlanItemsBySeq" | "recordOutcomes" | "closeBatch"> = {
    readPendingItems: async (...given) => remember(await store.readPendingItems(...given)),
    readPlanItemsBySeq: async (...given) => remember(await store.readPlanItemsBySeq(...given)),
    async recordOutcomes(runId, outcomes) {
      await store.recordOutcomes(runId, outcomes);
      log(outcomes);
    },
    async closeBatch(runId, batchId, outcomes) {
      await store.closeBatch(runId, batchId, outcomes);
      log(outcomes);
    },
  };
  return new Proxy(store, {
    get(target, name) {
      const own: unknown = Reflect.get(logged, name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
