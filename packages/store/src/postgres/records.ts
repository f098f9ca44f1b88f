import type { Discrepancy, NumberedDiscrepancy } from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import { all, type Statements } from "./database.ts";
import { noRun, RUN_NO } from "./runs.ts";
import { jsonList, textList, toJsonList, toTextList } from "./text-list.ts";

export async function resetDiscrepancies(statements: Statements, run: number): Promise<void> {
  await all([
    statements.run("DELETE FROM discrepancies WHERE run = $1", run),
    statements.run("UPDATE tallies SET discrepancies = 0 WHERE run = $1", run),
  ]);
}

export async function appendDiscrepancies(
  statements: Statements,
  runId: string,
  discrepancies: readonly Discrepancy[],
): Promise<void> {
  const found = await statements.row(
    `WITH counted AS (
       UPDATE tallies t SET discrepancies = t.discrepancies + $2 FROM runs r WHERE r.id = $1 AND t.run = r.no
       RETURNING t.run, t.discrepancies - $2 AS base),
     appended AS (
       INSERT INTO discrepancies (run, no, data, field)
       SELECT c.run, c.base + d.n, d.data, d.field
       FROM counted c, unnest(${jsonList("$3")}, ${textList("$4")}) WITH ORDINALITY d(data, field, n)
       WHERE d.n <= $2)
     SELECT 1 FROM counted`,
    toStoredText(runId),
    discrepancies.length,
    toJsonList(discrepancies.map(toJson)),
    toTextList(discrepancies.map(({ field }) => toStoredText(field))),
  );
  if (found === undefined) throw noRun();
}

export async function readDiscrepancies(
  statements: Statements,
  runId: string,
  offset: number,
  limit: number,
): Promise<readonly Discrepancy[]> {
  // Their numbers have no gaps, so an offset is a number.
  const rows = await statements.rows<[string]>(
    `SELECT data FROM discrepancies WHERE run = ${RUN_NO} AND no > $2 ORDER BY no LIMIT $3`,
    toStoredText(runId),
    offset,
    limit,
  );
  return rows.map(([data]) => fromJson<Discrepancy>(data));
}

export async function findDiscrepancies(
  statements: Statements,
  runId: string,
  after: number,
  limit: number,
  field: string | undefined,
): Promise<readonly NumberedDiscrepancy[]> {
  const rows = await statements.rows<[number, string]>(
    `SELECT no, data FROM discrepancies WHERE run = ${RUN_NO} AND no > $2 ${field === undefined ? "" : "AND field = $4"}
     ORDER BY no LIMIT $3`,
    toStoredText(runId),
    after,
    limit,
    ...(field === undefined ? [] : [toStoredText(field)]),
  );
  return rows.map(([no, data]) => ({ no, discrepancy: fromJson<Discrepancy>(data) }));
}
