import type { ListingState, PoolUser, SourceUser } from "@cognito-to-descope/core";
import { toJson } from "../columns/json-column.ts";
import { fromPoolUserColumn, toPoolUserColumn } from "../columns/pool-user-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import type { Statements } from "./database.ts";
import type { GroupNames } from "./group-names.ts";
import { noRun, RUN_NO } from "./runs.ts";
import { JSON_END, toJsonList, toTextList } from "./text-list.ts";

/** A page, with the groups of its users where any of them has one. */
type PageRow = readonly [firstSeq: number, source: number, data: string, groups: string | null];

/** One user of a page. */
type SourceUserRow = readonly [seq: number, source: number, data: string, groups: string | null];

const PAGE_OF_SEQ = `
  SELECT * FROM source_pages WHERE run = ${RUN_NO} AND first_seq <= q.seq ORDER BY first_seq DESC LIMIT 1`;

/** The user with the number `q.seq`, cut out of its page. */
const SOURCE_USER = `
  SELECT q.seq, p.source, split_part(p.data, '${JSON_END}', q.seq - p.first_seq + 1),
    split_part(p.groups, '${JSON_END}', q.seq - p.first_seq + 1)`;

export async function appendSourceUsers(
  statements: Statements,
  runId: string,
  source: number,
  users: readonly PoolUser[],
  listing: string,
  state: ListingState,
): Promise<void> {
  // The count's row is locked until the end, so that numbers are given once, also when two sources are read at a time.
  const found = await statements.row(
    `WITH counted AS (
       UPDATE tallies t
       SET reading_finished = false, source_users = t.source_users + $3, last_seq = t.last_seq + $3
       FROM runs r WHERE r.id = $1 AND t.run = r.no
       RETURNING t.run, t.last_seq - $3 AS base),
     listed AS (
       INSERT INTO listings (run, name, state) SELECT run, $2, $4 FROM counted
       ON CONFLICT (run, name) DO UPDATE SET state = excluded.state RETURNING no),
     appended AS (
       INSERT INTO source_pages (run, first_seq, listing, source, users, subs, data)
       SELECT c.run, c.base + 1, l.no, $5, $3, $6, $7 FROM counted c, listed l WHERE $3 > 0)
     SELECT 1 FROM counted`,
    toStoredText(runId),
    toStoredText(listing),
    users.length,
    toJson(state),
    source,
    toTextList(users.map(({ sub }) => toStoredText(sub))),
    toJsonList(users.map(toPoolUserColumn)),
  );
  if (found === undefined) throw noRun();
}

/** Before reading is finished this counts a user again each time it was read. */
export async function countSourceUsers(statements: Statements, runId: string): Promise<number> {
  const row = await statements.row<[number]>(
    "SELECT t.source_users FROM runs r JOIN tallies t ON t.run = r.no WHERE r.id = $1",
    toStoredText(runId),
  );
  if (row === undefined) throw noRun();
  return row[0];
}

export async function readSourceUsers(
  statements: Statements,
  names: GroupNames,
  runId: string,
  afterSeq: number,
  limit: number,
): Promise<readonly SourceUser[]> {
  // Numbers have no gaps, so the pages that hold these are known: from the one that the first is in.
  const pages = await statements.rows<PageRow>(
    `SELECT first_seq, source, data, groups FROM source_pages
     WHERE run = ${RUN_NO} AND first_seq <= $2::bigint + $3::bigint AND first_seq >= coalesce(
       (SELECT first_seq FROM source_pages WHERE run = ${RUN_NO} AND first_seq <= $2::bigint + 1
        ORDER BY first_seq DESC LIMIT 1), 0)
     ORDER BY first_seq`,
    toStoredText(runId),
    afterSeq,
    limit,
  );
  const users: SourceUser[] = [];
  for (const [firstSeq, source, data, groups] of pages) {
    const lines = data.split(JSON_END);
    const groupLines = groups?.split(JSON_END);
    const from = Math.max(0, afterSeq + 1 - firstSeq);
    // The text ends with a line feed, after which there is no user.
    const to = Math.min(lines.length - 1, afterSeq + limit + 1 - firstSeq);
    for (let index = from; index < to; index++) {
      users.push(toSourceUser(names, [firstSeq + index, source, lines[index] ?? "", groupLines?.[index] ?? null]));
    }
  }
  return users;
}

export async function readSourceUsersBySeq(
  statements: Statements,
  names: GroupNames,
  runId: string,
  seqs: readonly number[],
): Promise<readonly SourceUser[]> {
  const rows = await statements.rows<SourceUserRow>(
    `${SOURCE_USER} FROM unnest($2::integer[]) WITH ORDINALITY q(seq, n) CROSS JOIN LATERAL (${PAGE_OF_SEQ}) p
     WHERE q.seq < p.first_seq + p.users ORDER BY q.n`,
    toStoredText(runId),
    seqs,
  );
  return rows.map((row) => toSourceUser(names, row));
}

export async function readSourceUserBySub(
  statements: Statements,
  names: GroupNames,
  runId: string,
  sub: string,
): Promise<SourceUser | undefined> {
  const row = await statements.row<SourceUserRow>(
    `${SOURCE_USER} FROM (
       SELECT seq FROM source_user_subs WHERE run = ${RUN_NO} AND sub = $2 ORDER BY source LIMIT 1) q
     CROSS JOIN LATERAL (${PAGE_OF_SEQ}) p`,
    toStoredText(runId),
    toStoredText(sub),
  );
  return row === undefined ? undefined : toSourceUser(names, row);
}

function toSourceUser(names: GroupNames, [seq, source, data, groups]: SourceUserRow): SourceUser {
  return { seq, source, user: fromPoolUserColumn(data), groups: names.of(groups) };
}
