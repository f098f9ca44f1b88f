import type { ListingState } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { toJson } from "../columns/json-column.ts";
import { writeListing } from "./listings.ts";
import { rowRange } from "./row-range.ts";
import { toStoredText } from "../columns/stored-text.ts";
import { isUuid } from "./sub-key.ts";

export function appendMembers(
  database: Database,
  run: number,
  source: number,
  group: string,
  subs: readonly string[],
  listing: string,
  state: ListingState,
): void {
  const listingNo = writeListing(database, run, listing, state);
  if (subs.length === 0) return;
  const no = groupNo(database, run, group);
  const uuids = subs.filter(isUuid);
  insertPage(database, [run, listingNo, source, no, 1], uuids);
  if (uuids.length < subs.length) {
    const others = subs.filter((sub) => !isUuid(sub)).map(toStoredText);
    insertPage(database, [run, listingNo, source, no, 0], others);
  }
}

function insertPage(database: Database, columns: readonly number[], subs: readonly string[]): void {
  if (subs.length === 0) return;
  database.run(
    "INSERT INTO member_pages (run, listing, source, group_no, uuids, subs) VALUES (?, ?, ?, ?, ?, ?)",
    ...columns,
    toJson(subs),
  );
}

/** Writes the groups of each user that was read. Members that are no users of the source are left out. */
export function sortMembers(database: Database, run: number): void {
  const { base, last } = rowRange(run);
  database.run("DELETE FROM memberships WHERE id BETWEEN ? AND ?", base, last);
  // CROSS JOIN keeps the order of the tables: subs are looked up, one by one, in a tree that fits in the cache mostly.
  // GROUP BY sorts what comes out by user, in bounded memory, and so appends to the table.
  database.run(
    `INSERT INTO memberships (id, group_nos)
     SELECT s.id, group_concat(p.group_no)
     FROM member_pages p, json_each(p.subs) j CROSS JOIN source_user_subs s
     WHERE p.run = ? AND s.run = p.run AND s.source = p.source
       AND s.sub = CASE p.uuids WHEN 1 THEN unhex(j.value, '-') ELSE j.value END
     GROUP BY s.id`,
    run,
  );
}

function groupNo(database: Database, run: number, group: string): number {
  const name = toStoredText(group);
  const row =
    database.row<[number]>("SELECT no FROM pool_groups WHERE run = ? AND name = ?", run, name) ??
    database.row<[number]>("INSERT INTO pool_groups (run, name) VALUES (?, ?) RETURNING no", run, name);
  return (row as [number])[0];
}
