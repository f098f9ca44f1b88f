import type { Migration } from "./migration.ts";

/**
 * The chain of a run's events: each has its number, the hash of the one before and its own, and the end of the chain stands by
 * itself. Events of earlier versions stay without; a chain begins with the next one.
 */
export const eventChains: Migration = {
  version: 9,
  sql: `
    ALTER TABLE events ADD COLUMN seq integer, ADD COLUMN previous text, ADD COLUMN hash text;

    CREATE TABLE event_chains (
      run integer PRIMARY KEY,
      events integer NOT NULL,
      -- absent while the first event is being appended
      hash text
    );
  `,
};
