import type { TouchedUser } from "@cognito-to-descope/core";
import { fromStoredText, toStoredText } from "../columns/stored-text.ts";
import { all, type Statements } from "./database.ts";
import { textList, toTextList } from "./text-list.ts";

export async function touchUser(
  statements: Statements,
  projectId: string,
  userPoolId: string,
  sub: string,
  at: number,
): Promise<void> {
  const names = [toStoredText(projectId), toStoredText(userPoolId)];
  // Two statements: one alone would not see the scope that it makes.
  await all([
    statements.run("INSERT INTO scopes (project_id, user_pool_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", ...names),
    statements.run(
      `INSERT INTO touched_users AS t (scope, sub, at)
       SELECT no, $3, $4 FROM scopes WHERE project_id = $1 AND user_pool_id = $2
       ON CONFLICT (scope, sub) DO UPDATE SET at = excluded.at WHERE excluded.at > t.at`,
      ...names,
      toStoredText(sub),
      at,
    ),
  ]);
}

export async function readTouchedUsers(
  statements: Statements,
  projectId: string,
  limit: number,
): Promise<readonly TouchedUser[]> {
  const rows = await statements.rows<[string, string, number]>(
    `SELECT s.user_pool_id, t.sub, t.at FROM touched_users t JOIN scopes s ON s.no = t.scope
     WHERE s.project_id = $1 ORDER BY t.at, t.scope, t.sub LIMIT $2`,
    toStoredText(projectId),
    limit,
  );
  return rows.map(([userPoolId, sub, at]) => ({
    userPoolId: fromStoredText(userPoolId),
    sub: fromStoredText(sub),
    at,
  }));
}

export async function clearTouchedUsers(
  statements: Statements,
  projectId: string,
  users: readonly TouchedUser[],
): Promise<void> {
  await statements.run(
    `DELETE FROM touched_users t
     USING scopes s, unnest(${textList("$2")}, ${textList("$3")}, $4::double precision[]) u(user_pool_id, sub, at)
     WHERE s.project_id = $1 AND s.user_pool_id = u.user_pool_id COLLATE "C"
       AND t.scope = s.no AND t.sub = u.sub COLLATE "C" AND t.at <= u.at`,
    toStoredText(projectId),
    toTextList(users.map(({ userPoolId }) => toStoredText(userPoolId))),
    toTextList(users.map(({ sub }) => toStoredText(sub))),
    users.map(({ at }) => at),
  );
}
