import { MigrationError } from "@cognito-to-descope/core";

/** One page of a listing, as the vendor answered it. */
export interface ListedPage<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; absent or empty on the last page. */
  readonly next: string | undefined;
}

/** How a listing is followed. */
export interface ListPagesOptions<Item> {
  readonly operation: string;
  /** Where to begin; at the beginning when absent. */
  readonly after?: string | undefined;
  /** What tells items apart. */
  readonly keyOf: (item: Item) => string;
  /** A page was answered twice and the repetition was left out. */
  readonly onRepeated: () => void;
}

/** Answers in a row that lead back to where they were asked for, before the listing is given up. */
const MAX_STANDSTILLS = 5;

/**
 * Follows a listing to its end: until there is no token, whatever the size of a page.
 *
 * An answer whose token is the one it was asked with leads nowhere. When it repeats the page before, it is left out and
 * asked for again; after five such answers in a row the listing is given up rather than read for ever.
 *
 * @throws MigrationError `ERR_SOURCE_UNEXPECTED` when the listing does not get on.
 */
export async function* listPages<Item>(
  fetchPage: (token: string | undefined) => Promise<ListedPage<Item>>,
  options: ListPagesOptions<Item>,
): AsyncGenerator<ListedPage<Item>> {
  let token = options.after;
  let previous: readonly Item[] | undefined;
  let standstills = 0;
  for (;;) {
    const page = await fetchPage(token);
    const next = page.next || undefined;
    if (next === undefined) {
      yield { items: page.items, next };
      return;
    }
    if (next === token) {
      standstills += 1;
      if (standstills >= MAX_STANDSTILLS) {
        throw new MigrationError(
          "ERR_SOURCE_UNEXPECTED",
          `${options.operation} answered the same page token ${MAX_STANDSTILLS} times in a row`,
        );
      }
      if (previous !== undefined && sameItems(previous, page.items, options.keyOf)) {
        options.onRepeated();
        continue;
      }
    } else {
      standstills = 0;
    }
    yield { items: page.items, next };
    previous = page.items;
    token = next;
  }
}

function sameItems<Item>(a: readonly Item[], b: readonly Item[], keyOf: (item: Item) => string): boolean {
  return a.length === b.length && a.every((item, index) => keyOf(item) === keyOf(b[index] as Item));
}
