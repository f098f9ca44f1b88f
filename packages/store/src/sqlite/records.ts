import type { Discrepancy, NumberedDiscrepancy } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import { rowRange } from "./row-range.ts";

export function resetDiscrepancies(database: Database, run: number): void {
  const { base, last } = rowRange(run);
  database.run("DELETE FROM discrepancies WHERE id BETWEEN ? AND ?", base, last);
}

export function appendDiscrepancies(database: Database, run: number, discrepancies: readonly Discrepancy[]): void {
  let id = lastId(database, run);
  const values = discrepancies.flatMap((discrepancy) => [++id, toJson(discrepancy), toStoredText(discrepancy.field)]);
  database.insert("INTO discrepancies (id, data, field)", 3, values);
}

export function readDiscrepancies(
  database: Database,
  run: number,
  offset: number,
  limit: number,
): readonly Discrepancy[] {
  const { base, last } = rowRange(run);
  // Their numbers have no gaps, so an offset is a number.
  const rows = database.rows<[string]>(
    "SELECT data FROM discrepancies WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
    base + offset,
    last,
    limit,
  );
  return rows.map(([data]) => fromJson<Discrepancy>(data));
}

export function findDiscrepancies(
  database: Database,
  run: number,
  after: number,
  limit: number,
  field: string | undefined,
): readonly NumberedDiscrepancy[] {
  const { base, last } = rowRange(run);
  const rows = database.rows<[number, string]>(
    `SELECT id, data FROM discrepancies WHERE id > ? AND id <= ? ${field === undefined ? "" : "AND field = ?"}
     ORDER BY id LIMIT ?`,
    base + after,
    last,
    ...(field === undefined ? [] : [toStoredText(field)]),
    limit,
  );
  return rows.map(([id, data]) => ({ no: id - base, discrepancy: fromJson<Discrepancy>(data) }));
}

function lastId(database: Database, run: number): number {
  const { base, last } = rowRange(run);
  const row = database.row<[number | null]>("SELECT max(id) FROM discrepancies WHERE id BETWEEN ? AND ?", base, last);
  return row?.[0] ?? base;
}
