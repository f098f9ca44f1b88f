import type { TraceParent } from "./tracing.ts";

const FORM = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Reads a `traceparent` header, by W3C Trace Context (level 1, section 3.2; read 2026-11-26). A later version may have more parts; one
 * that is not valid is as good as none.
 */
export function parseTraceParent(header: string | undefined): TraceParent | undefined {
  if (header === undefined || header.length > 200) return undefined;
  const [, traceId, spanId, flags = "", more] = FORM.exec(header) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  if (more !== undefined && header.startsWith("00")) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
