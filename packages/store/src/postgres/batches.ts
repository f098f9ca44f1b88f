import type { OpenBatch, Outcome } from "@cognito-to-descope/core";
import { toStoredText } from "../columns/stored-text.ts";
import { UNFOLD_BASELINE } from "./baseline-folding.ts";
import type { Statements } from "./database.ts";
import { recordWith } from "./outcomes.ts";
import { noRun, RUN_NO } from "./runs.ts";

/** Opens a batch and waits for the disk: the statement sets that for the transaction that it is. */
export async function openBatch(statements: Statements, runId: string, seqs: readonly number[]): Promise<number> {
  const row = await statements.row<[number]>(
    `INSERT INTO batches (run, seqs)
     SELECT r.no, $2 FROM runs r, set_config('synchronous_commit', 'on', true) WHERE r.id = $1 RETURNING no`,
    toStoredText(runId),
    seqs,
  );
  if (row === undefined) throw noRun();
  return row[0];
}

export async function closeBatch(
  statements: Statements,
  runId: string,
  batchId: number,
  outcomes: readonly Outcome[],
): Promise<void> {
  const closed = await recordWith(
    statements,
    (recording) =>
      `WITH run AS (
         DELETE FROM batches b USING runs r WHERE r.id = $1 AND b.run = r.no AND b.no = $2 RETURNING b.run AS no),
       unfolded AS (${UNFOLD_BASELINE}),
       recorded AS (${recording})
       SELECT 1 FROM run`,
    [toStoredText(runId), batchId],
    outcomes,
  );
  if (closed === undefined) throw new RangeError(`batch ${batchId} is not open`);
}

export async function readOpenBatches(statements: Statements, runId: string): Promise<readonly OpenBatch[]> {
  const rows = await statements.rows<[number, number[]]>(
    `SELECT no, seqs FROM batches WHERE run = ${RUN_NO} ORDER BY no`,
    toStoredText(runId),
  );
  return rows.map(([id, seqs]) => ({ id, seqs }));
}
