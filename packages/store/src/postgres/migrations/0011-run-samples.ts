import type { Migration } from "./migration.ts";

/**
 * What is watched of a run: how it stood over time, who failed, and what differs.
 *
 * Users that failed are few among many, so they have indexes of their own, by number and by class, which cost the others
 * nothing.
 */
export const runSamples: Migration = {
  version: 11,
  sql: `
    CREATE TABLE samples (
      run integer NOT NULL,
      at bigint NOT NULL,
      data text NOT NULL,
      PRIMARY KEY (run, at)
    );

    CREATE INDEX failed_outcomes ON outcomes (run, seq) WHERE outcome = 'failed';
    CREATE INDEX failed_outcomes_by_class ON outcomes (run, failure, seq) WHERE outcome = 'failed';

    ALTER TABLE discrepancies ADD COLUMN field text COLLATE "C";
    -- As text: a value of the record may hold what the JSON of PostgreSQL refuses. Within a value the quotes are escaped.
    UPDATE discrepancies SET field = substring(data FROM '"field":"([^"\\\\]*)"');
    CREATE INDEX discrepancies_by_field ON discrepancies (run, field, no);
  `,
};
