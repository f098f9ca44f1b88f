/**
 * The HTTP service that stands between Cognito and Descope while both are in use.
 *
 * It takes events of a pool's triggers, so that a sync looks at a user sooner than at its next reading, and exchanges
 * Cognito tokens for Descope sessions, so that nobody has to sign in again.
 *
 * @module
 */
export { createGateway, type Gateway } from "./create-gateway.ts";
export type { GatewayOptions, ListenAddress } from "./gateway-options.ts";
export type { LogLevel, RequestEntry } from "./http/request-entry.ts";
export type { RequestRate } from "./http/token-buckets.ts";
export type { SessionExchange } from "./routes/session-exchange/session-exchange-routes.ts";
export type { CountedRequest, Decision, GatewayMetrics } from "./telemetry/metrics.ts";
export { observeCalls } from "./telemetry/observe-calls.ts";
export type { GatewayTracing, RequestSpan, TraceParent } from "./telemetry/tracing.ts";
export type { ObserveCall, UpstreamCall } from "./telemetry/upstream-call.ts";
export type { TlsCertificates } from "./tls.ts";
