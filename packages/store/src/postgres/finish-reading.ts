import type { Statements } from "./database.ts";
import { GROUPS_BY_MEMBER } from "./members.ts";
import type { RunRow } from "./runs.ts";
import { JSON_END, jsonList, TEXT_END, textList } from "./text-list.ts";

/** Every user of the run `$1`: its number, its source and its sub, and which of its page it is. */
const USERS = `
  SELECT p.first_seq, u.n, (p.first_seq + u.n - 1)::integer AS seq, p.source, u.sub COLLATE "C" AS sub
  FROM source_pages p CROSS JOIN LATERAL unnest(${textList("p.subs")}) WITH ORDINALITY u(sub, n)
  WHERE p.run = $1 AND u.n <= p.users`;

/** Users that a page has at most when pages are made anew. */
const USERS_PER_PAGE = 60;

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
    await makePagesAnew(statements, run.no);
    await sortSubs(statements, run.no);
  }
  await writeGroups(statements, run.no);
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

/** Fills the key table with the first number of each user, and gives the number of users. */
async function sortSubs(statements: Statements, run: number): Promise<number> {
  await statements.run("DELETE FROM source_user_subs WHERE run = $1", run);
  return statements.run(
    `INSERT INTO source_user_subs (run, sub, source, seq)
     SELECT $1, u.sub, u.source, min(u.seq) FROM (${USERS}) u GROUP BY u.sub, u.source ORDER BY u.sub, u.source`,
    run,
  );
}

/** Writes each user once, where it came first and as it was read last, and numbers them without gaps. */
async function makePagesAnew(statements: Statements, run: number): Promise<void> {
  // A page is of one listing. The new ones stand under the negative number of the run until the old ones are gone.
  await statements.run(
    `INSERT INTO source_pages (run, first_seq, listing, source, users, subs, data)
     SELECT -$1::integer, min(seq), listing, source, count(*),
       string_agg(sub || '${TEXT_END}', '' ORDER BY seq), string_agg(data || '${JSON_END}', '' ORDER BY seq)
     FROM (
       SELECT *, seq - row_number() OVER (PARTITION BY listing, source ORDER BY seq) AS stretch
       FROM (
         SELECT DISTINCT ON (first) source, sub, listing, data, dense_rank() OVER (ORDER BY first) AS seq
         FROM (
           SELECT p.source, p.listing, u.sub, u.data, p.first_seq + u.n AS place,
             min(p.first_seq + u.n) OVER (PARTITION BY p.source, u.sub) AS first
           FROM source_pages p
           CROSS JOIN LATERAL unnest(${textList("p.subs")}, ${jsonList("p.data")}) WITH ORDINALITY u(sub, data, n)
           WHERE p.run = $1 AND u.n <= p.users) every
         ORDER BY first, place DESC) latest) numbered
     GROUP BY listing, source, stretch, (seq - stretch - 1) / ${USERS_PER_PAGE}`,
    run,
  );
  await statements.run("DELETE FROM source_pages WHERE run = $1", run);
  await statements.run("UPDATE source_pages SET run = $1 WHERE run = -$1::integer", run);
}

/** Writes the groups of the users beside them. Members that are no users of the source are left out. */
async function writeGroups(statements: Statements, run: number): Promise<void> {
  await statements.run("UPDATE source_pages SET groups = NULL WHERE run = $1 AND groups IS NOT NULL", run);
  await statements.run(
    `UPDATE source_pages p SET groups = g.groups
     FROM (
       SELECT u.first_seq, string_agg(coalesce(m.group_names, ''), '${JSON_END}' ORDER BY u.n) AS groups
       FROM (${USERS}) u LEFT JOIN (${GROUPS_BY_MEMBER}) m ON m.source = u.source AND m.sub = u.sub
       GROUP BY u.first_seq HAVING count(m.group_names) > 0) g
     WHERE p.run = $1 AND p.first_seq = g.first_seq`,
    run,
  );
}
