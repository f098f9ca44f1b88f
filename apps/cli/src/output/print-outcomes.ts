import type { AppliedItem, OutcomeCounts, OutcomeKind, StateStore } from "@cognito-to-descope/core";
import type { Output } from "./output.ts";
import { formatCount, printable } from "./printable.ts";

const PAGE = 500;

/** Outcomes in the order in which they are shown, with their words. */
export const OUTCOME_WORDS: readonly (readonly [keyof OutcomeCounts, string])[] = [
  ["created", "created"],
  ["updated", "updated"],
  ["deleted", "deleted"],
  ["unchanged", "unchanged"],
  ["skipped", "left out"],
  ["failed", "failed"],
];

/** Prints how many users had each outcome, and why users failed. */
export function printOutcomes(counts: OutcomeCounts, failures: Readonly<Record<string, number>>, output: Output): void {
  for (const [kind, meaning] of OUTCOME_WORDS) {
    // Most runs delete nobody.
    if (kind === "deleted" && counts.deleted === 0) continue;
    const line = `  ${formatCount(counts[kind]).padStart(9)}  ${meaning}`;
    output.line(kind === "failed" && counts.failed > 0 ? output.style("red", line) : line);
  }
  for (const [failure, count] of Object.entries(failures)) {
    output.line(`             ${formatCount(count)} × ${failure}`);
  }
}

/** Lists users with their outcomes, login IDs and the project's words. Reads page by page. */
export async function listOutcomes(
  store: StateStore,
  runId: string,
  output: Output,
  only?: OutcomeKind,
): Promise<void> {
  for (let after = 0; ;) {
    const page =
      only === "failed"
        ? await store.readFailedItems(runId, after, PAGE)
        : await store.readAppliedItems(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    for (const applied of page) {
      if (only === undefined || applied.outcome?.outcome === only) output.line(describe(applied));
    }
    after = last.item.seq;
  }
}

function describe({ item, outcome }: AppliedItem): string {
  const loginId = printable(item.planned?.loginId ?? item.existing?.loginIds[0] ?? "-");
  const why = outcome?.failure === undefined ? item.reason : outcome.failure;
  const words = outcome?.detail === undefined || outcome.detail === why ? "" : `: ${printable(outcome.detail)}`;
  return `${(outcome?.outcome ?? "pending").padEnd(9)}  ${printable(item.sub)}  ${item.kind}  ${loginId}  ${why}${words}`;
}
