import type { Clock } from "@cognito-to-descope/core";
import type { ConsoleStore } from "./services.ts";

/** Indexes plans in the background, so that they can be searched. */
export interface PlanIndexer {
  /** Has plans indexed one after the other, those named first before others. Those that are done cost nothing. */
  begin(runIds: readonly string[]): void;
  /** Begins with a plan, and waits until it is done, or for so long. */
  waitFor(runId: string, mostMs: number): Promise<void>;
}

/**
 * Makes what indexes plans.
 *
 * A run that is at work is not held up: after each part as much time passes without any as the part took.
 */
export function createPlanIndexer(store: ConsoleStore, clock: Pick<Clock, "sleep" | "monotonic">): PlanIndexer {
  const waiting: string[] = [];
  const done = new Set<string>();
  let working: Promise<void> | undefined;

  const work = async (): Promise<void> => {
    for (let runId = waiting[0]; runId !== undefined; runId = waiting[0]) {
      const began = clock.monotonic();
      const id = runId;
      // What cannot be indexed now is asked for again by whoever searches it.
      const state = await store.read((opened) => opened.indexPlan(id)).catch(() => undefined);
      if (state?.complete === true) done.add(id);
      // A run without a plan has nothing to index, and gives nothing.
      if (state?.complete !== false || state.items === 0) remove(id);
      if (waiting.length > 0) await clock.sleep(clock.monotonic() - began);
    }
  };
  const remove = (runId: string): void => {
    const at = waiting.indexOf(runId);
    if (at >= 0) waiting.splice(at, 1);
  };
  const isUnderWay = (runId: string): boolean => working !== undefined && waiting.includes(runId);
  const begin = (runIds: readonly string[], first: boolean): void => {
    const wanted = runIds.filter((runId) => !done.has(runId));
    if (first) {
      for (const runId of wanted) remove(runId);
      waiting.unshift(...wanted);
    } else {
      waiting.push(...wanted.filter((runId) => !waiting.includes(runId)));
    }
    if (waiting.length === 0 || working !== undefined) return;
    working = work().finally(() => {
      working = undefined;
    });
  };
  return {
    begin: (runIds) => begin(runIds, false),
    async waitFor(runId, mostMs) {
      begin([runId], true);
      const end = clock.monotonic() + mostMs;
      while (isUnderWay(runId) && clock.monotonic() < end) {
        await Promise.race([working, clock.sleep(Math.min(20, Math.max(1, end - clock.monotonic())))]);
      }
    },
  };
}
