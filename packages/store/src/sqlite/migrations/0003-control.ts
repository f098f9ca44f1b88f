import type { Migration } from "./migration.ts";

/** What operators want of runs, and signs of life of the processes that work on them. */
export const control: Migration = {
  version: 3,
  sql: `
    CREATE TABLE run_controls (
      run INTEGER PRIMARY KEY,
      data TEXT NOT NULL
    ) STRICT;

    CREATE TABLE heartbeats (
      run INTEGER NOT NULL,
      worker TEXT NOT NULL,
      at REAL NOT NULL,
      data TEXT NOT NULL,
      PRIMARY KEY (run, worker)
    ) STRICT, WITHOUT ROWID;
  `,
};
