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
export type { GatewayConsole, GatewayOptions, ListenAddress } from "./gateway-options.ts";
export { createMemoryRateCounter } from "./limits/memory-rate-counter.ts";
export { addressOf } from "./http/rate-limit.ts";
export type { LogLevel, RequestEntry } from "./http/request-entry.ts";
export { createTokenBuckets, type RequestRate, type TokenBuckets } from "./http/token-buckets.ts";
export { type NodeServer, type NodeServerOptions, startNodeServer } from "./node-server.ts";
export type { HmacReading } from "./routes/jit/authorize-connector.ts";
export type { JitOptions, VerdictEntry } from "./routes/jit/jit-routes.ts";
export type { CredentialEncoding } from "./routes/jit/read-credentials.ts";
export type { SessionExchange } from "./routes/session-exchange/session-exchange-routes.ts";
export type {
  Exchange,
  HeaderList,
  OutgoingRequest,
  RequestHead,
  WholeAnswer,
  WholeRequest,
} from "./bridge/bridge-http.ts";
export type { BridgeOptions } from "./bridge/bridge-options.ts";
export { type Bridge, createBridge } from "./bridge/create-bridge.ts";
export { type BridgeServer, type BridgeServerOptions, startBridgeServer } from "./bridge/node/bridge-server.ts";
export { type FollowedFile, followFile, type FollowOptions } from "./bridge/node/follow-file.ts";
export type { UpstreamOptions } from "./bridge/node/upstreams.ts";
export { parseBridgeConfig, parseWrittenBridgeConfig } from "./bridge/parse-bridge-config.ts";
export { parseModes } from "./bridge/parse-modes.ts";
export type { Route } from "./bridge/route-request.ts";
export { createStateSealer, MIN_STATE_SECRET } from "./bridge/state-sealer.ts";
export { createLambdaHandler, type LambdaHandler, type LambdaOptions } from "./bridge/lambda/create-lambda-handler.ts";
export type { LambdaResult } from "./bridge/lambda/lambda-event.ts";
export { type FileBridge, type FileNews, serveFiles, type ServeFilesOptions } from "./bridge/node/serve-files.ts";
export type { CountedRequest, Decision, GatewayMetrics } from "./telemetry/metrics.ts";
export { observeCalls } from "./telemetry/observe-calls.ts";
export type { GatewayTracing, RequestSpan, TraceParent } from "./telemetry/tracing.ts";
export type { ObserveCall, UpstreamCall } from "./telemetry/upstream-call.ts";
export type { TlsCertificates } from "./tls.ts";
export { type ServedMetrics, serveMetrics } from "./bridge/node/serve-metrics.ts";
