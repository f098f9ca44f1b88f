import type { ImmediateRateLimiter, Permit, RateLimiter } from "../limits/rate-limiter.ts";
import type { Clock } from "../ports/clock.ts";

/** A quota, as one process of several keeps it. */
export interface PoolQuota {
  /** Knows at once whether this process has a place. */
  readonly own: ImmediateRateLimiter;
  /** Keeps the quota together with other processes. Left out where there are none. */
  readonly shared?: RateLimiter | undefined;
}

/** Gives places of quotas, to a short line only: who cannot be served soon hears so at once. */
export interface QuotaLine {
  /** A place, or the milliseconds after which one may be free. */
  take(quota: PoolQuota): Promise<Permit | number>;
}

/**
 * A line that holds, for each quota, as many as it serves within the longest wait.
 *
 * @param maxWaitMs - 0: nobody waits.
 */
export function createQuotaLine(maxWaitMs: number, clock: Clock): QuotaLine {
  const waiting = new Map<ImmediateRateLimiter, number>();

  /** A place of this process; who comes when the line is full does not wait. */
  async function takeOwn(limiter: ImmediateRateLimiter): Promise<Permit | number> {
    const permit = limiter.tryAcquire();
    if (permit !== undefined) return permit;
    const { requests, windowMs } = limiter.limit;
    const inLine = waiting.get(limiter) ?? 0;
    const waitMs = limiter.waitMs + Math.floor(inLine / requests) * windowMs;
    if (waitMs > maxWaitMs || inLine >= Math.ceil((requests * maxWaitMs) / windowMs)) return Math.max(1, waitMs);
    waiting.set(limiter, inLine + 1);
    try {
      // Places free a little later than they seem to, as answers take their time: nobody is sent away so near to the front.
      return (await acquireWithin(limiter, maxWaitMs + windowMs / 4, clock)) ?? Math.max(1, limiter.waitMs);
    } finally {
      const left = (waiting.get(limiter) ?? 1) - 1;
      if (left > 0) waiting.set(limiter, left);
      else waiting.delete(limiter);
    }
  }

  return {
    async take({ own, shared }) {
      const permit = await takeOwn(own);
      if (typeof permit === "number" || shared === undefined) return permit;
      try {
        // Its answer has to be waited for in any case: that a place is free is known elsewhere.
        const also = await acquireWithin(shared, Math.max(maxWaitMs, LEAST_SHARED_WAIT_MS), clock);
        if (also !== undefined) return both(permit, also);
      } catch (error) {
        permit.cancel();
        throw error;
      }
      permit.cancel();
      return shared.limit.windowMs;
    },
  };
}

/** An exchange with where a quota is shared takes less, in milliseconds. */
const LEAST_SHARED_WAIT_MS = 250;

/** A place within so many milliseconds, or undefined. */
async function acquireWithin(limiter: RateLimiter, ms: number, clock: Clock): Promise<Permit | undefined> {
  const tooLong = new AbortController();
  const served = new AbortController();
  clock.sleep(ms, served.signal).then(
    () => tooLong.abort(),
    () => undefined,
  );
  try {
    return await limiter.acquire(tooLong.signal);
  } catch (error) {
    if (!tooLong.signal.aborted) throw error;
    return undefined;
  } finally {
    served.abort();
  }
}

function both(one: Permit, other: Permit): Permit {
  return {
    release() {
      one.release();
      other.release();
    },
    cancel() {
      one.cancel();
      other.cancel();
    },
    throttled(retryAfterMs) {
      one.throttled(retryAfterMs);
      other.throttled(retryAfterMs);
    },
  };
}
