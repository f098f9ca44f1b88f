import { dnsSuffixOf, hasCode, MigrationError } from "@cognito-to-descope/core";
import type {
  AbortableOptions,
  Clock,
  ConnectionSource,
  GroupMemberPage,
  ListingToken,
  PoolConnections,
  PoolSettings,
  PoolSnapshot,
  PoolUser,
  PoolUserPage,
  Secret,
  UserPoolSource,
  UsersOptions,
} from "@cognito-to-descope/core";
import type { UserType } from "@aws-sdk/client-cognito-identity-provider";

import { accountOfArn } from "./account-quotas.ts";
import type { AccountQuotas } from "./account-quotas.ts";
import type { CognitoClient } from "./cognito-client.ts";
import { createClient } from "./create-client.ts";
import type { CognitoClients, CognitoCredentials } from "./create-client.ts";
import { unexpectedAnswer } from "./errors.ts";
import { listPages } from "./list-pages.ts";
import { mapUser, subOf } from "./map-user.ts";
import { createPoolCalls } from "./pool-calls.ts";
import type { PoolCall } from "./pool-calls.ts";
import { readClientSecret, readConnections } from "./read-connections.ts";
import { createPoolSettings } from "./pool-settings.ts";
import { hasList, readSnapshot } from "./read-snapshot.ts";
import type { SnapshotReader } from "./read-snapshot.ts";
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
  /** Hears of each try of a request how long it took, in milliseconds. Must not throw. */
  readonly onAnswered?: ((ms: number) => void) | undefined;
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

const DEFAULT_RETRY: RetryOptions = {
  requestTimeoutMs: 30_000,
  maxAttempts: 8,
  maxThrottledMs: 30 * 60_000,
};

/**
 * Reads a user pool by the AWS SDK.
 *
 * Makes no request yet. Throttled requests are repeated for up to half an hour, failed ones up to eight times.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` or `ERR_SOURCE_REGION_MISMATCH` when the options cannot be right.
 */
export function createUserPoolSource(options: UserPoolSourceOptions): CognitoUserPoolSource {
  return new CognitoUserPoolSource(options);
}

/** A {@link UserPoolSource} and {@link ConnectionSource} over Cognito's API. Made by {@link createUserPoolSource}. */
export class CognitoUserPoolSource implements UserPoolSource, ConnectionSource, Disposable {
  readonly userPoolId: string;
  /** The region that requests are signed for. */
  readonly region: string;
  readonly #call: PoolCall;
  readonly #quotas: RequestQuotas;
  readonly #listener: CognitoSourceListener;
  readonly #pageSize: number;
  readonly #close: () => void;

  constructor(options: UserPoolSourceOptions) {
    const { endpoint, clock } = options;
    const host = hostOf(endpoint);
    const region = checkUserPoolId(options.userPoolId, options.region, host !== undefined);
    const pageSize = options.maxPageSize ?? 60;
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 60) {
      throw new RangeError('"maxPageSize" must be an integer from 1 to 60');
    }
    const shared = options.client ?? options.clients?.clientFor({ ...options, region });
    const client: CognitoClient = shared ?? createClient({ ...options, region });
    this.userPoolId = options.userPoolId;
    this.region = region;
    this.#pageSize = pageSize;
    this.#listener = options.listener ?? ((): void => undefined);
    this.#close = shared === undefined ? (): void => client.destroy?.() : (): void => undefined;
    this.#quotas =
      options.quotas ??
      options.accountQuotas?.forPool({ region, accountId: accountOfArn(options.roleArn) }) ??
      createRequestQuotas({ clock, limits: options.limits });
    this.#call = createPoolCalls({
      ...retryOptions(options),
      client,
      clock,
      random: options.random ?? Math.random,
      quotas: this.#quotas,
      listener: this.#listener,
      onAnswered: options.onAnswered ?? ((): void => undefined),
      userPoolId: options.userPoolId,
      region,
      host: host ?? `cognito-idp.${region}.${dnsSuffixOf(region)}`,
      tolerateMissingOperations: options.tolerateMissingOperations ?? (host === undefined ? false : "emulators"),
    });
  }

  async readSnapshot(options: AbortableOptions = {}): Promise<PoolSnapshot> {
    options.signal?.throwIfAborted();
    return await readSnapshot(this.#reader(), options.signal);
  }

  async readConnections(options: AbortableOptions = {}): Promise<PoolConnections> {
    options.signal?.throwIfAborted();
    return await readConnections(this.#reader(), options.signal);
  }

  async readClientSecret(clientId: string, options: AbortableOptions = {}): Promise<Secret | undefined> {
    return await readClientSecret(this.#reader(), clientId, options);
  }

  #reader(): SnapshotReader {
    const { userPoolId, region } = this;
    return {
      call: this.#call,
      userPoolId,
      region,
      pageSize: this.#pageSize,
      listener: this.#listener,
      onArn: (arn: string | undefined): void => {
        const accountId = accountOfArn(arn);
        if (accountId !== undefined) this.#quotas.learnAccount?.(accountId);
      },
    };
  }

  async *users(options: UsersOptions = {}): AsyncGenerator<PoolUserPage> {
    const { subPrefix } = options;
    const filter = subPrefix === undefined ? {} : { Filter: `sub ^= "${escapeFilter(subPrefix)}"` };
    const pages = listPages<UserType>(
      async (token) => {
        const page = await this.#call(
          "ListUsers",
          { ...filter, Limit: this.#pageSize, ...(token === undefined ? {} : { PaginationToken: token }) },
          {
            signal: options.signal,
            hasToken: token !== undefined,
            check: hasList("ListUsers", "Users"),
          },
        );
        return { items: page.Users ?? [], next: page.PaginationToken };
      },
      this.#listing("ListUsers", options.after),
    );
    for await (const { items, next } of pages) {
      const users = items.map((user): PoolUser => mapUser(user) ?? unnamed("ListUsers"));
      yield next === undefined ? { users } : { users, next };
    }
  }

  async findUser(sub: string, options: AbortableOptions = {}): Promise<PoolUser | undefined> {
    // Not AdminGetUser: that makes the user a monthly active one.
    const filter = `sub = "${escapeFilter(sub)}"`;
    const pages = listPages<UserType>(
      async (token) => {
        const page = await this.#call(
          "ListUsers",
          { Filter: filter, Limit: this.#pageSize, ...(token === undefined ? {} : { PaginationToken: token }) },
          { signal: options.signal, hasToken: token !== undefined, check: hasList("ListUsers", "Users") },
        );
        return { items: page.Users ?? [], next: page.PaginationToken };
      },
      this.#listing("ListUsers", undefined),
    );
    for await (const { items } of pages) {
      for (const item of items) {
        const user = mapUser(item);
        if (user?.sub === sub) return user;
      }
    }
    return undefined;
  }

  /** Costs a request for each user: for a few users by themselves, never for all of a pool. */
  async groupsOf(username: string, options: AbortableOptions = {}): Promise<readonly string[]> {
    const names: string[] = [];
    for (let token: string | undefined; ;) {
      const page = await this.#call(
        "AdminListGroupsForUser",
        { Username: username, Limit: this.#pageSize, ...(token === undefined ? {} : { NextToken: token }) },
        {
          signal: options.signal,
          hasToken: token !== undefined,
          check: hasList("AdminListGroupsForUser", "Groups"),
        },
      );
      for (const { GroupName } of page.Groups ?? []) if (GroupName !== undefined) names.push(GroupName);
      const next = page.NextToken;
      if (next === undefined || next === "" || next === token) return names;
      token = next;
    }
  }

  /** A group that is deleted while its members are read has none any more: the listing ends, and an event says so. */
  async *members(
    groupName: string,
    options: AbortableOptions & { readonly after?: ListingToken | undefined } = {},
  ): AsyncGenerator<GroupMemberPage> {
    const pages = listPages<UserType>(
      async (token) => {
        try {
          const page = await this.#call(
            "ListUsersInGroup",
            {
              GroupName: groupName,
              Limit: this.#pageSize,
              ...(token === undefined ? {} : { NextToken: token }),
            },
            {
              signal: options.signal,
              hasToken: token !== undefined,
              check: hasList("ListUsersInGroup", "Users"),
            },
          );
          return { items: page.Users ?? [], next: page.NextToken };
        } catch (error) {
          if (!hasCode(error, "ERR_SOURCE_POOL_NOT_FOUND")) throw error;
          // Throws again when it is the pool that is gone.
          await this.#call("DescribeUserPool", {}, { signal: options.signal });
          this.#listener({ type: "vanished", operation: "ListUsersInGroup" });
          return { items: [], next: undefined };
        }
      },
      this.#listing("ListUsersInGroup", options.after),
    );
    for await (const { items, next } of pages) {
      const subs = items.map((user) => subOf(user) ?? unnamed("ListUsersInGroup"));
      yield next === undefined ? { subs } : { subs, next };
    }
  }

  /** Reads and writes app clients and identity providers of the pool, within the same quotas. */
  settings(): PoolSettings {
    return createPoolSettings({
      call: this.#call,
      userPoolId: this.userPoolId,
      region: this.region,
      pageSize: this.#pageSize,
    });
  }

  /** Closes the connections that are kept open. */
  close(): void {
    this.#close();
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #listing(operation: "ListUsers" | "ListUsersInGroup", after: ListingToken | undefined): Listing {
    return {
      operation,
      after: after || undefined,
      keyOf: (user) => subOf(user) ?? "",
      onRepeated: () => this.#listener({ type: "page-repeated", operation }),
    };
  }
}

/** A value inside the quotes of a filter; see facts.md. */
function escapeFilter(value: string): string {
  return value.replace(/["\\]/g, "\\$&");
}

type Listing = Parameters<typeof listPages<UserType>>[1];

function unnamed(operation: string): never {
  throw unexpectedAnswer(operation, "a user that has neither a sub nor a username");
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
