import type { Discrepancy, EventRange, NumberedDiscrepancy, NumberedEvent, RunEvent } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import { rowRange } from "./row-range.ts";

export function resetDiscrepancies(database: Database, run: number): void {
  const { base, last } = rowRange(run);
  database.run("DELETE FROM discrepancies WHERE id BETWEEN ? AND ?", base, last);
}

export function appendDiscrepancies(database: Database, run: number, discrepancies: readonly Discrepancy[]): void {
  let id = lastId(database, "discrepancies", run);
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

export function appendEvent(database: Database, run: number, event: RunEvent): void {
  database.run("INSERT INTO events (id, data) VALUES (?, ?)", lastId(database, "events", run) + 1, toJson(event));
}

export function readEvents(database: Database, run: number): readonly RunEvent[] {
  const { base, last } = rowRange(run);
  const rows = database.rows<[string]>("SELECT data FROM events WHERE id BETWEEN ? AND ? ORDER BY id", base, last);
  return rows.map(([data]) => fromJson<RunEvent>(data));
}

export function readEventRange(
  database: Database,
  run: number,
  range: EventRange,
  limit: number,
): readonly NumberedEvent[] {
  const { base, last } = rowRange(run);
  const rows =
    "after" in range
      ? database.rows<[number, string]>(
          "SELECT id, data FROM events WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
          base + range.after,
          last,
          limit,
        )
      : database
          .rows<[number, string]>(
            "SELECT id, data FROM events WHERE id > ? AND id < ? ORDER BY id DESC LIMIT ?",
            base,
            Math.min(base + range.before, last + 1),
            limit,
          )
          .reverse();
  return rows.map(([id, data]) => ({ no: id - base, event: fromJson<RunEvent>(data) }));
}

function lastId(database: Database, table: "discrepancies" | "events", run: number): number {
  const { base, last } = rowRange(run);
  const row = database.row<[number | null]>(`SELECT max(id) FROM ${table} WHERE id BETWEEN ? AND ?`, base, last);
  return row?.[0] ?? base;
}
