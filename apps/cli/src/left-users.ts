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

/** Reads which users a rollback leaves as they are, or failed on. */
export async function readLeftUsers(store: StateStore, runId: string): Promise<LeftUsers> {
  const listed: { readonly sub: string; readonly reason: string }[] = [];
  let total = 0;
  for (let after = 0; ;) {
    const page = await store.readAppliedItems(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return { total, listed };
    after = last.item.seq;
    for (const { item, outcome } of page) {
      const failed = outcome?.outcome === "failed";
      if (item.operation !== "skip" && !failed) continue;
      total += 1;
      if (listed.length >= MAX_LISTED) continue;
      listed.push({ sub: item.sub, reason: failed ? (outcome.failure ?? "target-error") : item.reason });
    }
  }
}
