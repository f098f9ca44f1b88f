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
export type { RequestEntry } from "./http/request-entry.ts";
export type { RequestRate } from "./http/token-buckets.ts";
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
export {
  type BridgeServer,
  type BridgeServerOptions,
  type ServerCertificate,
  startBridgeServer,
} from "./bridge/node/bridge-server.ts";
export { type FollowedFile, followFile, type FollowOptions } from "./bridge/node/follow-file.ts";
export type { UpstreamOptions } from "./bridge/node/upstreams.ts";
export { parseBridgeConfig, parseWrittenBridgeConfig } from "./bridge/parse-bridge-config.ts";
export { parseModes } from "./bridge/parse-modes.ts";
export type { Route } from "./bridge/route-request.ts";
export { createStateSealer, MIN_STATE_SECRET } from "./bridge/state-sealer.ts";
export { createLambdaHandler, type LambdaHandler, type LambdaOptions } from "./bridge/lambda/create-lambda-handler.ts";
export type { LambdaResult } from "./bridge/lambda/lambda-event.ts";
export { type FileBridge, type FileNews, serveFiles, type ServeFilesOptions } from "./bridge/node/serve-files.ts";
