import type { Migration } from "./migration.ts";

/**
 * What the runs of a project settled, user by user.
 *
 * - `baseline` has a row for each time a run settled a user; the row of the latest run counts, and comes first. It is filled in
 *   key order, run by run, when it is asked for: while a run is applied, nothing is written twice.
 * - A row without a hash is a user that is gone, or whose outcome was taken back. The hash `undecided` is like no other: the
 *   user is decided about again each time.
 */
export const baseline: Migration = {
  version: 2,
  sql: `
    CREATE TABLE scopes (
      no integer GENERATED ALWAYS AS IDENTITY,
      project_id text COLLATE "C" NOT NULL,
      user_pool_id text COLLATE "C" NOT NULL,
      PRIMARY KEY (project_id, user_pool_id)
    );

    CREATE TABLE run_sources (
      run integer NOT NULL,
      source integer NOT NULL,
      scope integer NOT NULL,
      PRIMARY KEY (run, source)
    );

    CREATE TABLE baseline (
      scope integer NOT NULL,
      sub text COLLATE "C" NOT NULL,
      run integer NOT NULL,
      seq integer NOT NULL,
      settled_hash text
    );
    CREATE UNIQUE INDEX baseline_latest_first ON baseline (scope, sub, run DESC, seq DESC);

    CREATE TABLE baseline_login_ids (
      login_id text COLLATE "C" NOT NULL,
      run integer NOT NULL,
      seq integer NOT NULL,
      PRIMARY KEY (login_id, run, seq)
    );
  `,
};
