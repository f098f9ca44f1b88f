import type { Permit, RateLimiter } from "@cognito-to-descope/core";
import { attemptRequest } from "./attempt.ts";
import type { OutgoingRequest } from "./attempt.ts";
import { endpointOf } from "./endpoints.ts";
import type { BucketName } from "./endpoints.ts";
import { translateFailure } from "./errors.ts";
import { judgeAttempt } from "./judge-attempt.ts";
import type { Answer } from "./judge-attempt.ts";
import type { ResolvedOptions } from "./options.ts";

/** Sends requests within the quotas until each has a definite answer, or none will come. */
export interface Transport {
  /**
   * Sends a request, again where that is safe.
   *
   * @param path - The endpoint's path, without query and without the base URL's own path.
   * @returns The API's answer, which may be a refusal.
   * @throws MigrationError when there is no definite answer; the signal's reason when it ended the wait.
   */
  exchange(request: OutgoingRequest, path: string, signal: AbortSignal | undefined): Promise<Answer>;
  /** Sends a request once, whatever comes of it. For what is nice to have. */
  exchangeOnce(request: OutgoingRequest, path: string, timeoutMs: number): Promise<Answer>;
}

/** Longest pause that one refusal puts on a whole bucket. */
const LONGEST_PAUSE_MS = 3_600_000;

/** Makes the transport of one project. Its limiters are shared by everything that goes through it. */
export function createTransport(options: ResolvedOptions): Transport {
  const { clock, random, limits, retry } = options;
  const limiters = new Map<BucketName, RateLimiter>();
  function limiterOf(bucket: BucketName): RateLimiter {
    let limiter = limiters.get(bucket);
    if (limiter === undefined) {
      const { requests, windowMs } = limits[bucket];
      limiter = options.createLimiter(bucket, { requests, windowMs });
      limiters.set(bucket, limiter);
    }
    return limiter;
  }

  /** A place in every quota that the request may draw from. */
  async function acquire(buckets: readonly BucketName[], signal: AbortSignal | undefined): Promise<Permit> {
    const permits: Permit[] = [];
    try {
      for (const bucket of buckets) permits.push(await limiterOf(bucket).acquire(signal));
    } catch (error) {
      for (const permit of permits) permit.cancel();
      throw error;
    }
    return {
      release: () => {
        for (const permit of permits) permit.release();
      },
      cancel: () => {
        for (const permit of permits) permit.cancel();
      },
      throttled: (retryAfterMs) => {
        for (const permit of permits) permit.throttled(retryAfterMs);
      },
    };
  }

  /** What the project asked for, or its documented penalty, and a little more so that several workers do not return at once. */
  function pauseMs(askedMs: number | undefined, bucket: BucketName): number {
    const pause = askedMs ?? limits[bucket].penaltyMs;
    return Math.ceil(pause + random() * Math.min(pause / 10, 5000));
  }

  async function exchange(request: OutgoingRequest, path: string, signal: AbortSignal | undefined): Promise<Answer> {
    const endpoint = endpointOf(request.method, path);
    const { operation, buckets } = endpoint;
    const [bucket] = buckets;
    let failures = 0;
    /** What throttling made this request wait. Waiting in line, or for the operator, is not counted. */
    let throttledMs = 0;
    for (;;) {
      const permit = await acquire(buckets, signal);
      let failed: { readonly reason: string; readonly error: (attempts: number) => Error };
      try {
        const sentAt = clock.monotonic();
        const attempt = await attemptRequest(request, options.requestTimeoutMs, signal);
        options.onAnswered(clock.monotonic() - sentAt);
        const verdict = judgeAttempt(attempt, endpoint, clock.now());
        if (verdict.kind === "answer") return verdict.answer;
        if (verdict.kind === "fail") throw verdict.error;
        if (verdict.kind === "throttled") {
          const waitMs = pauseMs(verdict.retryAfterMs, bucket);
          permit.throttled(Math.min(waitMs, LONGEST_PAUSE_MS));
          throttledMs += waitMs;
          if (throttledMs > options.maxThrottleWaitMs) {
            throw translateFailure({ kind: "throttled", operation, retryAfterMs: waitMs });
          }
          options.onEvent({
            type: "throttled",
            operation,
            bucket,
            waitMs,
            announced: verdict.retryAfterMs !== undefined,
          });
          continue;
        }
        failed = verdict;
      } finally {
        permit.release();
      }
      failures += 1;
      if (failures >= retry.attempts) throw failed.error(failures);
      const delayMs = backOffMs(failures);
      options.onEvent({ type: "retried", operation, bucket, attempt: failures, delayMs, reason: failed.reason });
      await clock.sleep(delayMs, signal);
    }
  }

  function backOffMs(failures: number): number {
    const longest = Math.min(retry.maxDelayMs, retry.firstDelayMs * 2 ** (failures - 1));
    return Math.round(longest * (0.5 + random() / 2));
  }

  return {
    exchange,
    async exchangeOnce(request, path, timeoutMs) {
      const endpoint = endpointOf(request.method, path);
      const permit = await acquire(endpoint.buckets, AbortSignal.timeout(timeoutMs));
      try {
        const verdict = judgeAttempt(await attemptRequest(request, timeoutMs, undefined), endpoint, clock.now());
        switch (verdict.kind) {
          case "answer":
            return verdict.answer;
          case "throttled":
            permit.throttled(Math.min(pauseMs(verdict.retryAfterMs, endpoint.buckets[0]), LONGEST_PAUSE_MS));
            throw translateFailure({ kind: "throttled", operation: endpoint.operation, retryAfterMs: 0 });
          case "retry":
            throw verdict.error(1);
          case "fail":
            throw verdict.error;
          default:
            return verdict satisfies never;
        }
      } finally {
        permit.release();
      }
    },
  };
}
