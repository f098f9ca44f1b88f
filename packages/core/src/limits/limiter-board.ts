import type { BucketState, RunControl } from "../run/run-control.ts";
import { createPauseGate, gateLimiter } from "./pause-gate.ts";
import type { RateLimit, RateLimiter } from "./rate-limiter.ts";

/** All limiters of a process, under the names that operators use, and with one gate before them. */
export interface LimiterBoard {
  /**
   * Puts a limiter under control: what was chosen for its bucket holds for it from the start.
   *
   * @param bucket - Name for operators. Several limiters may have it.
   * @param scope - Which of several budgets of the name, such as an account and region.
   * @returns The limiter to be used instead.
   */
  add(bucket: string, scope: string | undefined, limiter: RateLimiter): RateLimiter;
  /** Does what the operator chose. */
  obey(control: RunControl): void;
  /** Holds every request back, whatever the operator chose, until {@link obey} says more. */
  hold(): void;
  /** Whether requests are held back now. */
  readonly held: boolean;
  /** How the buckets stand, each once: of limiters that share a name and scope, the tightest. */
  states(): readonly BucketState[];
}

/** The name of one budget where a bucket has several: `UserList@eu-west-1`. */
export function qualifiedBucket(bucket: string, scope: string | undefined): string {
  return scope === undefined ? bucket : `${bucket}@${scope}`;
}

/** A chosen rate in the bucket's own window, within what the quota allows. */
export function rateWithin(limit: RateLimit, chosen: RateLimit): number {
  const requests = Math.floor((chosen.requests * limit.windowMs) / chosen.windowMs);
  return Math.max(1, Math.min(limit.requests, requests));
}

/** Makes a board without limiters. */
export function createLimiterBoard(): LimiterBoard {
  interface Entry {
    readonly bucket: string;
    readonly scope: string | undefined;
    readonly limiter: RateLimiter;
  }
  const entries: Entry[] = [];
  const gate = createPauseGate();
  let rates: RunControl["rates"] = {};

  function choose({ bucket, scope, limiter }: Entry): void {
    const chosen = rates[qualifiedBucket(bucket, scope)] ?? rates[bucket];
    const rate = chosen === undefined ? limiter.limit.requests : rateWithin(limiter.limit, chosen);
    if (rate !== limiter.rate) limiter.setRate(rate);
  }

  return {
    add(bucket, scope, limiter) {
      const entry: Entry = { bucket, scope, limiter };
      entries.push(entry);
      choose(entry);
      return gateLimiter(limiter, gate);
    },
    obey(control) {
      rates = control.rates;
      for (const entry of entries) choose(entry);
      if (control.pause === undefined) gate.open();
      else gate.close();
    },
    hold: () => gate.close(),
    get held() {
      return gate.closed;
    },
    states() {
      const states = new Map<string, BucketState>();
      for (const { bucket, scope, limiter } of entries) {
        const name = qualifiedBucket(bucket, scope);
        const { limit, rate, allowed, inUse, throttles } = limiter;
        const known = states.get(name);
        states.set(name, {
          bucket,
          ...(scope === undefined ? {} : { scope }),
          limit,
          rate,
          allowed: Math.min(known?.allowed ?? allowed, allowed),
          inUse: Math.max(known?.inUse ?? 0, inUse),
          throttles: (known?.throttles ?? 0) + throttles,
        });
      }
      return [...states.values()];
    },
  };
}
