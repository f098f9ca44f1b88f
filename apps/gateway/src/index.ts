/**
 * The HTTP service that stands between Cognito and Descope while both are in use.
 *
 * It takes events of a pool's triggers, so that a sync looks at a user sooner than at its next reading; exchanges Cognito
 * tokens for Descope sessions, so that nobody has to sign in again; and checks passwords at Cognito when a user signs in for
 * the first time, so that nobody needs a new one.
 *
 * @module
 */
export { createGateway, type Gateway } from "./create-gateway.ts";
export type { GatewayOptions, ListenAddress } from "./gateway-options.ts";
export { createMemoryRateCounter } from "./limits/memory-rate-counter.ts";
export type { LogLevel, RequestEntry } from "./http/request-entry.ts";
export type { RequestRate } from "./http/token-buckets.ts";
export type { HmacReading } from "./routes/jit/authorize-connector.ts";
export type { JitOptions, VerdictEntry } from "./routes/jit/jit-routes.ts";
export type { CredentialEncoding } from "./routes/jit/read-credentials.ts";
export type { SessionExchange } from "./routes/session-exchange/session-exchange-routes.ts";
export type { CountedRequest, Decision, GatewayMetrics } from "./telemetry/metrics.ts";
export { observeCalls } from "./telemetry/observe-calls.ts";
export type { GatewayTracing, RequestSpan, TraceParent } from "./telemetry/tracing.ts";
export type { ObserveCall, UpstreamCall } from "./telemetry/upstream-call.ts";
export type { TlsCertificates } from "./tls.ts";
