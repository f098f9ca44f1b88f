import type { StateStore } from "../ports/state-store.ts";
import type { OutcomeCounts, Run } from "./run.ts";

/** What became of the users of one source. */
export interface SourceOutcomes extends OutcomeCounts {
  readonly userPoolId: string;
  /** The tenant of the source, where it has one. */
  readonly tenant?: string;
  /** All users of the source: the sum of the outcomes and of {@link pending}. */
  readonly read: number;
  /** Of those that are skipped: users that became part of another user. */
  readonly merged: number;
  /** Users that had no turn yet. */
  readonly pending: number;
}

const PAGE = 500;

/**
 * Counts the outcomes of a run by source. Goes through all users where there are several sources, and asks the store for
 * its count where there is one.
 */
export async function countOutcomesBySource(store: StateStore, run: Run): Promise<readonly SourceOutcomes[]> {
  const planned = run.plan?.bySource ?? [];
  const counts = run.userPoolIds.map(() => ({
    created: 0,
    updated: 0,
    unchanged: 0,
    skipped: 0,
    failed: 0,
    deleted: 0,
    pending: 0,
  }));
  const [only] = counts;
  if (counts.length === 1 && only !== undefined) {
    Object.assign(only, await store.countOutcomes(run.id));
    const done = only.created + only.updated + only.unchanged + only.skipped + only.failed + only.deleted;
    only.pending = Math.max(0, (run.plan?.counts.read ?? done) - done);
  } else {
    for (let after = 0; ;) {
      const page = await store.readAppliedItems(run.id, after, PAGE);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.item.seq;
      for (const { item, outcome } of page) {
        const ofSource = counts[item.source];
        if (ofSource !== undefined) ofSource[outcome?.outcome ?? "pending"] += 1;
      }
    }
  }
  return counts.map((ofSource, index) => {
    const tenant = planned[index]?.tenant;
    return {
      userPoolId: run.userPoolIds[index] ?? "",
      ...(tenant === undefined ? {} : { tenant }),
      read: Object.values(ofSource).reduce((sum, count) => sum + count, 0),
      ...ofSource,
      merged: planned[index]?.merged ?? 0,
    };
  });
}
