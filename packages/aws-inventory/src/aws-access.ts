/** Keys of AWS. */
export interface AccessKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** How the account is reached. */
export interface AwsAccess {
  readonly region: string;
  /** Takes the place of every service's endpoint, for emulators. */
  readonly endpoint?: string | undefined;
  /** A profile of the shared AWS config files. */
  readonly profile?: string | undefined;
  /** Gives the keys. @defaultValue the AWS SDK's ordinary chain */
  readonly credentials?: (() => Promise<AccessKeys>) | undefined;
}

/** What every client of the AWS SDK takes. */
export interface ClientConfig {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number };
  readonly endpoint?: string;
  readonly profile?: string;
  readonly credentials?: () => Promise<AccessKeys>;
}

/** The clients' config. Reads are repeated by the SDK: these services throttle early, and nothing is written. */
export function clientConfig({ region, endpoint, profile, credentials }: AwsAccess): ClientConfig {
  return {
    region,
    maxAttempts: 6,
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 30_000 },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}
