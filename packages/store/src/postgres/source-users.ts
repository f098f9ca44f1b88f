import type { ListingState, PoolUser, SourceUser } from "@cognito-to-descope/core";
import { toJson } from "../columns/json-column.ts";
import { fromPoolUserColumn, toPoolUserColumn } from "../columns/pool-user-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import type { Statements } from "./database.ts";
import type { GroupNames } from "./group-names.ts";
import { noRun, RUN_NO } from "./runs.ts";
import { jsonList, textList, toJsonList, toTextList } from "./text-list.ts";

type SourceUserRow = readonly [seq: number, source: number, data: string, groupNames: string | null];

// The groups are a subquery of each row, and so looked up by their key: a join may be planned as anything.
const SOURCE_USERS = `
  SELECT u.seq, u.source, u.data,
    (SELECT s.group_names FROM source_user_subs s WHERE s.run = u.run AND s.sub = u.sub AND s.source = u.source)
  FROM source_users u`;

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
       INSERT INTO source_users (run, seq, listing, source, sub, data)
       SELECT c.run, c.base + u.n, l.no, $5, u.sub, u.data
       FROM counted c, listed l, unnest(${textList("$6")}, ${jsonList("$7")}) WITH ORDINALITY u(sub, data, n)
       WHERE u.n <= $3)
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
  const rows = await statements.rows<SourceUserRow>(
    `${SOURCE_USERS} WHERE u.run = ${RUN_NO} AND u.seq > $2 ORDER BY u.seq LIMIT $3`,
    toStoredText(runId),
    afterSeq,
    limit,
  );
  return rows.map((row) => toSourceUser(names, row));
}

export async function readSourceUsersBySeq(
  statements: Statements,
  names: GroupNames,
  runId: string,
  seqs: readonly number[],
): Promise<readonly SourceUser[]> {
  const rows = await statements.rows<SourceUserRow>(
    `SELECT u.* FROM unnest($2::integer[]) WITH ORDINALITY q(seq, n)
     CROSS JOIN LATERAL (${SOURCE_USERS} WHERE u.run = ${RUN_NO} AND u.seq = q.seq OFFSET 0) u ORDER BY q.n`,
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
    `${SOURCE_USERS} WHERE u.run = ${RUN_NO}
     AND u.seq = (SELECT seq FROM source_user_subs WHERE run = ${RUN_NO} AND sub = $2 ORDER BY source LIMIT 1)`,
    toStoredText(runId),
    toStoredText(sub),
  );
  return row === undefined ? undefined : toSourceUser(names, row);
}

function toSourceUser(names: GroupNames, [seq, source, data, groupNames]: SourceUserRow): SourceUser {
  return { seq, source, user: fromPoolUserColumn(data), groups: names.of(groupNames) };
}
