import type { Migration } from "./migration.ts";

/**
 * What is watched of a run: how it stood over time, who failed, and what differs.
 *
 * Users that failed are few among many, so they have indexes of their own, by number and by class, which cost the others
 * nothing.
 */
export const runSamples: Migration = {
  version: 9,
  sql: `
    CREATE TABLE samples (
      run INTEGER NOT NULL,
      at INTEGER NOT NULL,
      data TEXT NOT NULL,
      PRIMARY KEY (run, at)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX failed_outcomes ON outcomes (id) WHERE outcome = 'failed';
    CREATE INDEX failed_outcomes_by_class ON outcomes (failure, id) WHERE outcome = 'failed';

    ALTER TABLE discrepancies ADD COLUMN field TEXT;
    UPDATE discrepancies SET field = data ->> 'field';
    CREATE INDEX discrepancies_by_field ON discrepancies (field, id);
  `,
};
