import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import type { CognitoIdentityProviderClientConfig } from "@aws-sdk/client-cognito-identity-provider";
import { MigrationError } from "@cognito-to-descope/core";
import { NodeHttpHandler } from "@smithy/node-http-handler";

import type { CognitoClient } from "./cognito-client.ts";

/** Who signs the requests. All left out: the AWS SDK's ordinary chain (environment, profile, SSO, container, instance). */
export interface CognitoCredentials {
  /** A profile of the shared AWS config files. */
  readonly profile?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
  /** A role to assume with those credentials, for a pool of another account. */
  readonly roleArn?: string | undefined;
  /** What the role's trust policy asks for, if it does. */
  readonly externalId?: string | undefined;
}

/** How the client is made. */
export interface CreateClientOptions extends CognitoCredentials {
  readonly region: string;
  /** Takes the place of `https://cognito-idp.<region>.amazonaws.com`. */
  readonly endpoint?: string | undefined;
}

type CredentialsConfig = NonNullable<CognitoIdentityProviderClientConfig["credentials"]>;

/** Sockets kept open: more than requests can be under way, so that none waits for a socket with its quota place taken. */
const MAX_SOCKETS = 64;

/** The same for the pools of many accounts at one host: each account may have its quota's worth of requests under way. */
const MAX_SHARED_SOCKETS = 512;

/**
 * Silent, and without the two methods for which the SDK copies every input and output through a filter of secrets first:
 * a fifth of a call's time. The other methods are called by its credential chain, which does not ask whether they exist.
 */
const quietLogger = { trace: silent, debug: silent, warn: silent };

function silent(): void {}

/** Clients of several sources: pools that are reached in one way share a client, all share the connections. */
export interface CognitoClients extends Disposable {
  clientFor(options: CreateClientOptions): CognitoClient;
}

/**
 * Starts without a client. With hundreds of pools, a client for each would cost memory and sockets, and assume one role
 * hundreds of times.
 */
export function createCognitoClients(): CognitoClients {
  const clients = new Map<string, CognitoClient>();
  const requestHandler = createRequestHandler(MAX_SHARED_SOCKETS);
  return {
    clientFor(options) {
      const { region, endpoint, profile, accessKeyId, secretAccessKey, sessionToken, roleArn, externalId } = options;
      const credentials = [profile, accessKeyId, secretAccessKey, sessionToken, roleArn, externalId];
      const key = JSON.stringify([region, endpoint ?? "", ...credentials.map((part) => part ?? "")]);
      let client = clients.get(key);
      if (client === undefined) clients.set(key, (client = createClient(options, requestHandler)));
      return client;
    },
    [Symbol.dispose]() {
      for (const client of clients.values()) client.destroy?.();
      requestHandler.destroy();
    },
  };
}

function createRequestHandler(maxSockets: number): NodeHttpHandler {
  return new NodeHttpHandler({
    httpAgent: { keepAlive: true, maxSockets },
    httpsAgent: { keepAlive: true, maxSockets },
    connectionTimeout: 10_000,
  });
}

/** A client that sends each request once; repeating is done where the quotas are kept. */
export function createClient(
  options: CreateClientOptions,
  requestHandler: NodeHttpHandler = createRequestHandler(MAX_SOCKETS),
): CognitoClient {
  const credentials = credentialsOf(options);
  return new CognitoIdentityProviderClient({
    region: options.region,
    maxAttempts: 1,
    logger: quietLogger as NonNullable<CognitoIdentityProviderClientConfig["logger"]>,
    requestHandler,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(credentials === undefined ? {} : { credentials }),
  });
}

/** Keys of AWS, as programs of other services take them. */
export interface AwsKeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/**
 * The keys with which a pool is read, for clients of other services of the same account; undefined when the AWS SDK's
 * ordinary chain is to find them.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when the options do not go together.
 */
export function awsCredentials(options: CreateClientOptions): (() => Promise<AwsKeyPair>) | undefined {
  const credentials = credentialsOf(options);
  if (credentials === undefined) return undefined;
  return async () => (typeof credentials === "function" ? await credentials() : credentials);
}

function credentialsOf(options: CreateClientOptions): CredentialsConfig | undefined {
  const { accessKeyId, secretAccessKey, sessionToken, roleArn, externalId, profile, region, endpoint } = options;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw new MigrationError(
      "ERR_CONFIG_INVALID",
      "an AWS access key ID and its secret access key must be given together",
    );
  }
  const own: CredentialsConfig | undefined =
    accessKeyId === undefined || secretAccessKey === undefined
      ? undefined
      : { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  if (roleArn !== undefined) return assumeRole(roleArn, { own, externalId, profile, region });
  if (own === undefined && profile === undefined && isLoopback(endpoint)) return environmentOrPlaceholder();
  return own;
}

interface Assuming {
  readonly own: CredentialsConfig | undefined;
  readonly externalId: string | undefined;
  readonly profile: string | undefined;
  readonly region: string;
}

function assumeRole(roleArn: string, { own, externalId, profile, region }: Assuming): CredentialsConfig {
  if (!/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn)) {
    throw new MigrationError("ERR_CONFIG_INVALID", 'the role must look like "arn:aws:iam::<account>:role/<name>"');
  }
  // Loaded only when a role is assumed: it brings the SDK's STS client with it.
  const provider = import("@aws-sdk/credential-providers").then(({ fromTemporaryCredentials, fromNodeProviderChain }) =>
    fromTemporaryCredentials({
      masterCredentials: own ?? fromNodeProviderChain(profile === undefined ? {} : { profile }),
      params: {
        RoleArn: roleArn,
        RoleSessionName: "cognito-to-descope",
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      },
      clientConfig: { region },
    }),
  );
  provider.catch(() => undefined);
  return async (context) => (await provider)(context);
}

/**
 * On this machine listens an emulator, which asks for a signature but not whose: without credentials in the environment
 * any will do, and the rest of the chain (an instance's metadata service) would cost seconds to come to nothing.
 */
function environmentOrPlaceholder(): CredentialsConfig {
  return async () => {
    const { fromEnv } = await import("@aws-sdk/credential-providers");
    try {
      return await fromEnv()();
    } catch {
      return { accessKeyId: "emulator", secretAccessKey: "emulator" };
    }
  };
}

function isLoopback(endpoint: string | undefined): boolean {
  if (endpoint === undefined) return false;
  const { hostname } = new URL(endpoint);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
