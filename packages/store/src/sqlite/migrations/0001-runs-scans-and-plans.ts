import type { Migration } from "./migration.ts";

/**
 * The first schema.
 *
 * - Rows that come in great number are numbered as `row-range.ts` says and only ever appended while reading. Whatever
 *   has to be looked up by another key stands in a table of its own, which is filled in key order, in one statement, once
 *   everything is read: random inserts into a tree of a million keys cost several times as much.
 * - Those key tables are WITHOUT ROWID: the key is the tree, and not an index beside one.
 * - Numbers of runs, groups and batches are never used twice (AUTOINCREMENT), so one that is known stays true.
 * - Records are JSON; a column beside it is one that SQL asks for.
 */
export const runsScansAndPlans: Migration = {
  version: 1,
  sql: `
    CREATE TABLE runs (
      no INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      started_at REAL NOT NULL,
      data TEXT NOT NULL,
      -- 1 while source_user_subs and memberships agree with what was read
      reading_finished INTEGER NOT NULL DEFAULT 0,
      -- 1 while wanted_login_ids agrees with plan_items
      login_ids_sorted INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    CREATE TABLE pools (
      run INTEGER NOT NULL,
      source INTEGER NOT NULL,
      data TEXT NOT NULL,
      PRIMARY KEY (run, source)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE listings (
      no INTEGER PRIMARY KEY,
      run INTEGER NOT NULL,
      name TEXT NOT NULL,
      state TEXT,
      UNIQUE (run, name)
    ) STRICT;

    CREATE TABLE source_users (
      id INTEGER PRIMARY KEY,
      listing INTEGER NOT NULL,
      source INTEGER NOT NULL,
      sub ANY NOT NULL,
      data TEXT NOT NULL
    ) STRICT;

    CREATE TABLE source_user_subs (
      run INTEGER NOT NULL,
      sub ANY NOT NULL,
      source INTEGER NOT NULL,
      id INTEGER NOT NULL,
      PRIMARY KEY (run, sub, source)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE pool_groups (
      no INTEGER PRIMARY KEY AUTOINCREMENT,
      run INTEGER NOT NULL,
      name TEXT NOT NULL,
      UNIQUE (run, name)
    ) STRICT;

    -- One row for each page that was read: a member is no more than a sub here.
    CREATE TABLE member_pages (
      no INTEGER PRIMARY KEY,
      run INTEGER NOT NULL,
      listing INTEGER NOT NULL,
      source INTEGER NOT NULL,
      group_no INTEGER NOT NULL,
      -- 1 when every sub of the page is a UUID
      uuids INTEGER NOT NULL,
      subs TEXT NOT NULL
    ) STRICT;
    CREATE INDEX member_pages_by_run ON member_pages (run);

    -- id is that of the source user; group_nos are numbers of pool_groups between commas.
    CREATE TABLE memberships (
      id INTEGER PRIMARY KEY,
      group_nos TEXT NOT NULL
    ) STRICT;

    CREATE TABLE target_scans (
      no INTEGER PRIMARY KEY AUTOINCREMENT,
      run INTEGER NOT NULL,
      scan TEXT NOT NULL,
      -- how many different users there are; absent until the scan is finished
      users INTEGER,
      UNIQUE (run, scan)
    ) STRICT;

    CREATE TABLE target_users (
      id INTEGER PRIMARY KEY,
      user_id TEXT NOT NULL,
      keys TEXT NOT NULL,
      data TEXT NOT NULL
    ) STRICT;

    CREATE TABLE target_user_keys (
      scan INTEGER NOT NULL,
      key TEXT NOT NULL,
      id INTEGER NOT NULL,
      PRIMARY KEY (scan, key, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE plan_items (
      id INTEGER PRIMARY KEY,
      operation TEXT NOT NULL,
      kind TEXT NOT NULL,
      login_ids TEXT NOT NULL,
      data TEXT NOT NULL
    ) STRICT;

    CREATE TABLE wanted_login_ids (
      run INTEGER NOT NULL,
      login_id TEXT NOT NULL,
      id INTEGER NOT NULL,
      PRIMARY KEY (run, login_id, id)
    ) STRICT, WITHOUT ROWID;

    -- Open batches only: closing one removes its row.
    CREATE TABLE batches (
      no INTEGER PRIMARY KEY AUTOINCREMENT,
      run INTEGER NOT NULL,
      seqs TEXT NOT NULL
    ) STRICT;

    CREATE TABLE outcomes (
      id INTEGER PRIMARY KEY,
      outcome TEXT NOT NULL,
      user_id TEXT,
      failure TEXT,
      detail TEXT
    ) STRICT;

    CREATE TABLE discrepancies (
      id INTEGER PRIMARY KEY,
      data TEXT NOT NULL
    ) STRICT;

    CREATE TABLE events (
      id INTEGER PRIMARY KEY,
      data TEXT NOT NULL
    ) STRICT;
  `,
};
