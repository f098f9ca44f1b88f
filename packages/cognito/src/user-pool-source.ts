import { hasCode } from "@cognito-to-descope/core";
import type {
  AbortableOptions,
  GroupMemberPage,
  ListingToken,
  PoolSnapshot,
  PoolUser,
  PoolUserPage,
  UserPoolSource,
  UsersOptions,
} from "@cognito-to-descope/core";
import type { UserType } from "@aws-sdk/client-cognito-identity-provider";

import { accountOfArn } from "./account-quotas.ts";
import { unexpectedAnswer } from "./errors.ts";
import { listPages } from "./list-pages.ts";
import { mapUser, subOf } from "./map-user.ts";
import { openPool } from "./open-pool.ts";
import type { UserPoolSourceOptions } from "./open-pool.ts";
import type { PoolCall } from "./pool-calls.ts";
import { hasList, readSnapshot } from "./read-snapshot.ts";
import type { RequestQuotas } from "./request-quotas.ts";
import type { CognitoSourceListener } from "./source-events.ts";

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

/** A {@link UserPoolSource} over Cognito's API. Made by {@link createUserPoolSource}. */
export class CognitoUserPoolSource implements UserPoolSource, Disposable {
  readonly userPoolId: string;
  /** The region that requests are signed for. */
  readonly region: string;
  readonly #call: PoolCall;
  readonly #quotas: RequestQuotas;
  readonly #listener: CognitoSourceListener;
  readonly #pageSize: number;
  readonly #close: () => void;

  constructor(options: UserPoolSourceOptions) {
    const { userPoolId, region, call, quotas, listener, pageSize, close } = openPool(options);
    this.userPoolId = userPoolId;
    this.region = region;
    this.#call = call;
    this.#quotas = quotas;
    this.#listener = listener;
    this.#pageSize = pageSize;
    this.#close = close;
  }

  async readSnapshot(options: AbortableOptions = {}): Promise<PoolSnapshot> {
    options.signal?.throwIfAborted();
    const { userPoolId, region } = this;
    const reader = {
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
    return await readSnapshot(reader, options.signal);
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
