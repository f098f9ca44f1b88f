import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";

/** One request, for the log. Holds nothing that the request held but its method. */
export interface RequestEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly method: string;
  /** The route's pattern; `-` when there is none for the path. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  /** Name of the error that was thrown and that nobody expected. */
  readonly error?: string;
}

/** Tells of every request once it is answered. */
export function tellRequests(
  clock: { now(): number; monotonic(): number },
  onRequest: (entry: RequestEntry) => void,
): MiddlewareHandler {
  return async (c, next) => {
    const at = clock.now();
    const began = clock.monotonic();
    await next();
    const route = routePath(c, -1);
    onRequest({
      at,
      method: c.req.method,
      route: route.includes("*") ? "-" : route,
      status: c.res.status,
      milliseconds: Math.round(clock.monotonic() - began),
      ...(c.error === undefined ? {} : { error: c.error.name }),
    });
  };
}
