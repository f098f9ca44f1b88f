import { MigrationError } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { forgetSettled } from "./baseline-folding.ts";
import { forgetIndex } from "./plan-search.ts";
import { rowRange } from "./row-range.ts";
import { toStoreError } from "./store-error.ts";
import { forgetTargetScan } from "./target-users.ts";

/** Removes what every other run has read. Its listings go as well: going on with such a run reads anew. */
export function forgetScans(database: Database, exceptRun: number): void {
  const runs = database.rows<[number]>("SELECT no FROM runs WHERE no <> ?", exceptRun);
  for (const [run] of runs) forgetScansOf(database, run);
}

function forgetScansOf(database: Database, run: number): void {
  const { base, last } = rowRange(run);
  database.run("DELETE FROM source_users WHERE id BETWEEN ? AND ?", base, last);
  database.run("DELETE FROM memberships WHERE id BETWEEN ? AND ?", base, last);
  database.run("DELETE FROM source_user_subs WHERE run = ?", run);
  database.run("DELETE FROM member_pages WHERE run = ?", run);
  database.run("DELETE FROM pool_groups WHERE run = ?", run);
  database.run("DELETE FROM listings WHERE run = ?", run);
  database.run("UPDATE runs SET reading_finished = 0 WHERE no = ?", run);
  const scans = database.rows<[number]>("SELECT no FROM target_scans WHERE run = ?", run);
  for (const [scan] of scans) forgetTargetScan(database, scan);
}

/** Removes a run and everything that is its own. */
export function removeRun(database: Database, run: number): void {
  forgetSettled(database, run);
  forgetScansOf(database, run);
  forgetIndex(database, run);
  const { base, last } = rowRange(run);
  for (const table of ["plan_items", "outcomes", "discrepancies", "events"]) {
    database.run(`DELETE FROM ${table} WHERE id BETWEEN ? AND ?`, base, last);
  }
  for (const table of [
    "pools",
    "wanted_login_ids",
    "batches",
    "run_sources",
    "run_controls",
    "heartbeats",
    "event_chains",
    "samples",
  ]) {
    database.run(`DELETE FROM ${table} WHERE run = ?`, run);
  }
  database.run("DELETE FROM runs WHERE no = ?", run);
}

/**
 * Removes every row of every table and gives the space back.
 *
 * With `secure_delete` SQLite writes zeros over what it removes; without it, rows stay readable in the file until their
 * pages are used again. What the file system or the disk itself keeps of former contents is out of reach.
 */
export function purge(database: Database): void {
  // A pragma may do its work as it is prepared, so these are prepared each time.
  database.execute("PRAGMA secure_delete = ON");
  try {
    database.write("power", () => {
      const tables = database.rows<[string]>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
      );
      for (const [table] of tables) database.run(`DELETE FROM "${table}"`);
    });
    // The zeros are in the log until a checkpoint copies them, and so are the rows that they overwrite. VACUUM cannot be part
    // of a transaction; a crash before it leaves an empty store in a large file.
    emptyLog(database);
    database.execute("VACUUM");
    emptyLog(database);
  } catch (error) {
    throw toStoreError(error);
  } finally {
    database.execute("PRAGMA secure_delete = OFF");
  }
}

function emptyLog(database: Database): void {
  // The pragma does not fail when another process is reading from the log: it says so in its first column.
  const row = database.row<[number]>("PRAGMA wal_checkpoint(TRUNCATE)");
  if (row?.[0] === 1) {
    throw new MigrationError("ERR_STORE_LOCKED", "another process is reading from the state store", {
      suggestion: "Wait until the other command has finished, and run the command again.",
    });
  }
}
