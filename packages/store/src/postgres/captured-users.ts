import type { CapturedDay, CapturedUser, VerdictCount } from "@cognito-to-descope/core";
import { fromStoredText, toStoredText } from "../columns/stored-text.ts";
import { all, type Statements } from "./database.ts";
import { textList, toTextList } from "./text-list.ts";

export async function recordCaptures(
  statements: Statements,
  projectId: string,
  users: readonly CapturedUser[],
  verdicts: readonly VerdictCount[],
): Promise<void> {
  const project = toStoredText(projectId);
  const pools = [...new Set([...users, ...verdicts].map(({ userPoolId }) => toStoredText(userPoolId)))];
  await all([
    statements.run(
      `INSERT INTO scopes (project_id, user_pool_id)
       SELECT $1, pool FROM unnest(${textList("$2")}) pool WHERE pool <> '' ON CONFLICT DO NOTHING`,
      project,
      toTextList(pools),
    ),
    // In one order for all who write at the same time, and each row once: a statement changes no row twice.
    statements.run(
      `INSERT INTO captured_users AS c (scope, sub, at)
       SELECT s.no, u.sub, min(u.at)
       FROM unnest(${textList("$2")}, ${textList("$3")}, $4::double precision[]) u(user_pool_id, sub, at)
       JOIN scopes s ON s.project_id = $1 AND s.user_pool_id = u.user_pool_id COLLATE "C"
       GROUP BY s.no, u.sub ORDER BY s.no, u.sub COLLATE "C"
       ON CONFLICT (scope, sub) DO UPDATE SET at = excluded.at WHERE excluded.at < c.at`,
      project,
      toTextList(users.map(({ userPoolId }) => toStoredText(userPoolId))),
      toTextList(users.map(({ sub }) => toStoredText(sub))),
      users.map(({ at }) => at),
    ),
    statements.run(
      `INSERT INTO jit_verdicts AS v (scope, day, verdict, reason, count)
       SELECT s.no, u.day::integer, u.verdict, u.reason, sum(u.count)
       FROM unnest(${textList("$2")}, $3::double precision[], ${textList("$4")}, ${textList("$5")}, $6::double precision[])
         u(user_pool_id, day, verdict, reason, count)
       JOIN scopes s ON s.project_id = $1 AND s.user_pool_id = u.user_pool_id COLLATE "C"
       GROUP BY s.no, u.day, u.verdict, u.reason
       ORDER BY s.no, u.day, u.verdict COLLATE "C", u.reason COLLATE "C"
       ON CONFLICT (scope, day, verdict, reason) DO UPDATE SET count = v.count + excluded.count`,
      project,
      toTextList(verdicts.map(({ userPoolId }) => toStoredText(userPoolId))),
      verdicts.map(({ day }) => day),
      toTextList(verdicts.map(({ verdict }) => toStoredText(verdict))),
      toTextList(verdicts.map(({ reason }) => toStoredText(reason))),
      verdicts.map(({ count }) => count),
    ),
  ]);
}

export async function countCaptured(statements: Statements, projectId: string): Promise<readonly CapturedDay[]> {
  const rows = await statements.rows<[string, number, number]>(
    `SELECT s.user_pool_id, floor(c.at / 86400000)::integer AS day, count(*)::double precision
     FROM captured_users c JOIN scopes s ON s.no = c.scope
     WHERE s.project_id = $1 GROUP BY s.user_pool_id, day ORDER BY day, s.user_pool_id`,
    toStoredText(projectId),
  );
  return rows.map(([userPoolId, day, users]) => ({ userPoolId: fromStoredText(userPoolId), day, users }));
}

export async function countVerdicts(statements: Statements, projectId: string): Promise<readonly VerdictCount[]> {
  const rows = await statements.rows<[string, number, string, string, number]>(
    `SELECT s.user_pool_id, v.day, v.verdict, v.reason, v.count::double precision
     FROM jit_verdicts v JOIN scopes s ON s.no = v.scope
     WHERE s.project_id = $1 ORDER BY v.day, s.user_pool_id, v.verdict, v.reason`,
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

export async function findCaptured(
  statements: Statements,
  projectId: string,
  userPoolId: string,
  subs: readonly string[],
): Promise<readonly (number | undefined)[]> {
  const rows = await statements.rows<[string, number]>(
    `SELECT c.sub, c.at FROM captured_users c
     WHERE c.scope = (SELECT no FROM scopes WHERE project_id = $1 AND user_pool_id = $2)
       AND c.sub = ANY (${textList("$3")})`,
    toStoredText(projectId),
    toStoredText(userPoolId),
    toTextList(subs.map(toStoredText)),
  );
  const times = new Map(rows.map(([sub, at]) => [fromStoredText(sub), at]));
  return subs.map((sub) => times.get(sub));
}
