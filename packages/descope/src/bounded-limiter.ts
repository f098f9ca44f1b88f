import { type Clock, type RateLimiter, withAcquire } from "@cognito-to-descope/core";
import { translateFailure } from "./errors.ts";

/** A limiter that refuses whoever would wait longer for a place than is of use, with `ERR_TARGET_THROTTLED`. */
export function boundLimiter(limiter: RateLimiter, bucket: string, mostMs: number, clock: Clock): RateLimiter {
  return withAcquire(limiter, async (signal) => {
    const ended = new AbortController();
    const onAbort = (): void => ended.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const overslept = new AbortController();
    const tooLate = clock.sleep(mostMs, overslept.signal).then(
      () => {
        const { windowMs } = limiter.limit;
        ended.abort(translateFailure({ kind: "throttled", operation: bucket, retryAfterMs: Math.min(windowMs, 5000) }));
      },
      () => undefined,
    );
    try {
      signal?.throwIfAborted();
      return await limiter.acquire(ended.signal);
    } finally {
      overslept.abort();
      signal?.removeEventListener("abort", onAbort);
      await tooLate;
    }
  });
}
