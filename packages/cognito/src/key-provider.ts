import { awsCredentials, type AwsKeyPair, type CreateClientOptions } from "./create-client.ts";

/** Keys are renewed so long before they expire, in milliseconds: a request that is signed with them is still on its way. */
const RENEW_BEFORE_MS = 300_000;

/**
 * Gives the keys with which a pool is read, to whoever signs requests without the AWS SDK. They are looked for once, and again
 * shortly before they expire.
 *
 * @param now - Epoch milliseconds.
 * @throws MigrationError `ERR_CONFIG_INVALID` when the options do not go together.
 */
export function createKeyProvider(options: CreateClientOptions, now: () => number): () => Promise<AwsKeyPair> {
  const find = awsCredentials(options) ?? ordinaryChain(options.profile);
  let known: { readonly keys: Promise<AwsKeyPair>; until: number } | undefined;
  return async () => {
    if (known !== undefined && known.until > now()) return known.keys;
    const entry = { keys: find(), until: Infinity };
    known = entry;
    try {
      const keys = await entry.keys;
      entry.until = keys.expiration === undefined ? Infinity : keys.expiration.getTime() - RENEW_BEFORE_MS;
      return keys;
    } catch (error) {
      // Looked for again by the next request.
      if (known === entry) known = undefined;
      throw error;
    }
  };
}

/** The AWS SDK's ordinary chain: environment, profile, SSO, container, instance. */
function ordinaryChain(profile: string | undefined): () => Promise<AwsKeyPair> {
  return async () => {
    const { fromNodeProviderChain } = await import("@aws-sdk/credential-providers");
    return fromNodeProviderChain(profile === undefined ? {} : { profile })();
  };
}
