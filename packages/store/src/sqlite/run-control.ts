import {
  changeControl,
  type ControlChange,
  type Heartbeat,
  NO_CONTROL,
  type RunControl,
} from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import type { Database } from "./database.ts";

export function readControl(database: Database, run: number): RunControl {
  const row = database.row<[string]>("SELECT data FROM run_controls WHERE run = ?", run);
  return row === undefined ? NO_CONTROL : fromJson<RunControl>(row[0]);
}

export function applyChange(database: Database, run: number, change: ControlChange): RunControl {
  const changed = changeControl(readControl(database, run), change);
  database.run("INSERT OR REPLACE INTO run_controls (run, data) VALUES (?, ?)", run, toJson(changed));
  return changed;
}

export function putHeartbeat(database: Database, run: number, heartbeat: Heartbeat): void {
  database.run(
    "INSERT OR REPLACE INTO heartbeats (run, worker, at, data) VALUES (?, ?, ?, ?)",
    run,
    heartbeat.worker,
    heartbeat.at,
    toJson(heartbeat),
  );
}

export function readHeartbeats(database: Database, run: number): readonly Heartbeat[] {
  const rows = database.rows<[string]>("SELECT data FROM heartbeats WHERE run = ? ORDER BY at DESC, worker", run);
  return rows.map(([data]) => fromJson<Heartbeat>(data));
}
