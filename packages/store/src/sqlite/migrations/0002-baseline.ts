import type { Migration } from "./migration.ts";

/**
 * What the runs of a project settled, user by user.
 *
 * - Plan items say in columns whose they are, so that they can be found by user: `source`, `sub` (as `sub-key.ts` writes it),
 *   and the hash of what the user maps to.
 * - `baseline` has a row for each time a run settled a user; the row with the highest item counts. It is filled in key order,
 *   run by run, when it is asked for: while a run is applied, nothing is written twice.
 * - A row without a hash is a user that is gone, or whose outcome was taken back. The hash `undecided` is like no other: the
 *   user is decided about again each time.
 */
export const baseline: Migration = {
  version: 2,
  sql: `
    UPDATE runs SET data = json_set(data, '$.kind', 'migrate');
    ALTER TABLE runs ADD COLUMN baseline_folded INTEGER NOT NULL DEFAULT 0;

    ALTER TABLE plan_items ADD COLUMN source INTEGER;
    ALTER TABLE plan_items ADD COLUMN sub ANY;
    ALTER TABLE plan_items ADD COLUMN content_hash TEXT;
    -- what the user wants by itself, where that is not what login_ids says
    ALTER TABLE plan_items ADD COLUMN wanted_login_ids TEXT;

    UPDATE plan_items SET source = data ->> 'source', sub = CASE
      WHEN data ->> 'sub' GLOB '????????-????-????-????-????????????' AND data ->> 'sub' NOT GLOB '*[^0-9a-f-]*'
        AND length(unhex(data ->> 'sub', '-')) = 16
      THEN unhex(data ->> 'sub', '-') ELSE data ->> 'sub' END;

    CREATE TABLE scopes (
      no INTEGER PRIMARY KEY AUTOINCREMENT,
      project_id TEXT NOT NULL,
      user_pool_id TEXT NOT NULL,
      UNIQUE (project_id, user_pool_id)
    ) STRICT;

    CREATE TABLE run_sources (
      run INTEGER NOT NULL,
      source INTEGER NOT NULL,
      scope INTEGER NOT NULL,
      PRIMARY KEY (run, source)
    ) STRICT, WITHOUT ROWID;

    INSERT INTO scopes (project_id, user_pool_id)
      SELECT DISTINCT data ->> 'projectId', j.value FROM runs, json_each(data, '$.userPoolIds') j;
    INSERT INTO run_sources (run, source, scope)
      SELECT r.no, j.key, s.no FROM runs r, json_each(r.data, '$.userPoolIds') j
      JOIN scopes s ON s.project_id = r.data ->> 'projectId' AND s.user_pool_id = j.value;

    CREATE TABLE baseline (
      scope INTEGER NOT NULL,
      sub ANY NOT NULL,
      item INTEGER NOT NULL,
      content_hash TEXT,
      PRIMARY KEY (scope, sub, item)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE baseline_login_ids (
      login_id TEXT NOT NULL,
      item INTEGER NOT NULL,
      PRIMARY KEY (login_id, item)
    ) STRICT, WITHOUT ROWID;
  `,
};
