import type { SourceConfig } from "./config/config.ts";

/** How a pool is reached, in the words of the adapters. */
export interface PoolAccess {
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly roleArn: string | undefined;
  readonly externalId: string | undefined;
  readonly endpoint: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
  readonly sessionToken: string | undefined;
}

/** Takes it out of a pool's config, with its secrets. */
export function poolAccess({ region, profile, roleArn, externalId, endpoint, awsKeys }: SourceConfig): PoolAccess {
  return {
    region,
    profile,
    roleArn,
    externalId,
    endpoint,
    accessKeyId: awsKeys?.accessKeyId,
    secretAccessKey: awsKeys?.secretAccessKey.reveal(),
    sessionToken: awsKeys?.sessionToken?.reveal(),
  };
}
