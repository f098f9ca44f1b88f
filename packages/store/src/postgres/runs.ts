import type { PoolSnapshot, Run } from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import type { Statements } from "./database.ts";
import { textList, toTextList } from "./text-list.ts";

/** A run as the other tables know it. */
export interface RunRow {
  readonly no: number;
  /** Whether the users of the sources can be asked for. */
  readonly readingFinished: boolean;
  /** Whether the table of wanted login IDs agrees with the plan items. */
  readonly loginIdsSorted: boolean;
}

/** Stands in statements for the number of the run whose id is the first parameter; null when there is none. */
export const RUN_NO = "(SELECT no FROM runs WHERE id = $1)";

/**
 * A run that must be there.
 *
 * @param lock - Keeps others from changing what the row says until the transaction ends.
 */
export async function findRun(statements: Statements, id: string, lock = false): Promise<RunRow> {
  const row = await statements.row<[number, boolean, boolean]>(
    `SELECT r.no, t.reading_finished, r.login_ids_sorted FROM runs r JOIN tallies t ON t.run = r.no WHERE r.id = $1${
      lock ? " FOR NO KEY UPDATE" : ""
    }`,
    toStoredText(id),
  );
  if (row === undefined) throw noRun();
  return { no: row[0], readingFinished: row[1], loginIdsSorted: row[2] };
}

export function noRun(): RangeError {
  return new RangeError("there is no run with this id");
}

export async function createRun(statements: Statements, run: Run): Promise<void> {
  const created = await statements.run(
    `WITH created AS (
         INSERT INTO runs (id, project_id, data) VALUES ($1, $2, $3)
         ON CONFLICT (id) DO NOTHING RETURNING no)
       INSERT INTO tallies (run) SELECT no FROM created`,
    toStoredText(run.id),
    toStoredText(run.projectId),
    toJson(run),
  );
  if (created === 0) throw new RangeError("there is a run with this id already");
  const pools = toTextList(run.userPoolIds.map(toStoredText));
  // A pool beside a project is what the baseline is kept for.
  await statements.run(
    `INSERT INTO scopes (project_id, user_pool_id)
       SELECT $1, p.id FROM unnest(${textList("$2")}) WITH ORDINALITY p(id, n) WHERE p.n <= $3 ON CONFLICT DO NOTHING`,
    toStoredText(run.projectId),
    pools,
    run.userPoolIds.length,
  );
  await statements.run(
    `INSERT INTO run_sources (run, source, scope)
       SELECT (SELECT no FROM runs WHERE id = $4), p.n - 1, s.no
       FROM unnest(${textList("$2")}) WITH ORDINALITY p(id, n)
       JOIN scopes s ON s.project_id = $1 AND s.user_pool_id = p.id COLLATE "C" WHERE p.n <= $3`,
    toStoredText(run.projectId),
    pools,
    run.userPoolIds.length,
    toStoredText(run.id),
  );
}

export async function readRun(statements: Statements, id: string): Promise<Run | undefined> {
  const row = await statements.row<[string]>("SELECT data FROM runs WHERE id = $1", toStoredText(id));
  return row === undefined ? undefined : fromJson<Run>(row[0]);
}

/** By the order in which they were created, and not by their times: a clock can be set back. */
export async function listRuns(statements: Statements): Promise<readonly Run[]> {
  const rows = await statements.rows<[string]>("SELECT data FROM runs ORDER BY no DESC");
  return rows.map(([data]) => fromJson<Run>(data));
}

export async function updateRun(statements: Statements, id: string, change: Partial<Omit<Run, "id">>): Promise<void> {
  const row = await statements.row<[string]>("SELECT data FROM runs WHERE id = $1 FOR NO KEY UPDATE", toStoredText(id));
  if (row === undefined) throw noRun();
  const changed: Run = { ...fromJson<Run>(row[0]), ...change, id };
  await statements.run(
    "UPDATE runs SET project_id = $2, data = $3 WHERE id = $1",
    toStoredText(id),
    toStoredText(changed.projectId),
    toJson(changed),
  );
}

export async function putPool(
  statements: Statements,
  runId: string,
  source: number,
  pool: PoolSnapshot,
): Promise<void> {
  const put = await statements.run(
    `INSERT INTO pools (run, source, data) SELECT no, $2, $3 FROM runs WHERE id = $1
     ON CONFLICT (run, source) DO UPDATE SET data = excluded.data`,
    toStoredText(runId),
    source,
    toJson(pool),
  );
  if (put === 0) throw noRun();
}

export async function readPools(statements: Statements, runId: string): Promise<readonly PoolSnapshot[]> {
  const rows = await statements.rows<[string]>(
    `SELECT data FROM pools WHERE run = ${RUN_NO} ORDER BY source`,
    toStoredText(runId),
  );
  return rows.map(([data]) => fromJson<PoolSnapshot>(data));
}
