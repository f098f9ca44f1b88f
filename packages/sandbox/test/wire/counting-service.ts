/** The smallest service: it counts the work it was asked for. */

import type { WireReply, WireRequest, WireService } from "../../src/index.ts";

/** A service that answers each request with how much work it has done. */
export interface CountingService extends WireService {
  /** Requests worked on so far. */
  readonly work: () => number;
}

export function countingService(requestsPerSecond = 1000, penaltyMs = 0): CountingService {
  let done = 0;
  const bucket = { name: "all", requests: requestsPerSecond, windowMs: 1000, penaltyMs };
  return {
    name: "cognito",
    work: () => done,
    operationOf: (request: WireRequest): string => request.path.slice(1) || "root",
    quotaOf: () => bucket,
    throttled: (_request, _bucket, retryAfterMs): WireReply => ({
      status: 429,
      headers: { "retry-after-ms": String(Math.round(retryAfterMs)) },
      body: "slow down",
    }),
    unavailable: (status) => ({ status, body: "broken" }),
    answer: (request): WireReply => {
      done += 1;
      const body = JSON.stringify({ done, bytes: request.body.length });
      return { status: 200, headers: { "content-type": "application/json" }, body };
    },
  };
}
