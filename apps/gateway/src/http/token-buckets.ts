/** How many requests are taken. */
export interface RequestRate {
  /** Requests at once, when there were none for a while. */
  readonly burst: number;
  readonly perSecond: number;
}

/** Takes requests by key, and says how long to wait when there are too many. */
export interface TokenBuckets {
  /** Milliseconds until the next request of the key is taken; 0 when this one is. */
  take(key: string): number;
}

/** Keys that are remembered. Beyond that the one that came longest ago is forgotten, and begins anew. */
const MAX_KEYS = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** A bucket of tokens for each key, refilled as time goes by. */
export function createTokenBuckets({ burst, perSecond }: RequestRate, monotonic: () => number): TokenBuckets {
  const buckets = new Map<string, Bucket>();
  return {
    take(key) {
      const now = monotonic();
      const before = buckets.get(key) ?? { tokens: burst, at: now };
      const tokens = Math.min(burst, before.tokens + ((now - before.at) * perSecond) / 1000);
      const taken = tokens >= 1;
      // Set anew, a key is the youngest of the map.
      buckets.delete(key);
      buckets.set(key, { tokens: taken ? tokens - 1 : tokens, at: now });
      const [oldest] = buckets.keys();
      if (buckets.size > MAX_KEYS && oldest !== undefined) buckets.delete(oldest);
      return taken ? 0 : Math.ceil(((1 - tokens) * 1000) / perSecond);
    },
  };
}
