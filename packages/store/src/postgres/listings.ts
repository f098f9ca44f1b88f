import type { ListingState } from "@cognito-to-descope/core";
import { fromJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import type { Statements } from "./database.ts";
import { noRun } from "./runs.ts";

export async function readListing(
  statements: Statements,
  runId: string,
  name: string,
): Promise<ListingState | undefined> {
  const row = await statements.row<[string | null]>(
    "SELECT l.state FROM runs r LEFT JOIN listings l ON l.run = r.no AND l.name = $2 WHERE r.id = $1",
    toStoredText(runId),
    toStoredText(name),
  );
  if (row === undefined) throw noRun();
  return row[0] === null ? undefined : fromJson<ListingState>(row[0]);
}

/** Forgets a listing: its state, and the users and members that it has read. */
export async function resetListing(statements: Statements, run: number, name: string): Promise<void> {
  const row = await statements.row<[number]>(
    "UPDATE listings SET state = NULL WHERE run = $1 AND name = $2 RETURNING no",
    run,
    toStoredText(name),
  );
  if (row === undefined) return;
  // A walk through the run's pages: resets are rare, and an index for them would be paid for by every page.
  const pages = await statements.rows<[number]>(
    "DELETE FROM source_pages WHERE run = $1 AND listing = $2 RETURNING users",
    run,
    row[0],
  );
  await statements.run("DELETE FROM member_pages WHERE run = $1 AND listing = $2", run, row[0]);
  const forgotten = pages.reduce((sum, [users]) => sum + users, 0);
  await statements.run("UPDATE tallies SET source_users = source_users - $2 WHERE run = $1", run, forgotten);
}
