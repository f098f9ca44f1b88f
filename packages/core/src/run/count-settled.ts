import type { OutcomeCounts } from "./run.ts";

/** How many users have an outcome, whichever it is. */
export function countSettled(outcomes: OutcomeCounts): number {
  return Object.values(outcomes).reduce((sum: number, count: number) => sum + count, 0);
}
