import {
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from "@opentelemetry/api";
import type { GatewayTracing, TraceParent } from "./tracing.ts";

/**
 * Traces for whatever OpenTelemetry exports them to. Spans hold methods, routes, statuses, names of operations and names of
 * errors; no message, no address, nothing of a body.
 *
 * Calls become children of their request's span where a context manager is registered.
 *
 * @param tracer - Of the process, by default: one that does nothing where no provider is registered.
 */
export function createOpenTelemetryTracing(
  tracer: Tracer = trace.getTracer("cognito-to-descope/gateway"),
): GatewayTracing {
  return {
    request: (parent, answer) =>
      tracer.startActiveSpan("request", { kind: SpanKind.SERVER }, contextOf(parent), async (span) => {
        try {
          const { method, route, status, error } = await answer(span.spanContext().traceId);
          span.updateName(`${method} ${route}`);
          span.setAttributes({
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
          });
          if (status >= 500) fail(span, error ?? String(status));
        } finally {
          span.end();
        }
      }),
    call: ({ service, operation }, run) =>
      tracer.startActiveSpan(`${service} ${operation}`, { kind: SpanKind.CLIENT }, context.active(), async (span) => {
        span.setAttributes({ "rpc.service": service, "rpc.method": operation });
        try {
          return await run();
        } catch (error) {
          // Its message may quote what the call was about.
          fail(span, error instanceof Error ? error.name : "unknown");
          throw error;
        } finally {
          span.end();
        }
      }),
  };
}

function contextOf(parent: TraceParent | undefined): typeof ROOT_CONTEXT {
  if (parent === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, sampled } = parent;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function fail(span: Span, type: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
