import { dnsSuffixOf, MigrationError } from "@cognito-to-descope/core";
import type { Clock } from "@cognito-to-descope/core";

import { accountOfArn } from "./account-quotas.ts";
import type { AccountQuotas } from "./account-quotas.ts";
import type { CognitoClient } from "./cognito-client.ts";
import { createClient } from "./create-client.ts";
import type { CognitoClients, CognitoCredentials } from "./create-client.ts";
import { createPoolCalls } from "./pool-calls.ts";
import type { PoolCall } from "./pool-calls.ts";
import { createRequestQuotas } from "./request-quotas.ts";
import type { PartialLimits, RequestQuotas } from "./request-quotas.ts";
import type { RetryOptions } from "./retry-policy.ts";
import type { CognitoSourceListener } from "./source-events.ts";
import { checkUserPoolId } from "./user-pool-id.ts";

/** What a user pool is read with. */
export interface UserPoolSourceOptions extends CognitoCredentials, Partial<RetryOptions> {
  /** `us-east-1_AbCdEf123`; with an {@link endpoint} also an emulator's, such as `local_abc123`. */
  readonly userPoolId: string;
  /** @defaultValue the region that the pool ID begins with */
  readonly region?: string | undefined;
  /** Takes the place of `https://cognito-idp.<region>.amazonaws.com`: an emulator, or an endpoint in a VPC. */
  readonly endpoint?: string | undefined;
  readonly clock: Clock;
  /** Numbers from 0 to 1, for jitter. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
  /** Rates to keep instead of the published quotas. Ignored beside {@link quotas}. */
  readonly limits?: PartialLimits | undefined;
  /** Shared by all sources of one AWS account and region. @defaultValue quotas of this source alone */
  readonly quotas?: RequestQuotas | undefined;
  /** The quotas of all accounts and regions, shared by all sources. Ignored beside {@link quotas}. */
  readonly accountQuotas?: AccountQuotas | undefined;
  /** Hears of throttling, repeated requests and parts left out. */
  readonly listener?: CognitoSourceListener | undefined;
  /** Users, members, groups, clients and providers per request, 1 to 60. @defaultValue 60, Cognito's most */
  readonly maxPageSize?: number | undefined;
  /**
   * What an operation of the snapshot means that the endpoint does not have. `true`: this part is empty, and an event says
   * so. `false`: an error. Users and members are never left out.
   *
   * @defaultValue `true` where an {@link endpoint} is given and the answer is one that only emulators give, else `false`
   */
  readonly tolerateMissingOperations?: boolean | undefined;
  /** Clients that are shared with other sources, and not closed here. */
  readonly clients?: CognitoClients | undefined;
  /** A ready-made client; credentials and the endpoint are then its own, and it is not closed here. */
  readonly client?: CognitoClient | undefined;
}

/** A pool that can be called. */
export interface OpenPool {
  readonly userPoolId: string;
  /** The region that requests are signed for. */
  readonly region: string;
  readonly call: PoolCall;
  readonly quotas: RequestQuotas;
  readonly listener: CognitoSourceListener;
  /** Items per request of a listing, 1 to 60. */
  readonly pageSize: number;
  /** Closes what was opened here. */
  readonly close: () => void;
}

const DEFAULT_RETRY: RetryOptions = {
  requestTimeoutMs: 30_000,
  maxAttempts: 8,
  maxThrottledMs: 30 * 60_000,
};

/**
 * Opens a pool. Makes no request yet.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` or `ERR_SOURCE_REGION_MISMATCH` when the options cannot be right.
 */
export function openPool(options: UserPoolSourceOptions): OpenPool {
  const { endpoint, clock, userPoolId } = options;
  const host = hostOf(endpoint);
  const region = checkUserPoolId(userPoolId, options.region, host !== undefined);
  const pageSize = options.maxPageSize ?? 60;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 60) {
    throw new RangeError('"maxPageSize" must be an integer from 1 to 60');
  }
  const shared = options.client ?? options.clients?.clientFor({ ...options, region });
  const client: CognitoClient = shared ?? createClient({ ...options, region });
  const listener = options.listener ?? ((): void => undefined);
  const quotas =
    options.quotas ??
    options.accountQuotas?.forPool({ region, accountId: accountOfArn(options.roleArn) }) ??
    createRequestQuotas({ clock, limits: options.limits });
  const call = createPoolCalls({
    ...retryOptions(options),
    client,
    clock,
    random: options.random ?? Math.random,
    quotas,
    listener,
    userPoolId,
    region,
    host: host ?? `cognito-idp.${region}.${dnsSuffixOf(region)}`,
    tolerateMissingOperations: options.tolerateMissingOperations ?? (host === undefined ? false : "emulators"),
  });
  const close = shared === undefined ? (): void => client.destroy?.() : (): void => undefined;
  return { userPoolId, region, call, quotas, listener, pageSize, close };
}

function hostOf(endpoint: string | undefined): string | undefined {
  if (endpoint === undefined) return undefined;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new MigrationError(
      "ERR_CONFIG_INVALID",
      'the Cognito endpoint must be a URL that begins with "https://" or "http://"',
    );
  }
  return url.host;
}

function retryOptions(options: Partial<RetryOptions>): RetryOptions {
  const chosen: RetryOptions = {
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_RETRY.requestTimeoutMs,
    maxAttempts: options.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
    maxThrottledMs: options.maxThrottledMs ?? DEFAULT_RETRY.maxThrottledMs,
  };
  if (!(chosen.requestTimeoutMs >= 1 && chosen.requestTimeoutMs < 2 ** 31)) {
    throw new RangeError('"requestTimeoutMs" must be from 1 to 2147483647');
  }
  if (!Number.isInteger(chosen.maxAttempts) || chosen.maxAttempts < 1) {
    throw new RangeError('"maxAttempts" must be an integer of at least 1');
  }
  if (!(chosen.maxThrottledMs >= 0)) throw new RangeError('"maxThrottledMs" must be at least 0');
  return chosen;
}
