/** Pages of users, with the habits of Cognito's lists: short pages, empty pages with a token, places that outlive deletions. */

import type { CognitoState } from "./cognito-state.ts";
import type { UserPool } from "./user-pool.ts";
import type { UserRecord } from "./user-record.ts";

/** A list of users to take a page of. */
export interface UserListing {
  readonly pool: UserPool;
  /** Place in the list to start at. */
  readonly start: number;
  readonly limit: number;
  /** Places in the list. */
  readonly length: number;
  /** The user at a place; undefined where one was removed. */
  readonly at: (place: number) => UserRecord | undefined;
  /** True when places are those of the pool's table. */
  readonly isTable?: boolean;
  /** Which users are meant; all when left out. */
  readonly matches?: ((user: UserRecord) => boolean) | undefined;
  /** How a user looks in the answer; the whole `UserType` when left out. */
  readonly render?: ((user: UserRecord) => string) | undefined;
}

/** One page: rendered users, and where the next one starts unless this was the last. */
export interface UserPage {
  readonly rendered: readonly string[];
  readonly next: number | undefined;
}

/** Takes the page that starts at a place. */
export function pageUsers(state: CognitoState, listing: UserListing): UserPage {
  const { pool, length, at, matches } = listing;
  state.pagesListed += 1;
  const { shortPages, emptyPageEvery } = state.lists;
  if (emptyPageEvery !== undefined && state.pagesListed % emptyPageEvery === 0 && listing.start < length) {
    return { rendered: [], next: listing.start };
  }
  const limit = shortPages === true ? 1 + ((state.pagesListed * 7919) % listing.limit) : listing.limit;
  const render = listing.render ?? ((user: UserRecord): string => pool.users.render(user));
  const rendered: string[] = [];
  let place = listing.start;
  for (; place < length && rendered.length < limit; place += 1) {
    const user = at(place);
    const view = state.listLag?.viewAt(pool, user?.index ?? (listing.isTable === true ? place : -1));
    if (view !== undefined) {
      // An old view is shown as it was; whether the filter would still find it is not looked into.
      if (view.text !== undefined && (matches === undefined || user !== undefined)) rendered.push(view.text);
      continue;
    }
    if (user === undefined || (matches !== undefined && !matches(user))) continue;
    rendered.push(render(user));
  }
  return { rendered, next: place < length ? place : undefined };
}
