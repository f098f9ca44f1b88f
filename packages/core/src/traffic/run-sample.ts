import type { RateLimit } from "../limits/rate-limiter.ts";
import { addTraffic, type Traffic } from "./traffic.ts";

/** How much of one bucket was in use. */
export interface BucketUse {
  /** The quota. */
  readonly limit: RateLimit;
  /** Requests per window that were allowed: the chosen rate, or less after throttling. */
  readonly allowed: number;
  /** The most places that were taken at once. */
  readonly inUse: number;
}

/** How a run stood during one stretch of time, of all processes that worked on it. Without personal data. */
export interface RunSample {
  /** When the stretch begins, in epoch milliseconds; a multiple of {@link ms}. */
  readonly at: number;
  /** How long the stretch is, in milliseconds. */
  readonly ms: number;
  /** What was done at its end, as `RunProgress` names it; absent before the first step. */
  readonly step?: string;
  /** How much of the step was done at its end, of how much. */
  readonly done: number;
  readonly total: number;
  readonly paused: boolean;
  /** By the names that operators use: `user-create`, `UserList@eu-west-1`. */
  readonly buckets: Readonly<Record<string, BucketUse>>;
  readonly traffic: Traffic;
}

/** How long the stretch of a sample is at first, in milliseconds. */
export const SAMPLE_MS = 5000;

/** So many samples are kept of a run; with one more, every two become one. */
export const MAX_SAMPLES = 2000;

/** The sample in whose stretch another one's begins, as long as it is or longer. */
export function widenSample(sample: RunSample, ms: number): RunSample {
  const wide = Math.max(ms, sample.ms);
  return { ...sample, at: Math.floor(sample.at / wide) * wide, ms: wide };
}

/**
 * Makes one sample of two of the same stretch.
 *
 * Of two processes that work on the same step, the one that knows of more is right; otherwise the later sample is.
 */
export function mergeSamples(earlier: RunSample, later: RunSample): RunSample {
  const ahead = earlier.step === later.step && earlier.done > later.done ? earlier : later;
  const buckets: Record<string, BucketUse> = { ...earlier.buckets };
  for (const [name, use] of Object.entries(later.buckets)) {
    const before = buckets[name];
    buckets[name] = before === undefined ? use : { ...use, inUse: Math.max(before.inUse, use.inUse) };
  }
  return {
    at: Math.min(earlier.at, later.at),
    ms: Math.max(earlier.ms, later.ms),
    ...(ahead.step === undefined ? {} : { step: ahead.step }),
    done: ahead.done,
    total: ahead.total,
    paused: later.paused,
    buckets,
    traffic: addTraffic(earlier.traffic, later.traffic),
  };
}

/** Makes every two neighbours one, in stretches twice as long. */
export function thinSamples(samples: readonly RunSample[]): readonly RunSample[] {
  const wide = 2 * Math.max(SAMPLE_MS, ...samples.map(({ ms }) => ms));
  const thinned = new Map<number, RunSample>();
  for (const sample of samples) {
    const widened = widenSample(sample, wide);
    const before = thinned.get(widened.at);
    thinned.set(widened.at, before === undefined ? widened : mergeSamples(before, widened));
  }
  return [...thinned.values()].sort((one, other) => one.at - other.at);
}
