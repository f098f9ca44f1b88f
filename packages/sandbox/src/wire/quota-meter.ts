/**
 * Measures requests against quotas in sliding windows: a request is refused when, in the window that ends with it, the
 * quota is used up already. Refused requests do not use quota; with a penalty they close the bucket for its time.
 */

import type { QuotaBucket } from "./service.ts";

/** What a bucket has seen so far. */
export interface BucketStatistics {
  readonly name: string;
  /** The quota: requests allowed in any window. */
  readonly requests: number;
  readonly windowMs: number;
  /** Most arrivals ever seen in any rolling window, refused ones included. Above `requests`: the quota was exceeded. */
  readonly peak: number;
  /** All arrivals. */
  readonly arrivals: number;
  /** Arrivals that were refused. */
  readonly refused: number;
}

/** Timestamps of one rolling window, oldest first. */
class RollingWindow {
  #times = new Float64Array(64);
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The oldest timestamp in the window; only when it is not empty. */
  get oldest(): number {
    return this.#times[this.#head] as number;
  }

  dropUntil(time: number): void {
    while (this.#size > 0 && this.oldest <= time) {
      this.#head = (this.#head + 1) % this.#times.length;
      this.#size -= 1;
    }
  }

  push(time: number): void {
    if (this.#size === this.#times.length) {
      const larger = new Float64Array(this.#times.length * 2);
      for (let i = 0; i < this.#size; i += 1) larger[i] = this.#times[(this.#head + i) % this.#times.length] as number;
      this.#times = larger;
      this.#head = 0;
    }
    this.#times[(this.#head + this.#size) % this.#times.length] = time;
    this.#size += 1;
  }
}

interface BucketState {
  readonly bucket: QuotaBucket;
  readonly arrivals: RollingWindow;
  readonly granted: RollingWindow;
  peak: number;
  total: number;
  refused: number;
  closedUntil: number;
}

/** Meters every bucket of one service. */
export class QuotaMeter {
  readonly #states = new Map<string, BucketState>();
  readonly #nowMs: () => number;

  /** @param nowMs - A monotonic clock in milliseconds. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Counts one arrival in all given buckets and says whether it must be refused.
   *
   * @param enforce - False only measures.
   * @returns The first bucket that has no room with the time until it has, or undefined when the request may pass.
   */
  arrive(
    buckets: readonly QuotaBucket[],
    enforce: boolean,
  ): { readonly bucket: QuotaBucket; readonly retryAfterMs: number } | undefined {
    const now = this.#nowMs();
    const states = buckets.map((bucket) => this.#stateOf(bucket));
    for (const state of states) {
      state.arrivals.dropUntil(now - state.bucket.windowMs);
      state.arrivals.push(now);
      state.total += 1;
      if (state.arrivals.size > state.peak) state.peak = state.arrivals.size;
    }
    if (!enforce) return undefined;
    for (const state of states) {
      const { bucket } = state;
      if (now < state.closedUntil) {
        state.refused += 1;
        return { bucket, retryAfterMs: state.closedUntil - now };
      }
      state.granted.dropUntil(now - bucket.windowMs);
      if (state.granted.size >= bucket.requests) {
        state.refused += 1;
        if (bucket.penaltyMs > 0) state.closedUntil = now + bucket.penaltyMs;
        const room = bucket.requests > 0 ? state.granted.oldest + bucket.windowMs - now : bucket.windowMs;
        return { bucket, retryAfterMs: Math.max(room, bucket.penaltyMs) };
      }
    }
    for (const state of states) state.granted.push(now);
    return undefined;
  }

  /** What each bucket has seen, in order of first use. */
  statistics(): readonly BucketStatistics[] {
    return [...this.#states.values()].map(({ bucket, peak, total, refused }) => ({
      name: bucket.name,
      requests: bucket.requests,
      windowMs: bucket.windowMs,
      peak,
      arrivals: total,
      refused,
    }));
  }

  /** Forgets everything, penalties included. */
  reset(): void {
    this.#states.clear();
  }

  #stateOf(bucket: QuotaBucket): BucketState {
    const known = this.#states.get(bucket.name);
    if (known !== undefined) return known;
    const state: BucketState = {
      bucket,
      arrivals: new RollingWindow(),
      granted: new RollingWindow(),
      peak: 0,
      total: 0,
      refused: 0,
      closedUntil: 0,
    };
    this.#states.set(bucket.name, state);
    return state;
  }
}
