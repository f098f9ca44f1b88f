/**
 * Reads Amazon Cognito user pools: users, groups, members and settings, within Cognito's quotas.
 *
 * What it relies on of Cognito is in `facts.md`.
 *
 * @module
 */
export { createAccountQuotas } from "./account-quotas.ts";
export type { AccountQuotas, QuotaScope } from "./account-quotas.ts";
export type { CognitoClient } from "./cognito-client.ts";
export { awsCredentials, createCognitoClients } from "./create-client.ts";
export type { AwsKeyPair, CognitoClients, CognitoCredentials, CreateClientOptions } from "./create-client.ts";
export { createKeyProvider } from "./key-provider.ts";
export { minimalPolicy } from "./minimal-policy.ts";
export type { MinimalPolicyOptions, PolicyDocument, PolicyStatement } from "./minimal-policy.ts";
export type { QuotaCategory, SourceOperation } from "./operations.ts";
export type { RetryOptions } from "./retry-policy.ts";
export { createRequestQuotas, DEFAULT_LIMITS } from "./request-quotas.ts";
export type { CognitoLimits, PartialLimits, RequestQuotas, RequestQuotasOptions } from "./request-quotas.ts";
export type { CognitoSourceEvent, CognitoSourceListener } from "./source-events.ts";
export { regionOfUserPoolId } from "./user-pool-id.ts";
export { createUserPoolSource } from "./user-pool-source.ts";
export type { CognitoUserPoolSource, UserPoolSourceOptions } from "./user-pool-source.ts";
