/**
 * All users of a project: by login ID, by user ID, in order of creation, and by any value that is searched for often.
 * Indexes over values are built at the first search that needs them and kept from then on.
 */

import { copyUser } from "./user-record.ts";
import type { UserRecord } from "./user-record.ts";

type ReadKeys = (user: UserRecord) => string | undefined;

interface ValueIndex {
  readonly read: ReadKeys;
  readonly users: Map<string, UserRecord | UserRecord[]>;
}

/** A user as searches still see it. */
interface Stale {
  /** Undefined: searches do not see the user yet. */
  readonly seen: UserRecord | undefined;
  readonly until: number;
}

/** Users in order of creation, with holes where users were deleted. */
class OrderedUsers {
  #users: (UserRecord | undefined)[] = [];
  #holes = 0;

  get size(): number {
    return this.#users.length - this.#holes;
  }

  add(user: UserRecord): void {
    user.position = this.#users.length;
    this.#users.push(user);
  }

  remove(user: UserRecord): void {
    this.#users[user.position] = undefined;
    this.#holes += 1;
    if (this.#holes > 1024 && this.#holes > this.#users.length / 2) this.#close();
  }

  /** The users without holes; not to be changed. */
  all(): readonly UserRecord[] {
    if (this.#holes > 0) this.#close();
    return this.#users as UserRecord[];
  }

  #close(): void {
    const kept = this.#users.filter((user) => user !== undefined);
    kept.forEach((user, position) => {
      user.position = position;
    });
    this.#users = kept;
    this.#holes = 0;
  }
}

/** Stores users. All changes go through {@link add}, {@link change} and {@link remove}. */
export class UserStore {
  readonly #byLoginId = new Map<string, UserRecord>();
  readonly #byUserId = new Map<string, UserRecord>();
  readonly #regular = new OrderedUsers();
  readonly #test = new OrderedUsers();
  readonly #indexes = new Map<string, ValueIndex>();
  readonly #stale = new Map<string, Stale>();
  readonly #fold: boolean;
  readonly #searchLagMs: number;
  readonly #clock: () => number;

  constructor(options: { readonly foldLoginIds: boolean; readonly searchLagMs: number; readonly clock: () => number }) {
    this.#fold = options.foldLoginIds;
    this.#searchLagMs = options.searchLagMs;
    this.#clock = options.clock;
  }

  /** Users that are not test users. */
  get size(): number {
    return this.#regular.size;
  }

  get testSize(): number {
    return this.#test.size;
  }

  byLoginId(loginId: string): UserRecord | undefined {
    return this.#byLoginId.get(this.#key(loginId));
  }

  byUserId(userId: string): UserRecord | undefined {
    return this.#byUserId.get(userId);
  }

  /** By login ID, else by user ID: most requests take either in `loginId`. */
  find(identifier: string): UserRecord | undefined {
    return this.byLoginId(identifier) ?? this.#byUserId.get(identifier);
  }

  /** Tells whether two login IDs are the same to this project. */
  same(one: string, other: string): boolean {
    return this.#key(one) === this.#key(other);
  }

  /** Adds a user whose login IDs are free. */
  add(user: UserRecord): void {
    for (const loginId of user.loginIds) this.#byLoginId.set(this.#key(loginId), user);
    this.#byUserId.set(user.userId, user);
    (user.test ? this.#test : this.#regular).add(user);
    if (this.#indexes.size > 0) this.#index(user);
    if (this.#searchLagMs > 0) this.#remember(user.userId, undefined);
  }

  /** Changes a user; login IDs may change too, when they are free. */
  change(user: UserRecord, change: (user: UserRecord) => void): void {
    if (this.#searchLagMs > 0) this.#remember(user.userId, copyUser(user));
    if (this.#indexes.size > 0) this.#unindex(user);
    const before = user.loginIds;
    change(user);
    user.modifiedAt = this.#clock();
    if (user.loginIds !== before) {
      for (const loginId of before) this.#byLoginId.delete(this.#key(loginId));
      for (const loginId of user.loginIds) this.#byLoginId.set(this.#key(loginId), user);
    }
    if (this.#indexes.size > 0) this.#index(user);
  }

  remove(user: UserRecord): void {
    if (this.#searchLagMs > 0) this.#remember(user.userId, copyUser(user));
    if (this.#indexes.size > 0) this.#unindex(user);
    for (const loginId of user.loginIds) this.#byLoginId.delete(this.#key(loginId));
    this.#byUserId.delete(user.userId);
    (user.test ? this.#test : this.#regular).remove(user);
  }

  /** Users that are not test users, in order of creation; not to be kept over a change. */
  regular(): readonly UserRecord[] {
    return this.#regular.all();
  }

  /** Test users, in order of creation; not to be kept over a change. */
  test(): readonly UserRecord[] {
    return this.#test.all();
  }

  /**
   * Users with a value, from an index that is built at first use.
   *
   * @param name - The index's name; equal names must come with equal readers.
   * @param read - The one indexed value of a user, if it has one.
   */
  byValue(name: string, read: ReadKeys, value: string): readonly UserRecord[] {
    let index = this.#indexes.get(name);
    if (index === undefined) {
      index = { read, users: new Map() };
      this.#indexes.set(name, index);
      for (const user of this.regular()) put(index, user);
      for (const user of this.test()) put(index, user);
    }
    const found = index.users.get(value);
    if (found === undefined) return [];
    return Array.isArray(found) ? found : [found];
  }

  /** True while searches see something else than the present. */
  get hasStale(): boolean {
    if (this.#stale.size === 0) return false;
    const now = this.#clock();
    for (const [userId, stale] of this.#stale) if (stale.until <= now) this.#stale.delete(userId);
    return this.#stale.size > 0;
  }

  /** All users as searches see them now: changes younger than the lag are missing. */
  asSearched(test: boolean): readonly UserRecord[] {
    const present = test ? this.test() : this.regular();
    if (!this.hasStale) return present;
    const seen: UserRecord[] = [];
    for (const user of present) {
      const stale = this.#stale.get(user.userId);
      const view = stale === undefined ? user : stale.seen;
      if (view !== undefined) seen.push(view);
    }
    for (const [userId, { seen: deleted }] of this.#stale) {
      if (deleted !== undefined && deleted.test === test && !this.#byUserId.has(userId)) seen.push(deleted);
    }
    return seen;
  }

  #remember(userId: string, seen: UserRecord | undefined): void {
    const now = this.#clock();
    const pending = this.#stale.get(userId);
    if (pending !== undefined && pending.until > now) return;
    this.#stale.set(userId, { seen, until: now + this.#searchLagMs });
  }

  #index(user: UserRecord): void {
    for (const index of this.#indexes.values()) put(index, user);
  }

  #unindex(user: UserRecord): void {
    for (const index of this.#indexes.values()) take(index, user);
  }

  #key(loginId: string): string {
    return this.#fold ? loginId.toLowerCase() : loginId;
  }
}

function put(index: ValueIndex, user: UserRecord): void {
  const value = index.read(user);
  if (value === undefined) return;
  const there = index.users.get(value);
  if (there === undefined) index.users.set(value, user);
  else if (Array.isArray(there)) there.push(user);
  else index.users.set(value, [there, user]);
}

function take(index: ValueIndex, user: UserRecord): void {
  const value = index.read(user);
  if (value === undefined) return;
  const there = index.users.get(value);
  if (there === user) index.users.delete(value);
  else if (Array.isArray(there)) {
    const left = there.filter((other) => other !== user);
    if (left.length === 0) index.users.delete(value);
    else index.users.set(value, left);
  }
}
