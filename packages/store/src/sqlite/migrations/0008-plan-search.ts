import type { Migration } from "./migration.ts";

/**
 * The index that searches of a plan go by.
 *
 * - `search_blocks` tells of each block of items which of them have a token; see `search/postings.ts`. Its key is the order in which it
 *   is filled, block by block.
 * - `searched_values` are those of source users that their plan items do not have: most often of users that are left out. They outlive
 *   what was read.
 * - `replaced_items` are those that were replaced after indexing began: a search looks at each of them.
 * - Of outcomes all but the most frequent one of a migration stand in a short index, so that writing that one costs nothing more.
 */
export const planSearch: Migration = {
  version: 8,
  sql: `
    CREATE TABLE search_indexes (
      run INTEGER PRIMARY KEY,
      seq INTEGER NOT NULL,
      items INTEGER NOT NULL,
      complete INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE search_blocks (
      run INTEGER NOT NULL,
      block INTEGER NOT NULL,
      token INTEGER NOT NULL,
      places BLOB NOT NULL,
      PRIMARY KEY (run, block, token)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE searched_values (
      id INTEGER PRIMARY KEY,
      data TEXT NOT NULL
    ) STRICT;

    CREATE TABLE replaced_items (
      id INTEGER PRIMARY KEY
    ) STRICT;

    CREATE INDEX outcomes_but_created ON outcomes (outcome) WHERE outcome <> 'created';
  `,
};
