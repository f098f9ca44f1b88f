import type { UpstreamCall } from "./upstream-call.ts";

/** A request that has been answered, as far as it is counted. */
export interface CountedRequest {
  readonly method: string;
  /** The route's pattern; `-` when there is none for the path. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** Something that was decided about a sign-in or an exchange. */
export interface Decision {
  /** What was asked for. */
  readonly kind: "jit" | "exchange";
  /** A verdict of the JIT check, or an outcome of the exchange. */
  readonly verdict: string;
  /** Why, where there is more to say. One of a few words, never a text of somebody else. */
  readonly reason?: string | undefined;
  readonly userPoolId?: string | undefined;
}

/** Counts what the gateway does. `@cognito-to-descope/gateway/metrics` makes one for Prometheus. Must not throw. */
export interface GatewayMetrics {
  /** A request has come. */
  begun(): void;
  /** A request has been answered. */
  answered(request: CountedRequest): void;
  /** A call of a service has ended. */
  called(call: UpstreamCall, succeeded: boolean, milliseconds: number): void;
  /** A sign-in or an exchange has been decided. */
  decided(decision: Decision): void;
  /** All counts, in the text format of Prometheus. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}
