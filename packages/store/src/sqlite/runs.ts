import type { PoolSnapshot, Run } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";

/** A run as the other tables know it. */
export interface RunRow {
  readonly no: number;
  /** Whether the users of the sources can be asked for. */
  readonly readingFinished: boolean;
  /** Whether the table of wanted login IDs agrees with the plan items. */
  readonly loginIdsSorted: boolean;
}

/** A run that must be there. */
export function findRun(database: Database, id: string): RunRow {
  const row = database.row<[number, number, number]>(
    "SELECT no, reading_finished, login_ids_sorted FROM runs WHERE id = ?",
    toStoredText(id),
  );
  if (row === undefined) throw new RangeError("there is no run with this id");
  return { no: row[0], readingFinished: row[1] === 1, loginIdsSorted: row[2] === 1 };
}

export function createRun(database: Database, run: Run): void {
  const id = toStoredText(run.id);
  const inserted = database.run(
    "INSERT OR IGNORE INTO runs (id, started_at, data) VALUES (?, ?, ?)",
    id,
    run.startedAt,
    toJson(run),
  );
  if (inserted === 0) throw new RangeError("there is a run with this id already");
  const { no } = findRun(database, run.id);
  for (const [source, userPoolId] of run.userPoolIds.entries()) {
    database.run(
      "INSERT INTO run_sources (run, source, scope) VALUES (?, ?, ?)",
      no,
      source,
      scopeNo(database, run.projectId, userPoolId),
    );
  }
}

export function readRun(database: Database, id: string): Run | undefined {
  const row = database.row<[string]>("SELECT data FROM runs WHERE id = ?", toStoredText(id));
  return row === undefined ? undefined : fromJson<Run>(row[0]);
}

/** By the order in which they were created, and not by their times: a clock can be set back. */
export function listRuns(database: Database): readonly Run[] {
  const rows = database.rows<[string]>("SELECT data FROM runs ORDER BY no DESC");
  return rows.map(([data]) => fromJson<Run>(data));
}

export function updateRun(database: Database, id: string, change: Partial<Omit<Run, "id">>): void {
  const run = readRun(database, id);
  if (run === undefined) throw new RangeError("there is no run with this id");
  const changed: Run = { ...run, ...change, id };
  database.run(
    "UPDATE runs SET started_at = ?, data = ? WHERE id = ?",
    changed.startedAt,
    toJson(changed),
    toStoredText(id),
  );
}

export function putPool(database: Database, run: number, source: number, pool: PoolSnapshot): void {
  database.run("INSERT OR REPLACE INTO pools (run, source, data) VALUES (?, ?, ?)", run, source, toJson(pool));
}

export function readPools(database: Database, run: number): readonly PoolSnapshot[] {
  const rows = database.rows<[string]>("SELECT data FROM pools WHERE run = ? ORDER BY source", run);
  return rows.map(([data]) => fromJson<PoolSnapshot>(data));
}

/** The number of a pool beside a project: what the baseline is kept for. */
export function scopeNo(database: Database, projectId: string, userPoolId: string): number {
  const names = [toStoredText(projectId), toStoredText(userPoolId)];
  const row =
    database.row<[number]>("SELECT no FROM scopes WHERE project_id = ? AND user_pool_id = ?", ...names) ??
    database.row<[number]>("INSERT INTO scopes (project_id, user_pool_id) VALUES (?, ?) RETURNING no", ...names);
  return (row as [number])[0];
}
