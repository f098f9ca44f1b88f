/**
 * Eventual consistency: for a while after a change, lists of users show the user as it was before. A user just created is not
 * there yet; one just deleted still is. AdminGetUser always tells the truth.
 */

import type { UserPool } from "./user-pool.ts";

interface OldView {
  /** The user as it was; undefined when it was not there. */
  readonly text: string | undefined;
  readonly until: number;
}

/** Remembers how users looked before their latest changes. */
export class ListLag {
  readonly #lagMs: number;
  readonly #now: () => number;
  readonly #views = new Map<UserPool, Map<number, OldView>>();

  constructor(lagMs: number, now: () => number) {
    this.#lagMs = lagMs;
    this.#now = now;
  }

  /** Runs a change of one user and remembers how lists are to show it meanwhile. */
  async during<T>(
    pool: UserPool,
    find: () => { readonly index: number } | undefined,
    change: () => T,
  ): Promise<Awaited<T>> {
    const before = find();
    const user = before === undefined ? undefined : pool.users.at(before.index);
    const text = user === undefined ? undefined : pool.users.render(user);
    const length = pool.users.length;
    const result = await change();
    const index = before?.index ?? (pool.users.length > length ? length : undefined);
    if (index !== undefined) this.#remember(pool, index, text);
    return result;
  }

  /** How a list shows a place of the pool's table, if not as it is. */
  viewAt(pool: UserPool, index: number): { readonly text: string | undefined } | undefined {
    const view = this.#views.get(pool)?.get(index);
    return view !== undefined && view.until > this.#now() ? view : undefined;
  }

  #remember(pool: UserPool, index: number, text: string | undefined): void {
    const now = this.#now();
    let views = this.#views.get(pool);
    if (views === undefined) {
      views = new Map();
      this.#views.set(pool, views);
    }
    for (const [key, { until }] of views) {
      if (until > now) break;
      views.delete(key);
    }
    // Lists never go back in time: while an old view lasts, it stays the one.
    if (!views.has(index)) views.set(index, { text, until: now + this.#lagMs });
  }
}
