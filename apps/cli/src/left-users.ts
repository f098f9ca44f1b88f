import type { StateStore } from "@cognito-to-descope/core";

const PAGE = 500;

/** How many users are listed; all are counted. */
const MAX_LISTED = 1000;

/** Users that a rollback leaves as they are. */
export interface LeftUsers {
  readonly total: number;
  /** The first of them, without personal data. */
  readonly listed: readonly { readonly sub: string; readonly reason: string }[];
}

/**
 * Reads which users a rollback leaves as they are, or failed on.
 *
 * @param total - How many there are: the plan is not read beyond the last one that is listed.
 */
export async function readLeftUsers(store: StateStore, runId: string, total: number): Promise<LeftUsers> {
  const listed: { readonly sub: string; readonly reason: string }[] = [];
  const wanted = Math.min(total, MAX_LISTED);
  for (let after = 0; listed.length < wanted;) {
    const page = await store.readAppliedItems(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.item.seq;
    for (const { item, outcome } of page) {
      const failed = outcome?.outcome === "failed";
      if (listed.length >= wanted || (item.operation !== "skip" && !failed)) continue;
      listed.push({ sub: item.sub, reason: failed ? (outcome.failure ?? "target-error") : item.reason });
    }
  }
  return { total, listed };
}
