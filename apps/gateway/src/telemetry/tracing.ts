import type { ObserveCall } from "./upstream-call.ts";

/** The caller's place in its trace, by W3C Trace Context. */
export interface TraceParent {
  /** 32 hexadecimal digits, not all 0. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all 0. */
  readonly spanId: string;
  /** Whether the caller records its trace. */
  readonly sampled: boolean;
}

/** What a span says of a request. */
export interface RequestSpan {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** Name of the error that was thrown and that nobody expected. */
  readonly error?: string;
}

/** Makes traces of what the gateway does. `@cognito-to-descope/gateway/tracing` makes one for OpenTelemetry. */
export interface GatewayTracing {
  /**
   * Surrounds a request with a span.
   *
   * @param parent - Of the caller's trace, when it has one.
   * @param answer - Is told the ID of the trace, and gives what is said of the request.
   */
  request(parent: TraceParent | undefined, answer: (traceId: string) => Promise<RequestSpan>): Promise<void>;
  /** Surrounds a call of a service with a span. */
  readonly call: ObserveCall;
}
