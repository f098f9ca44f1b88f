import type {
  FailureClass,
  FailureFilter,
  Outcome,
  OutcomeCounts,
  OutcomeKind,
  UserOutcome,
} from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { toJson } from "../columns/json-column.ts";
import { unfoldBaseline } from "./baseline-folding.ts";
import { rowRange } from "./row-range.ts";
import { fromStoredText, toStoredText } from "../columns/stored-text.ts";
import { fromSubKey } from "./sub-key.ts";

/** Columns of an outcome; all are null where there is none. */
export type OutcomeColumns = readonly [
  id: number | null,
  outcome: string | null,
  userId: string | null,
  failure: string | null,
  detail: string | null,
];

/** Records outcomes. The later one of a user holds. */
export function recordOutcomes(database: Database, run: number, outcomes: readonly Outcome[]): void {
  if (outcomes.length === 0) return;
  unfoldBaseline(database, run);
  const { base } = rowRange(run);
  const values: (number | string | null)[] = [];
  for (const { seq, outcome, userId, failure, detail } of outcomes) {
    values.push(base + seq, outcome, textOrNull(userId), failure ?? null, textOrNull(detail));
  }
  database.insert("OR REPLACE INTO outcomes (id, outcome, user_id, failure, detail)", 5, values);
}

/** Makes failed users pending again. Gives how many. */
export function reopenFailures(database: Database, run: number, { classes, seqs }: FailureFilter): number {
  const { base, last } = rowRange(run);
  const ofClasses = classes === undefined ? "" : "AND failure IN (SELECT value FROM json_each(?))";
  const ofSeqs = seqs === undefined ? "" : "AND id IN (SELECT value FROM json_each(?))";
  return database.run(
    `DELETE FROM outcomes INDEXED BY failed_outcomes WHERE id BETWEEN ? AND ? AND outcome = 'failed' ${ofClasses} ${ofSeqs}`,
    base,
    last,
    ...(classes === undefined ? [] : [toJson(classes)]),
    ...(seqs === undefined ? [] : [toJson(seqs.map((seq) => base + seq))]),
  );
}

export function countOutcomes(database: Database, run: number): OutcomeCounts {
  const { base, last } = rowRange(run);
  const counts = { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0, deleted: 0 };
  const rows = database.rows<[OutcomeKind, number]>(
    "SELECT outcome, count(*) FROM outcomes WHERE id BETWEEN ? AND ? GROUP BY outcome",
    base,
    last,
  );
  for (const [outcome, count] of rows) counts[outcome] = count;
  return counts;
}

export function countFailures(database: Database, run: number): Readonly<Record<string, number>> {
  const { base, last } = rowRange(run);
  const rows = database.rows<[string, number]>(
    `SELECT failure, count(*) FROM outcomes INDEXED BY failed_outcomes_by_class WHERE id BETWEEN ? AND ? AND outcome = 'failed' AND failure IS NOT NULL
     GROUP BY failure ORDER BY failure`,
    base,
    last,
  );
  return Object.fromEntries(rows);
}

export function readOutcomes(database: Database, run: number, afterSeq: number, limit: number): readonly UserOutcome[] {
  const { base, last } = rowRange(run);
  const rows = database.rows<[string | Uint8Array, ...OutcomeColumns]>(
    `SELECT p.sub, o.id, o.outcome, o.user_id, o.failure, o.detail FROM outcomes o JOIN plan_items p ON p.id = o.id
     WHERE o.id > ? AND o.id <= ? ORDER BY o.id LIMIT ?`,
    base + afterSeq,
    last,
    limit,
  );
  return rows.flatMap(([sub, ...columns]) => {
    const outcome = toOutcome(base, columns);
    return outcome === undefined ? [] : [{ ...outcome, sub: fromSubKey(sub) }];
  });
}

/** The outcome in a row, of which `base` is the start of the run's row ids. */
export function toOutcome(base: number, columns: OutcomeColumns): Outcome | undefined {
  const [id, outcome, userId, failure, detail] = columns;
  if (id === null) return undefined;
  return {
    seq: id - base,
    outcome: outcome as OutcomeKind,
    ...(userId !== null && { userId: fromStoredText(userId) }),
    ...(failure !== null && { failure: failure as FailureClass }),
    ...(detail !== null && { detail: fromStoredText(detail) }),
  };
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined ? null : toStoredText(text);
}
