import type { ListingState, PoolUser, SourceUser } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import type { GroupNames } from "./group-names.ts";
import { fromPoolUserColumn, toPoolUserColumn } from "../columns/pool-user-column.ts";
import { writeListing } from "./listings.ts";
import { rowRange } from "./row-range.ts";
import { subKey } from "./sub-key.ts";

type SourceUserRow = readonly [id: number, source: number, data: string, groupNos: string | null];

const SOURCE_USERS = `
  SELECT u.id, u.source, u.data, m.group_nos FROM source_users u LEFT JOIN memberships m ON m.id = u.id`;

export function appendSourceUsers(
  database: Database,
  run: number,
  source: number,
  users: readonly PoolUser[],
  listing: string,
  state: ListingState,
): void {
  const listingNo = writeListing(database, run, listing, state);
  if (users.length === 0) return;
  let id = lastId(database, run);
  const values: (number | string | Uint8Array)[] = [];
  for (const user of users) values.push(++id, listingNo, source, subKey(user.sub), toPoolUserColumn(user));
  database.insert("INTO source_users (id, listing, source, sub, data)", 5, values);
}

/** Before reading is finished this counts a user again each time it was read. */
export function countSourceUsers(database: Database, run: number): number {
  // Numbers have no gaps once reading is finished, so nothing needs to be counted.
  return lastId(database, run) - rowRange(run).base;
}

export function readSourceUsers(
  database: Database,
  names: GroupNames,
  run: number,
  afterSeq: number,
  limit: number,
): readonly SourceUser[] {
  const { base, last } = rowRange(run);
  const rows = database.rows<SourceUserRow>(
    `${SOURCE_USERS} WHERE u.id > ? AND u.id <= ? ORDER BY u.id LIMIT ?`,
    base + afterSeq,
    last,
    limit,
  );
  return rows.map((row) => toSourceUser(database, names, base, row));
}

export function readSourceUsersBySeq(
  database: Database,
  names: GroupNames,
  run: number,
  seqs: readonly number[],
): readonly SourceUser[] {
  const { base } = rowRange(run);
  const users: SourceUser[] = [];
  for (const seq of seqs) {
    const row = database.row<SourceUserRow>(`${SOURCE_USERS} WHERE u.id = ?`, base + seq);
    if (row !== undefined) users.push(toSourceUser(database, names, base, row));
  }
  return users;
}

export function readSourceUserBySub(
  database: Database,
  names: GroupNames,
  run: number,
  sub: string,
): SourceUser | undefined {
  const row = database.row<SourceUserRow>(
    `${SOURCE_USERS} WHERE u.id = (SELECT id FROM source_user_subs WHERE run = ? AND sub = ? ORDER BY source LIMIT 1)`,
    run,
    subKey(sub),
  );
  return row === undefined ? undefined : toSourceUser(database, names, rowRange(run).base, row);
}

function toSourceUser(database: Database, names: GroupNames, base: number, row: SourceUserRow): SourceUser {
  const [id, source, data, groupNos] = row;
  return { seq: id - base, source, user: fromPoolUserColumn(data), groups: names.of(database, groupNos) };
}

function lastId(database: Database, run: number): number {
  const { base, last } = rowRange(run);
  const row = database.row<[number | null]>("SELECT max(id) FROM source_users WHERE id BETWEEN ? AND ?", base, last);
  return row?.[0] ?? base;
}
