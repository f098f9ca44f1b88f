import type { Database } from "./database.ts";
import { sortMembers } from "./members.ts";
import type { RunRow } from "./runs.ts";
import { rowRange } from "./row-range.ts";
import { countSourceUsers } from "./source-users.ts";

/**
 * Makes what a run has read ready for questions: one row for each user, numbered without gaps, with its groups.
 *
 * A user that was read more than once keeps the place where it came first, and what was read last: a page that is
 * repeated changes nothing.
 */
export function finishReading(database: Database, run: RunRow): void {
  if (run.readingFinished) return;
  const users = sortSubs(database, run.no);
  // The highest number is the number of users unless some were read again or forgotten. Counting rows is a walk through
  // the whole table, so it is left to that case.
  if (countSourceUsers(database, run.no) !== users) {
    foldRepeatedUsers(database, run.no);
    closeGaps(database, run.no);
    sortSubs(database, run.no);
  }
  sortMembers(database, run.no);
  setReadingFinished(database, run.no, true);
}

/** Says that something was read after reading was finished, where it was. */
export function reopenReading(database: Database, run: RunRow): void {
  if (run.readingFinished) setReadingFinished(database, run.no, false);
}

/** Throws when a run's users are asked for too early: they would be incomplete, without groups, or double. */
export function assertReadingFinished(run: RunRow): void {
  if (!run.readingFinished) throw new RangeError("reading is not finished: call finishReading first");
}

function setReadingFinished(database: Database, run: number, finished: boolean): void {
  database.run("UPDATE runs SET reading_finished = ? WHERE no = ?", finished ? 1 : 0, run);
}

/** Fills the key table with the first row of each user, and gives the number of users. */
function sortSubs(database: Database, run: number): number {
  const { base, last } = rowRange(run);
  database.run("DELETE FROM source_user_subs WHERE run = ?", run);
  return database.run(
    `INSERT OR IGNORE INTO source_user_subs (run, sub, source, id)
     SELECT ?, sub, source, id FROM source_users WHERE id BETWEEN ? AND ? ORDER BY sub, source, id`,
    run,
    base,
    last,
  );
}

function foldRepeatedUsers(database: Database, run: number): void {
  const { base, last } = rowRange(run);
  database.execute("CREATE TEMP TABLE repeated (id INTEGER PRIMARY KEY, first INTEGER NOT NULL)");
  database.run(
    `INSERT INTO repeated
     SELECT u.id, s.id FROM source_users u CROSS JOIN source_user_subs s
     WHERE s.run = ? AND u.id BETWEEN ? AND ? AND s.sub = u.sub AND s.source = u.source AND s.id <> u.id
     ORDER BY u.id`,
    run,
    base,
    last,
  );
  database.run(
    `UPDATE source_users SET (listing, data) = (latest.listing, latest.data)
     FROM (SELECT first, max(id) AS id FROM repeated GROUP BY first) r CROSS JOIN source_users latest
     WHERE source_users.id = r.first AND latest.id = r.id`,
  );
  database.run("DELETE FROM source_users WHERE id IN (SELECT id FROM repeated)");
  database.execute("DROP TABLE repeated");
}

function closeGaps(database: Database, run: number): void {
  const { base, last } = rowRange(run);
  database.execute("CREATE TEMP TABLE renumbered (id INTEGER PRIMARY KEY, new INTEGER NOT NULL)");
  database.run(
    `INSERT INTO renumbered
     SELECT id, new FROM (SELECT id, ? + row_number() OVER (ORDER BY id) AS new FROM source_users WHERE id BETWEEN ? AND ?)
     WHERE id <> new`,
    base,
    base,
    last,
  );
  // An UPDATE of rowids works upwards through its rows, and every number goes down, so none is taken at its turn.
  database.run(
    `UPDATE source_users SET id = (SELECT new FROM renumbered r WHERE r.id = source_users.id)
     WHERE id BETWEEN (SELECT min(id) FROM renumbered) AND ?`,
    last,
  );
  database.execute("DROP TABLE renumbered");
}
