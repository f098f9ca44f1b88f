import { connectionKey, type SsoPlan, type SsoRecord } from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import type { Database } from "./database.ts";

/** The key of the plan: no connection has an empty one. */
const PLAN = "";

export function readSsoRecords(database: Database, projectId: string): readonly SsoRecord[] {
  const rows = database.rows<[string]>(
    "SELECT data FROM sso_records WHERE project = ? AND connection <> ? ORDER BY connection",
    projectId,
    PLAN,
  );
  return rows.map(([data]) => fromJson<SsoRecord>(data));
}

export function putSsoRecord(database: Database, projectId: string, record: SsoRecord): void {
  put(database, projectId, connectionKey(record), toJson(record));
}

export function readSsoPlan(database: Database, projectId: string): SsoPlan | undefined {
  const row = database.row<[string]>(
    "SELECT data FROM sso_records WHERE project = ? AND connection = ?",
    projectId,
    PLAN,
  );
  return row === undefined ? undefined : fromJson<SsoPlan>(row[0]);
}

export function putSsoPlan(database: Database, projectId: string, plan: SsoPlan | undefined): void {
  if (plan !== undefined) put(database, projectId, PLAN, toJson(plan));
  else database.run("DELETE FROM sso_records WHERE project = ? AND connection = ?", projectId, PLAN);
}

function put(database: Database, projectId: string, connection: string, data: string): void {
  database.run(
    "INSERT OR REPLACE INTO sso_records (project, connection, data) VALUES (?, ?, ?)",
    projectId,
    connection,
    data,
  );
}
