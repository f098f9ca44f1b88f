import type { Migration } from "./migration.ts";

/**
 * The first schema.
 *
 * - Rows that come in great number are numbered within their run (or their scan of the target) as they are appended, from a
 *   count in `tallies`. Whatever has to be looked up by another key stands in a table of its own, which is filled in
 *   key order, in one statement, once everything is read: random inserts into an index of a million keys cost several
 *   times as much.
 * - Keys are text of the collation "C": their order is that of code points, whatever the database's own collation is.
 * - Numbers of runs, listings, scans and batches are never used twice, so one that is known stays true.
 * - Records are JSON as text; `jsonb` would refuse what JSON can say and PostgreSQL's text cannot hold, and would sort names.
 */
export const runsScansAndPlans: Migration = {
  version: 1,
  sql: `
    CREATE TABLE runs (
      no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id text COLLATE "C" NOT NULL UNIQUE,
      project_id text COLLATE "C" NOT NULL,
      data text NOT NULL,
      -- whether wanted_login_ids agrees with plan_items
      login_ids_sorted boolean NOT NULL DEFAULT false,
      -- whether the baseline has every outcome
      baseline_folded boolean NOT NULL DEFAULT false
    );

    -- What changes with every page, apart from the run's record, which would be copied with it.
    CREATE TABLE tallies (
      run integer PRIMARY KEY,
      -- users in source_pages, and the highest number that one of them was given
      source_users integer NOT NULL DEFAULT 0,
      last_seq integer NOT NULL DEFAULT 0,
      -- whether source_user_subs and the groups agree with what was read
      reading_finished boolean NOT NULL DEFAULT false,
      discrepancies integer NOT NULL DEFAULT 0
    );

    CREATE TABLE pools (
      run integer NOT NULL,
      source integer NOT NULL,
      data text NOT NULL,
      PRIMARY KEY (run, source)
    );

    CREATE TABLE listings (
      run integer NOT NULL,
      name text COLLATE "C" NOT NULL,
      no integer GENERATED ALWAYS AS IDENTITY,
      state text,
      PRIMARY KEY (run, name)
    );

    -- One row for each page that was read: a row of its own for each user takes three times as long to write. Its users are
    -- numbered from first_seq on. Subs, users and groups are lists in the order of the users, each in its text.
    CREATE TABLE source_pages (
      run integer NOT NULL,
      first_seq integer NOT NULL,
      listing integer NOT NULL,
      source integer NOT NULL,
      users integer NOT NULL,
      subs text STORAGE EXTERNAL NOT NULL,
      data text STORAGE EXTERNAL NOT NULL,
      -- of each user the names as JSON, with commas between them, in no order, and perhaps twice; absent when none has any
      groups text,
      PRIMARY KEY (run, first_seq)
    );

    CREATE TABLE source_user_subs (
      run integer NOT NULL,
      sub text COLLATE "C" NOT NULL,
      source integer NOT NULL,
      seq integer NOT NULL,
      PRIMARY KEY (run, sub, source)
    );

    -- One row for each page that was read: a member is no more than a sub here. A UUID takes 16 bytes instead of 37.
    CREATE TABLE member_pages (
      run integer NOT NULL,
      listing integer NOT NULL,
      source integer NOT NULL,
      -- as JSON
      group_name text NOT NULL,
      uuids uuid[] NOT NULL,
      others text[] NOT NULL
    );
    CREATE INDEX member_pages_by_run ON member_pages (run, listing);

    CREATE TABLE target_scans (
      run integer NOT NULL,
      scan text COLLATE "C" NOT NULL,
      no integer GENERATED ALWAYS AS IDENTITY,
      last_seq integer NOT NULL DEFAULT 0,
      -- how many different users there are; absent until the scan is finished
      users integer,
      PRIMARY KEY (run, scan)
    );

    CREATE TABLE target_users (
      scan integer NOT NULL,
      seq integer NOT NULL,
      user_id text COLLATE "C" NOT NULL,
      keys text NOT NULL,
      data text NOT NULL,
      PRIMARY KEY (scan, seq)
    );

    -- Looked up by a hash, in a third of the time that text takes; the key itself tells those of one hash apart.
    CREATE TABLE target_user_keys (
      scan integer NOT NULL,
      hash bigint NOT NULL,
      seq integer NOT NULL,
      key text COLLATE "C" NOT NULL
    );
    CREATE INDEX target_user_keys_by_hash ON target_user_keys (scan, hash);

    CREATE TABLE plan_items (
      run integer NOT NULL,
      seq integer NOT NULL,
      operation text NOT NULL,
      kind text NOT NULL,
      source integer NOT NULL,
      sub text COLLATE "C" NOT NULL,
      -- what the baseline says of the user once this is done; absent for one that is gone
      settled_hash text,
      -- what the user wants by itself, where that is not what login_ids says
      wanted_login_ids text,
      login_ids text NOT NULL,
      data text NOT NULL,
      PRIMARY KEY (run, seq)
    );

    CREATE TABLE wanted_login_ids (
      run integer NOT NULL,
      login_id text COLLATE "C" NOT NULL,
      seq integer NOT NULL,
      PRIMARY KEY (run, login_id, seq)
    );

    -- Open batches only: closing one removes its row.
    CREATE TABLE batches (
      run integer NOT NULL,
      no integer GENERATED ALWAYS AS IDENTITY,
      seqs integer[] NOT NULL,
      PRIMARY KEY (run, no)
    );

    CREATE TABLE outcomes (
      run integer NOT NULL,
      seq integer NOT NULL,
      outcome text NOT NULL,
      user_id text,
      failure text COLLATE "C",
      detail text,
      PRIMARY KEY (run, seq)
    );

    CREATE TABLE discrepancies (
      run integer NOT NULL,
      no integer NOT NULL,
      data text NOT NULL,
      PRIMARY KEY (run, no)
    );

    CREATE TABLE events (
      run integer NOT NULL,
      no integer GENERATED ALWAYS AS IDENTITY,
      data text NOT NULL,
      PRIMARY KEY (run, no)
    );
  `,
};
