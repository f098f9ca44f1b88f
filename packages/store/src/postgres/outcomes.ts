import type {
  FailureClass,
  FailureFilter,
  Outcome,
  OutcomeCounts,
  OutcomeKind,
  UserOutcome,
} from "@cognito-to-descope/core";
import { fromStoredText, toStoredText } from "../columns/stored-text.ts";
import { UNFOLD_BASELINE } from "./baseline-folding.ts";
import type { Statements, Value } from "./database.ts";
import { isDuplicate } from "./postgres-error.ts";
import { noRun, RUN_NO } from "./runs.ts";
import { textList, toTextList } from "./text-list.ts";

/** Columns of an outcome; all are null where there is none. */
export type OutcomeColumns = readonly [
  seq: number | null,
  outcome: string | null,
  userId: string | null,
  failure: string | null,
  detail: string | null,
];

/**
 * Writes the outcomes of five parameters from `$n` on, for the run that the query `run` gives as `no`.
 *
 * @param again - Whether some of them may be there already; it takes twice as long to write them with that in mind.
 */
function recordingFrom(n: number, again: boolean): string {
  return `
    INSERT INTO outcomes (run, seq, outcome, user_id, failure, detail)
    SELECT run.no, o.* FROM run,
      unnest($${n}::integer[], ${[1, 2, 3, 4].map((column) => textList(`$${n + column}`)).join(", ")})
        o(seq, outcome, user_id, failure, detail)
    WHERE o.seq IS NOT NULL
    ${again ? REPLACING : ""}`;
}

const REPLACING = `
    ON CONFLICT (run, seq) DO UPDATE SET
      outcome = excluded.outcome, user_id = excluded.user_id, failure = excluded.failure, detail = excluded.detail`;

/**
 * Runs a statement that records outcomes. Nearly all of them are the first of their users, so the others are thought of when
 * there is one.
 *
 * @param statement - Makes the statement of the SQL that records what `outcomes` holds.
 * @returns its first row.
 */
export async function recordWith(
  statements: Statements,
  statement: (recording: string) => string,
  values: readonly Value[],
  outcomes: readonly Outcome[],
): Promise<readonly unknown[] | undefined> {
  const everyValue = [...values, ...outcomeColumns(outcomes)];
  const sql = (again: boolean): string => statement(recordingFrom(values.length + 1, again));
  try {
    return await statements.row(sql(false), ...everyValue);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return statements.row(sql(true), ...everyValue);
  }
}

/** The parameters of {@link recordingFrom}. Of several outcomes of one user the last counts. */
function outcomeColumns(outcomes: readonly Outcome[]): readonly Value[] {
  // In one order everywhere, so that two writers of the same users cannot wait for each other.
  const latest = [...new Map(outcomes.map((outcome) => [outcome.seq, outcome])).values()].sort((a, b) => a.seq - b.seq);
  return [
    latest.map(({ seq }) => seq),
    toTextList(latest.map(({ outcome }) => outcome)),
    toTextList(latest.map(({ userId }) => textOrNull(userId))),
    toTextList(latest.map(({ failure }) => failure ?? null)),
    toTextList(latest.map(({ detail }) => textOrNull(detail))),
  ];
}

/** Records outcomes. The later one of a user holds. */
export async function recordOutcomes(
  statements: Statements,
  runId: string,
  outcomes: readonly Outcome[],
): Promise<void> {
  const found = await recordWith(
    statements,
    (recording) =>
      `WITH run AS (SELECT no FROM runs WHERE id = $1), unfolded AS (${UNFOLD_BASELINE}), recorded AS (${recording})
       SELECT 1 FROM run`,
    [toStoredText(runId)],
    outcomes,
  );
  if (found === undefined) throw noRun();
}

/** Makes failed users pending again. Gives how many. */
export async function reopenFailures(
  statements: Statements,
  run: number,
  { classes, seqs }: FailureFilter,
): Promise<number> {
  return statements.run(
    `DELETE FROM outcomes WHERE run = $1 AND outcome = 'failed'
       AND ($2::text[] IS NULL OR failure = ANY ($2::text[])) AND ($3::integer[] IS NULL OR seq = ANY ($3::integer[]))`,
    run,
    classes ?? null,
    seqs ?? null,
  );
}

export async function countOutcomes(statements: Statements, runId: string): Promise<OutcomeCounts> {
  const rows = await statements.rows<[OutcomeKind, number]>(
    `SELECT outcome, count(*)::integer FROM outcomes WHERE run = ${RUN_NO} GROUP BY outcome`,
    toStoredText(runId),
  );
  const counts = { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0, deleted: 0 };
  for (const [outcome, count] of rows) counts[outcome] = count;
  return counts;
}

export async function countFailures(statements: Statements, runId: string): Promise<Readonly<Record<string, number>>> {
  const rows = await statements.rows<[string, number]>(
    `SELECT failure, count(*)::integer FROM outcomes
     WHERE run = ${RUN_NO} AND outcome = 'failed' AND failure IS NOT NULL GROUP BY failure ORDER BY failure`,
    toStoredText(runId),
  );
  return Object.fromEntries(rows);
}

export async function readOutcomes(
  statements: Statements,
  runId: string,
  afterSeq: number,
  limit: number,
): Promise<readonly UserOutcome[]> {
  const rows = await statements.rows<[string, ...OutcomeColumns]>(
    `SELECT p.sub, o.seq, o.outcome, o.user_id, o.failure, o.detail
     FROM outcomes o JOIN plan_items p ON p.run = o.run AND p.seq = o.seq
     WHERE o.run = ${RUN_NO} AND o.seq > $2 ORDER BY o.seq LIMIT $3`,
    toStoredText(runId),
    afterSeq,
    limit,
  );
  return rows.flatMap(([sub, ...columns]) => {
    const outcome = toOutcome(columns);
    return outcome === undefined ? [] : [{ ...outcome, sub: fromStoredText(sub) }];
  });
}

/** The outcome in a row. */
export function toOutcome([seq, outcome, userId, failure, detail]: OutcomeColumns): Outcome | undefined {
  if (seq === null) return undefined;
  return {
    seq,
    outcome: outcome as OutcomeKind,
    ...(userId !== null && { userId: fromStoredText(userId) }),
    ...(failure !== null && { failure: failure as FailureClass }),
    ...(detail !== null && { detail: fromStoredText(detail) }),
  };
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined ? null : toStoredText(text);
}
