import {
  changeControl,
  type ControlChange,
  type Heartbeat,
  NO_CONTROL,
  type RunControl,
} from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import type { Statements } from "./database.ts";
import { noRun, RUN_NO } from "./runs.ts";

export async function readControl(statements: Statements, runId: string): Promise<RunControl> {
  const row = await statements.row<[string]>(
    `SELECT data FROM run_controls WHERE run = ${RUN_NO}`,
    toStoredText(runId),
  );
  return row === undefined ? NO_CONTROL : fromJson<RunControl>(row[0]);
}

/** @param run - Of which the row is locked, so that of two operators neither undoes what the other said. */
export async function applyChange(
  statements: Statements,
  runId: string,
  run: number,
  change: ControlChange,
): Promise<RunControl> {
  const changed = changeControl(await readControl(statements, runId), change);
  await statements.run(
    "INSERT INTO run_controls (run, data) VALUES ($1, $2) ON CONFLICT (run) DO UPDATE SET data = excluded.data",
    run,
    toJson(changed),
  );
  return changed;
}

export async function putHeartbeat(statements: Statements, runId: string, heartbeat: Heartbeat): Promise<void> {
  const put = await statements.run(
    `INSERT INTO heartbeats (run, worker, at, data) SELECT no, $2, $3, $4 FROM runs WHERE id = $1
     ON CONFLICT (run, worker) DO UPDATE SET at = excluded.at, data = excluded.data`,
    toStoredText(runId),
    toStoredText(heartbeat.worker),
    heartbeat.at,
    toJson(heartbeat),
  );
  if (put === 0) throw noRun();
}

export async function readHeartbeats(statements: Statements, runId: string): Promise<readonly Heartbeat[]> {
  const rows = await statements.rows<[string]>(
    `SELECT data FROM heartbeats WHERE run = ${RUN_NO} ORDER BY at DESC, worker`,
    toStoredText(runId),
  );
  return rows.map(([data]) => fromJson<Heartbeat>(data));
}
