/**
 * Lambda authorizers of API Gateway (REST, HTTP, WebSocket) and AppSync.
 *
 * @module
 */
export * from "./lambda/appsync-authorizer.ts";
export * from "./lambda/authorizer-context.ts";
export type {
  AuthorizerOptions,
  AuthorizerRequirements,
  EventParts,
  TokenSource,
} from "./lambda/authorizer-options.ts";
export * from "./lambda/http-authorizer.ts";
export type { PolicyAnswer, PolicyRoutes, PolicyStatement } from "./lambda/policy.ts";
export * from "./lambda/rest-authorizer.ts";
export * from "./lambda/websocket-authorizer.ts";
