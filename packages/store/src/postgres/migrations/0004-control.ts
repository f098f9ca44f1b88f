import type { Migration } from "./migration.ts";

/** What operators want of runs, and signs of life of the processes that work on them. */
export const control: Migration = {
  version: 4,
  sql: `
    CREATE TABLE run_controls (
      run integer PRIMARY KEY,
      data text NOT NULL
    );

    CREATE TABLE heartbeats (
      run integer NOT NULL,
      worker text COLLATE "C" NOT NULL,
      at double precision NOT NULL,
      data text NOT NULL,
      PRIMARY KEY (run, worker)
    ) WITH (fillfactor = 50);
  `,
};
