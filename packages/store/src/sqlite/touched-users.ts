import type { TouchedUser } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { fromStoredText, toStoredText } from "../columns/stored-text.ts";
import { scopeNo } from "./runs.ts";
import { fromSubKey, subKey } from "./sub-key.ts";

export function touchUser(database: Database, projectId: string, userPoolId: string, sub: string, at: number): void {
  database.run(
    `INSERT INTO touched_users (scope, sub, at) VALUES (?, ?, ?)
     ON CONFLICT (scope, sub) DO UPDATE SET at = excluded.at WHERE excluded.at > at`,
    scopeNo(database, projectId, userPoolId),
    subKey(sub),
    at,
  );
}

export function readTouchedUsers(database: Database, projectId: string, limit: number): readonly TouchedUser[] {
  const rows = database.rows<[string, string | Uint8Array, number]>(
    `SELECT s.user_pool_id, t.sub, t.at FROM touched_users t JOIN scopes s ON s.no = t.scope
     WHERE s.project_id = ? ORDER BY t.at, t.scope, t.sub LIMIT ?`,
    toStoredText(projectId),
    limit,
  );
  return rows.map(([userPoolId, sub, at]) => ({ userPoolId: fromStoredText(userPoolId), sub: fromSubKey(sub), at }));
}

export function clearTouchedUsers(database: Database, projectId: string, users: readonly TouchedUser[]): void {
  for (const { userPoolId, sub, at } of users) {
    database.run(
      "DELETE FROM touched_users WHERE scope = ? AND sub = ? AND at <= ?",
      scopeNo(database, projectId, userPoolId),
      subKey(sub),
      at,
    );
  }
}
