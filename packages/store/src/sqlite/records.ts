import type { Discrepancy } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { fromJson, toJson } from "../columns/json-column.ts";
import { rowRange } from "./row-range.ts";

export function resetDiscrepancies(database: Database, run: number): void {
  const { base, last } = rowRange(run);
  database.run("DELETE FROM discrepancies WHERE id BETWEEN ? AND ?", base, last);
}

export function appendDiscrepancies(database: Database, run: number, discrepancies: readonly Discrepancy[]): void {
  let id = lastId(database, run);
  const values = discrepancies.flatMap((discrepancy) => [++id, toJson(discrepancy)]);
  database.insert("INTO discrepancies (id, data)", 2, values);
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

function lastId(database: Database, run: number): number {
  const { base, last } = rowRange(run);
  const row = database.row<[number | null]>("SELECT max(id) FROM discrepancies WHERE id BETWEEN ? AND ?", base, last);
  return row?.[0] ?? base;
}
