/**
 * Tries passwords at Amazon Cognito user pools, and reads and marks the users who are right. Without the AWS SDK: it starts
 * fast, and fits in a function.
 *
 * @module
 */
export type { ExchangeAnswer } from "./exchange.ts";
export { createMigratedUserMarker } from "./migrated-user-marker.ts";
export type { AfterMigration, MigratedUserMarkerOptions } from "./migrated-user-marker.ts";
export { createPasswordAuthenticator } from "./password-authenticator.ts";
export type { AttributeSource, PasswordAuthenticatorOptions } from "./password-authenticator.ts";
export { createPoolCalls } from "./pool-calls.ts";
export type { PoolAccess, PoolCalls } from "./pool-calls.ts";
export { createPoolUserReader } from "./pool-user-reader.ts";
export type { PoolUserReaderOptions } from "./pool-user-reader.ts";
export type { SigningKeyProvider, SigningKeys } from "./sign-request.ts";
