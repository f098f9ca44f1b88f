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
    JSON.stringify(toStoredText(group)),
    `{${uuids.join(",")}}`,
    others,
    subs.length > 0,
  );
  if (found === undefined) throw noRun();
}

/** SQL for the groups of each member, as JSON texts with commas between them, of the run `$1`. Members that are no users of the source are among them. */
export const GROUPS_BY_MEMBER = `
  SELECT m.source, m.sub, string_agg(m.group_name, ',') AS group_names
  FROM (
    SELECT source, group_name, unnest(uuids)::text COLLATE "C" AS sub FROM member_pages WHERE run = $1
    UNION ALL
    SELECT source, group_name, unnest(others) COLLATE "C" FROM member_pages WHERE run = $1 AND cardinality(others) > 0) m
  GROUP BY m.source, m.sub`;
