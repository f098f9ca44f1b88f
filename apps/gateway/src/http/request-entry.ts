import { randomBytes } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { GatewayMetrics } from "../telemetry/metrics.ts";
import { parseTraceParent } from "../telemetry/trace-parent.ts";
import type { GatewayTracing, RequestSpan } from "../telemetry/tracing.ts";

/** How much an entry matters. `debug`: questions after the health. `warn`: refused for a rate. `error`: the gateway failed. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** One request, for the log. Holds nothing that the request held but its method and the ID of its trace. */
export interface RequestEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly level: LogLevel;
  /** The ID of the caller's trace, where it sent one in `traceparent`; a new one otherwise. 32 hexadecimal digits. */
  readonly requestId: string;
  readonly method: string;
  /** The route's pattern; `-` when there is none for the path. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  /** Name of the error that was thrown and that nobody expected. */
  readonly error?: string;
}

/** What routes find in the context of a request. */
export interface RequestVariables {
  readonly requestId: string;
}

/** What sees every request. */
export interface RequestObservers {
  readonly clock: { now(): number; monotonic(): number };
  readonly metrics?: GatewayMetrics | undefined;
  readonly tracing?: GatewayTracing | undefined;
  readonly onRequest?: ((entry: RequestEntry) => void) | undefined;
  /** 32 hexadecimal digits, at random. @defaultValue those of `node:crypto` */
  readonly newRequestId?: (() => string) | undefined;
}

/** The header that tells a caller by which ID its request stands in the log. */
const REQUEST_ID_HEADER = "x-request-id";

const HEALTH_ROUTES: ReadonlySet<string> = new Set(["/healthz", "/readyz"]);

/** Gives every request its ID, and tells of it once it is answered. */
export function observeRequests(observers: RequestObservers): MiddlewareHandler<{ Variables: RequestVariables }> {
  const { clock, metrics, tracing, onRequest } = observers;
  const newRequestId = observers.newRequestId ?? (() => randomBytes(16).toString("hex"));
  return async (c, next) => {
    const at = clock.now();
    const began = clock.monotonic();
    metrics?.begun();
    const answer = async (requestId: string): Promise<RequestSpan> => {
      c.set("requestId", requestId);
      await next();
      c.res.headers.set(REQUEST_ID_HEADER, requestId);
      const path = routePath(c, -1);
      const request: RequestSpan = {
        method: c.req.method,
        route: path.includes("*") ? "-" : path,
        status: c.res.status,
        ...(c.error === undefined ? {} : { error: c.error.name }),
      };
      const milliseconds = clock.monotonic() - began;
      metrics?.answered({ ...request, milliseconds });
      onRequest?.({ at, level: levelOf(request), requestId, ...request, milliseconds: Math.round(milliseconds) });
      return request;
    };
    const parent = parseTraceParent(c.req.header("traceparent"));
    if (tracing === undefined) await answer(parent?.traceId ?? newRequestId());
    else await tracing.request(parent, answer);
  };
}

function levelOf({ route, status }: RequestSpan): LogLevel {
  if (HEALTH_ROUTES.has(route)) return "debug";
  if (status >= 500) return "error";
  return status === 429 ? "warn" : "info";
}
