import type { ListingState } from "@cognito-to-descope/core";
import { toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import type { Statements } from "./database.ts";
import { noRun } from "./runs.ts";

// Only of this form is a UUID's text what PostgreSQL makes of it again.
const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export async function appendMembers(
  statements: Statements,
  runId: string,
  source: number,
  group: string,
  subs: readonly string[],
  listing: string,
  state: ListingState,
): Promise<void> {
  const uuids = subs.filter((sub) => CANONICAL_UUID.test(sub));
  const others = uuids.length === subs.length ? [] : subs.filter((sub) => !CANONICAL_UUID.test(sub)).map(toStoredText);
  const found = await statements.row(
    `WITH listed AS (
       INSERT INTO listings (run, name, state) SELECT no, $2, $3 FROM runs WHERE id = $1
       ON CONFLICT (run, name) DO UPDATE SET state = excluded.state RETURNING run, no),
     reopened AS (
       UPDATE tallies t SET reading_finished = false FROM listed l WHERE t.run = l.run AND t.reading_finished),
     appended AS (
       INSERT INTO member_pages (run, listing, source, group_name, uuids, others)
       SELECT run, no, $4, $5, $6, $7 FROM listed WHERE $8)
     SELECT 1 FROM listed`,
    toStoredText(runId),
    toStoredText(listing),
    toJson(state),
    source,
    toStoredText(group),
    uuids,
    others,
    subs.length > 0,
  );
  if (found === undefined) throw noRun();
}

/** Writes the groups of each user that was read. Members that are no users of the source are left out. */
export async function sortMembers(statements: Statements, run: number): Promise<void> {
  await statements.run("DELETE FROM memberships WHERE run = $1", run);
  await statements.run(
    `INSERT INTO memberships (run, seq, group_names)
     SELECT $1, s.seq, json_agg(m.group_name)::text
     FROM (
       SELECT source, group_name, unnest(uuids)::text AS sub FROM member_pages WHERE run = $1
       UNION ALL
       SELECT source, group_name, unnest(others) FROM member_pages WHERE run = $1 AND cardinality(others) > 0) m
     JOIN source_user_subs s ON s.run = $1 AND s.source = m.source AND s.sub = m.sub
     GROUP BY s.seq ORDER BY s.seq`,
    run,
  );
}
