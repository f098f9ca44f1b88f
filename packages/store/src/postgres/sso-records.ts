import { connectionKey, type SsoPlan, type SsoRecord } from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import type { Statements } from "./database.ts";

/** The key of the plan: no connection has an empty one. */
const PLAN = "";

export async function readSsoRecords(statements: Statements, projectId: string): Promise<readonly SsoRecord[]> {
  const rows = await statements.rows<[string]>(
    "SELECT data FROM sso_records WHERE project = $1 AND connection <> $2 ORDER BY connection",
    toStoredText(projectId),
    PLAN,
  );
  return rows.map(([data]) => fromJson<SsoRecord>(data));
}

export async function putSsoRecord(statements: Statements, projectId: string, record: SsoRecord): Promise<void> {
  await put(statements, projectId, toStoredText(connectionKey(record)), toJson(record));
}

export async function readSsoPlan(statements: Statements, projectId: string): Promise<SsoPlan | undefined> {
  const row = await statements.row<[string]>(
    "SELECT data FROM sso_records WHERE project = $1 AND connection = $2",
    toStoredText(projectId),
    PLAN,
  );
  return row === undefined ? undefined : fromJson<SsoPlan>(row[0]);
}

export async function putSsoPlan(statements: Statements, projectId: string, plan: SsoPlan | undefined): Promise<void> {
  if (plan !== undefined) await put(statements, projectId, PLAN, toJson(plan));
  else {
    await statements.run(
      "DELETE FROM sso_records WHERE project = $1 AND connection = $2",
      toStoredText(projectId),
      PLAN,
    );
  }
}

async function put(statements: Statements, projectId: string, connection: string, data: string): Promise<void> {
  await statements.run(
    `INSERT INTO sso_records (project, connection, data) VALUES ($1, $2, $3)
     ON CONFLICT (project, connection) DO UPDATE SET data = excluded.data`,
    toStoredText(projectId),
    connection,
    data,
  );
}
