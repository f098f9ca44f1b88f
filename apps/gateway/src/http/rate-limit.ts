import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context, MiddlewareHandler } from "hono";
import { problem } from "./problem.ts";
import { createTokenBuckets, type RequestRate } from "./token-buckets.ts";

/** Refuses requests of one address that come too fast, before anything is done about them. */
export function rateLimit(rate: RequestRate, monotonic: () => number): MiddlewareHandler {
  const buckets = createTokenBuckets(rate, monotonic);
  return async (c, next) => {
    const waitMs = buckets.take(addressOf(c));
    if (waitMs > 0) return problem(c, "rate-limited", { "retry-after": String(Math.ceil(waitMs / 1000)) });
    return next();
  };
}

/** What AWS Lambda tells of a request in the payload format 2.0. */
interface LambdaBindings {
  readonly requestContext?: { readonly http?: { readonly sourceIp?: string } };
}

/** Whom the connection comes from. What a proxy says in headers is not believed: anybody can write them. */
export function addressOf(c: Context): string {
  const { requestContext } = (c.env ?? {}) as LambdaBindings;
  // Written by AWS, not by the client.
  if (requestContext !== undefined) return requestContext.http?.sourceIp ?? "unknown";
  try {
    return getConnInfo(c).remote.address ?? "unknown";
  } catch {
    // Without a socket there is one bucket for all.
    return "unknown";
  }
}
