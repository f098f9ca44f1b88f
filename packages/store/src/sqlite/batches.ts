import type { OpenBatch, Outcome } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { fromJson, toJson } from "../columns/json-column.ts";
import { recordOutcomes } from "./outcomes.ts";

export function openBatch(database: Database, run: number, seqs: readonly number[]): number {
  const row = database.row<[number]>(
    "INSERT INTO batches (run, seqs) VALUES (?, ?) RETURNING no",
    run,
    toJson(seqs),
  ) as [number];
  return row[0];
}

export function closeBatch(database: Database, run: number, batchId: number, outcomes: readonly Outcome[]): void {
  if (database.run("DELETE FROM batches WHERE no = ? AND run = ?", batchId, run) === 0) {
    throw new RangeError(`batch ${batchId} is not open`);
  }
  recordOutcomes(database, run, outcomes);
}

export function readOpenBatches(database: Database, run: number): readonly OpenBatch[] {
  const rows = database.rows<[number, string]>("SELECT no, seqs FROM batches WHERE run = ? ORDER BY no", run);
  return rows.map(([id, seqs]) => ({ id, seqs: fromJson<number[]>(seqs) }));
}
