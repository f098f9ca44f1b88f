import type { Migration } from "./migration.ts";

/**
 * The index that searches of a plan go by.
 *
 * - `search_blocks` tells of each block of items which of them have a token; see `search/postings.ts`. Its key is the order in which it
 *   is filled, block by block.
 *   Its longest rows have two thousand bytes, and are kept where they are.
 * - `searched_values` are those of source users that their plan items do not have: most often of users that are left out. They outlive
 *   what was read.
 * - `replaced_items` are those that were replaced after indexing began: a search looks at each of them.
 * - Of outcomes all but the most frequent one of a migration stand in a short index, so that writing that one costs nothing more.
 */
export const planSearch: Migration = {
  version: 10,
  sql: `
    CREATE TABLE search_indexes (
      run integer PRIMARY KEY,
      seq integer NOT NULL,
      items integer NOT NULL,
      complete boolean NOT NULL
    );

    CREATE TABLE search_blocks (
      run integer NOT NULL,
      block integer NOT NULL,
      token integer NOT NULL,
      places bytea STORAGE EXTERNAL NOT NULL,
      PRIMARY KEY (run, block, token)
    ) WITH (toast_tuple_target = 4080);

    CREATE TABLE searched_values (
      run integer NOT NULL,
      seq integer NOT NULL,
      data text NOT NULL,
      PRIMARY KEY (run, seq)
    );

    CREATE TABLE replaced_items (
      run integer NOT NULL,
      seq integer NOT NULL,
      PRIMARY KEY (run, seq)
    );

    CREATE INDEX outcomes_but_created ON outcomes (run, outcome, seq) WHERE outcome <> 'created';
  `,
};
