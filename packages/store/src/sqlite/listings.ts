import type { ListingState } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { fromJson, toJson } from "../columns/json-column.ts";
import { rowRange } from "./row-range.ts";
import { toStoredText } from "../columns/stored-text.ts";

export function readListing(database: Database, run: number, name: string): ListingState | undefined {
  const row = database.row<[string | null]>(
    "SELECT state FROM listings WHERE run = ? AND name = ?",
    run,
    toStoredText(name),
  );
  return row === undefined || row[0] === null ? undefined : fromJson<ListingState>(row[0]);
}

/** Sets the state of a listing and gives the listing's number. */
export function writeListing(database: Database, run: number, name: string, state: ListingState): number {
  const [no] = database.row<[number]>(
    `INSERT INTO listings (run, name, state) VALUES (?, ?, ?)
     ON CONFLICT (run, name) DO UPDATE SET state = excluded.state RETURNING no`,
    run,
    toStoredText(name),
    toJson(state),
  ) as [number];
  return no;
}

/** Forgets a listing: its state, and the users and members that it has read. */
export function resetListing(database: Database, run: number, name: string): void {
  const row = database.row<[number]>("SELECT no FROM listings WHERE run = ? AND name = ?", run, toStoredText(name));
  if (row === undefined) return;
  const { base, last } = rowRange(run);
  // A walk through the run's users: resets are rare, and an index for them would be paid for by every user.
  database.run("DELETE FROM source_users WHERE id BETWEEN ? AND ? AND listing = ?", base, last, row[0]);
  database.run("DELETE FROM member_pages WHERE run = ? AND listing = ?", run, row[0]);
  database.run("UPDATE listings SET state = NULL WHERE no = ?", row[0]);
}
