/**
 * How long answers took: how many fell into each step of a scale, by the step's number.
 *
 * Counts of several processes and of several stretches of time add up, which medians do not.
 */
export type LatencyCounts = Readonly<Record<string, number>>;

/** Each step of the scale is a tenth longer than the one before, so a latency that is read back is at most 5 % off. */
const STEP = 1.1;
/** From one millisecond to about ten minutes. */
const LAST_STEP = 140;

/** The step of the scale that a latency falls into. */
export function latencyStep(ms: number): number {
  if (!(ms > 1)) return 0;
  return Math.min(LAST_STEP, Math.floor(Math.log(ms) / Math.log(STEP)));
}

/** Adds counts of latencies up. */
export function addLatencies(one: LatencyCounts, other: LatencyCounts): LatencyCounts {
  const sum: Record<string, number> = { ...one };
  for (const [step, count] of Object.entries(other)) sum[step] = (sum[step] ?? 0) + count;
  return sum;
}

/**
 * The latency, in milliseconds, that a share of the answers did not exceed.
 *
 * @param share - From 0 to 1: 0.5 is the median.
 * @returns undefined when nothing was counted.
 */
export function latencyQuantile(counts: LatencyCounts, share: number): number | undefined {
  const steps = Object.entries(counts)
    .map(([step, count]) => [Number(step), count] as const)
    .sort(([one], [other]) => one - other);
  const total = steps.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return undefined;
  let rest = Math.max(1, Math.ceil(total * share));
  for (const [step, count] of steps) {
    rest -= count;
    if (rest <= 0) return Math.round(STEP ** (step + 0.5) * 10) / 10;
  }
  return undefined;
}
