import type { Statements } from "./database.ts";
import { GROUPS_BY_MEMBER } from "./members.ts";
import type { RunRow } from "./runs.ts";

/**
 * Makes what a run has read ready for questions: one row for each user, numbered without gaps, with its groups.
 *
 * A user that was read more than once keeps the place where it came first, and what was read last: a page that is
 * repeated changes nothing.
 *
 * @param run - Of which the row is locked.
 */
export async function finishReading(statements: Statements, run: RunRow): Promise<void> {
  if (run.readingFinished) return;
  const users = await sortSubs(statements, run.no);
  const [counted, last] = (await statements.row<[number, number]>(
    "SELECT source_users, last_seq FROM tallies WHERE run = $1",
    run.no,
  )) as [number, number];
  if (counted !== users || last !== users) {
    await foldRepeatedUsers(statements, run.no);
    await closeGaps(statements, run.no);
    await sortSubs(statements, run.no);
  }
  await statements.run(
    "UPDATE tallies SET source_users = $2, last_seq = $2, reading_finished = true WHERE run = $1",
    run.no,
    users,
  );
}

/** Throws when a run's users are asked for too early: they would be incomplete, without groups, or double. */
export function assertReadingFinished(run: RunRow): void {
  if (!run.readingFinished) throw new RangeError("reading is not finished: call finishReading first");
}

/** Fills the key table with the first row of each user and its groups, and gives the number of users. */
async function sortSubs(statements: Statements, run: number): Promise<number> {
  await statements.run("DELETE FROM source_user_subs WHERE run = $1", run);
  return statements.run(
    `INSERT INTO source_user_subs (run, sub, source, seq, group_names)
     SELECT $1, u.sub, u.source, u.seq, g.group_names
     FROM (SELECT sub, source, min(seq) AS seq FROM source_users WHERE run = $1 GROUP BY sub, source) u
     LEFT JOIN (${GROUPS_BY_MEMBER}) g ON g.source = u.source AND g.sub = u.sub
     ORDER BY u.sub, u.source`,
    run,
  );
}

async function foldRepeatedUsers(statements: Statements, run: number): Promise<void> {
  await statements.run(
    `UPDATE source_users u SET listing = latest.listing, data = latest.data
     FROM (
       SELECT s.seq AS first, max(x.seq) AS last
       FROM source_users x JOIN source_user_subs s ON s.run = $1 AND s.sub = x.sub AND s.source = x.source
       WHERE x.run = $1 GROUP BY s.seq HAVING max(x.seq) <> s.seq) repeated
     JOIN source_users latest ON latest.run = $1 AND latest.seq = repeated.last
     WHERE u.run = $1 AND u.seq = repeated.first`,
    run,
  );
  await statements.run(
    `DELETE FROM source_users u USING source_user_subs s
     WHERE u.run = $1 AND s.run = $1 AND s.sub = u.sub AND s.source = u.source AND s.seq <> u.seq`,
    run,
  );
}

async function closeGaps(statements: Statements, run: number): Promise<void> {
  await statements.run(
    `UPDATE source_users u SET seq = numbered.new
     FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS new FROM source_users WHERE run = $1) numbered
     WHERE u.run = $1 AND u.seq = numbered.seq AND numbered.seq <> numbered.new`,
    run,
  );
}
