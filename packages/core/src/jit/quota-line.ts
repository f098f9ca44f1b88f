import type { ImmediateRateLimiter, Permit } from "../limits/rate-limiter.ts";
import type { Clock } from "../ports/clock.ts";

/** Gives places of quotas, to a short line only: who cannot be served soon hears so at once. */
export interface QuotaLine {
  /** A place, or the milliseconds after which one may be free. */
  take(limiter: ImmediateRateLimiter): Promise<Permit | number>;
}

/**
 * A line that holds, for each quota, as many as it serves within the longest wait.
 *
 * @param maxWaitMs - 0: nobody waits.
 */
export function createQuotaLine(maxWaitMs: number, clock: Clock): QuotaLine {
  const waiting = new Map<ImmediateRateLimiter, number>();
  return {
    async take(limiter) {
      const permit = limiter.tryAcquire();
      if (permit !== undefined) return permit;
      const { requests, windowMs } = limiter.limit;
      const inLine = waiting.get(limiter) ?? 0;
      const fullWindows = Math.floor(inLine / requests);
      const waitMs = limiter.waitMs + fullWindows * windowMs;
      if (waitMs > maxWaitMs || inLine >= Math.ceil((requests * maxWaitMs) / windowMs)) return Math.max(1, waitMs);
      waiting.set(limiter, inLine + 1);
      const tooLong = new AbortController();
      const served = new AbortController();
      clock.sleep(maxWaitMs, served.signal).then(
        () => tooLong.abort(),
        () => undefined,
      );
      try {
        return await limiter.acquire(tooLong.signal);
      } catch (error) {
        if (!tooLong.signal.aborted) throw error;
        return Math.max(1, limiter.waitMs);
      } finally {
        served.abort();
        const left = (waiting.get(limiter) ?? 1) - 1;
        if (left > 0) waiting.set(limiter, left);
        else waiting.delete(limiter);
      }
    },
  };
}
