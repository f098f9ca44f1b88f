/**
 * The part of the AWS SDK's `CognitoIdentityProviderClient` that is used.
 *
 * A ready-made client must not retry by itself (`maxAttempts: 1`): its retries would not be counted against the quotas.
 */
export interface CognitoClient {
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>;
  destroy?(): void;
}
