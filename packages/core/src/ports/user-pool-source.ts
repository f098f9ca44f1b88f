import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { PoolUser } from "../pool/pool-user.ts";

/** Options of whatever may wait. */
export interface AbortableOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Which users of a pool are listed, from where on. */
export interface UsersOptions extends AbortableOptions {
  readonly after?: ListingToken | undefined;
  /** Only users whose `sub` begins with this. A token belongs to its prefix. */
  readonly subPrefix?: string | undefined;
}

/** Where a listing stands: continue after everything up to here. Opaque text of the source. */
export type ListingToken = string;

/** One page of users. May be short or empty without being the last. */
export interface PoolUserPage {
  readonly users: readonly PoolUser[];
  /** Where the next page begins; absent on the last page. */
  readonly next?: ListingToken;
}

/** One page of a group's members, by `sub`. May be short or empty without being the last. */
export interface GroupMemberPage {
  readonly subs: readonly string[];
  /** Where the next page begins; absent on the last page. */
  readonly next?: ListingToken;
}

/**
 * Reads a user pool. Implementations page, keep the quotas, and retry what is worth a retry; callers iterate.
 *
 * Faults are thrown as {@link MigrationError}s. A token that the pool no longer takes is `ERR_SOURCE_TOKEN_EXPIRED`:
 * the caller starts that listing again from its beginning.
 */
export interface UserPoolSource {
  readonly userPoolId: string;
  /** Everything about the pool but its users. Never partial: throws rather than leave a part out. */
  readSnapshot(options?: AbortableOptions): Promise<PoolSnapshot>;
  /**
   * Every user once, in the source's own order, from `after` on.
   *
   * Cognito gives no snapshot isolation: a user created while iterating may or may not appear.
   */
  users(options?: UsersOptions): AsyncIterable<PoolUserPage>;
  /** One user by its `sub`, without making it a monthly active user; undefined when the pool has none. */
  findUser(sub: string, options?: AbortableOptions): Promise<PoolUser | undefined>;
  /** The names of a user's groups, asked for by itself. */
  groupsOf(username: string, options?: AbortableOptions): Promise<readonly string[]>;
  /** Every member of a group, from `after` on. */
  members(
    groupName: string,
    options?: AbortableOptions & { readonly after?: ListingToken | undefined },
  ): AsyncIterable<GroupMemberPage>;
}
