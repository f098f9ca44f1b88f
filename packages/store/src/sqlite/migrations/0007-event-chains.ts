import type { Migration } from "./migration.ts";

/**
 * The chain of a run's events: each has its number, the hash of the one before and its own, and the end of the chain stands by
 * itself. Events of earlier versions stay without; a chain begins with the next one.
 */
export const eventChains: Migration = {
  version: 7,
  sql: `
    ALTER TABLE events ADD COLUMN seq INTEGER;
    ALTER TABLE events ADD COLUMN previous TEXT;
    ALTER TABLE events ADD COLUMN hash TEXT;

    CREATE TABLE event_chains (
      run INTEGER PRIMARY KEY,
      events INTEGER NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
  `,
};
