import type { CapturedDay, CapturedUser, VerdictCount } from "@cognito-to-descope/core";
import { fromStoredText, toStoredText } from "../columns/stored-text.ts";
import type { Database } from "./database.ts";
import { scopeNo } from "./runs.ts";
import { subKey } from "./sub-key.ts";

export function recordCaptures(
  database: Database,
  projectId: string,
  users: readonly CapturedUser[],
  verdicts: readonly VerdictCount[],
): void {
  for (const { userPoolId, sub, at } of users) {
    database.run(
      `INSERT INTO captured_users (scope, sub, at) VALUES (?, ?, ?)
       ON CONFLICT (scope, sub) DO UPDATE SET at = excluded.at WHERE excluded.at < at`,
      scopeNo(database, projectId, userPoolId),
      subKey(sub),
      at,
    );
  }
  for (const { userPoolId, day, verdict, reason, count } of verdicts) {
    database.run(
      `INSERT INTO jit_verdicts (scope, day, verdict, reason, count) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (scope, day, verdict, reason) DO UPDATE SET count = count + excluded.count`,
      scopeNo(database, projectId, userPoolId),
      day,
      toStoredText(verdict),
      toStoredText(reason),
      count,
    );
  }
}

export function countCaptured(database: Database, projectId: string): readonly CapturedDay[] {
  const rows = database.rows<[string, number, number]>(
    `SELECT s.user_pool_id, CAST(floor(c.at / 86400000) AS INTEGER) AS day, count(*)
     FROM captured_users c JOIN scopes s ON s.no = c.scope
     WHERE s.project_id = ? GROUP BY s.user_pool_id, day ORDER BY day, s.user_pool_id`,
    toStoredText(projectId),
  );
  return rows.map(([userPoolId, day, users]) => ({ userPoolId: fromStoredText(userPoolId), day, users }));
}

export function countVerdicts(database: Database, projectId: string): readonly VerdictCount[] {
  const rows = database.rows<[string, number, string, string, number]>(
    `SELECT s.user_pool_id, v.day, v.verdict, v.reason, v.count
     FROM jit_verdicts v JOIN scopes s ON s.no = v.scope
     WHERE s.project_id = ? ORDER BY v.day, s.user_pool_id, v.verdict, v.reason`,
    toStoredText(projectId),
  );
  return rows.map(([userPoolId, day, verdict, reason, count]) => ({
    userPoolId: fromStoredText(userPoolId),
    day,
    verdict: fromStoredText(verdict),
    reason: fromStoredText(reason),
    count,
  }));
}

export function findCaptured(
  database: Database,
  projectId: string,
  userPoolId: string,
  subs: readonly string[],
): readonly (number | undefined)[] {
  const names = [toStoredText(projectId), toStoredText(userPoolId)];
  const [scope] =
    database.row<[number]>("SELECT no FROM scopes WHERE project_id = ? AND user_pool_id = ?", ...names) ?? [];
  if (scope === undefined) return subs.map(() => undefined);
  return subs.map(
    (sub) =>
      database.row<[number]>("SELECT at FROM captured_users WHERE scope = ? AND sub = ?", scope, subKey(sub))?.[0],
  );
}
