import { foldLoginId, type ProjectUser, type TargetQuery, type TargetScan } from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import type { Statements } from "./database.ts";
import { noRun } from "./runs.ts";
import { innerList, jsonList, textList, toInnerList, toJsonList, toTextList } from "./text-list.ts";

interface ScanRow {
  readonly no: number;
  /** Absent until the scan is finished. */
  readonly users: number | null;
}

export async function beginTargetScan(statements: Statements, run: number, scan: TargetScan): Promise<void> {
  const row = await statements.row<[number]>("SELECT no FROM target_scans WHERE run = $1 AND scan = $2", run, scan);
  if (row !== undefined) await forgetTargetScan(statements, row[0], run, scan);
  await statements.run("INSERT INTO target_scans (run, scan) VALUES ($1, $2)", run, scan);
}

/** Removes a scan and the users in it. */
async function forgetTargetScan(statements: Statements, no: number, run: number, scan: TargetScan): Promise<void> {
  await statements.run("DELETE FROM target_user_keys WHERE scan = $1", no);
  await statements.run("DELETE FROM target_users WHERE scan = $1", no);
  await statements.run("DELETE FROM target_scans WHERE run = $1 AND scan = $2", run, scan);
}

export async function appendTargetUsers(
  statements: Statements,
  runId: string,
  scan: TargetScan,
  users: readonly ProjectUser[],
  subAttribute: string,
): Promise<void> {
  const found = await statements.row(
    `WITH counted AS (
       UPDATE target_scans t SET users = NULL, last_seq = t.last_seq + $3
       FROM runs r WHERE r.id = $1 AND t.run = r.no AND t.scan = $2
       RETURNING t.no, t.last_seq - $3 AS base),
     appended AS (
       INSERT INTO target_users (scan, seq, user_id, keys, data)
       SELECT c.no, c.base + u.n, u.user_id, u.keys, u.data
       FROM counted c, unnest(${textList("$4")}, ${textList("$5")}, ${jsonList("$6")})
         WITH ORDINALITY u(user_id, keys, data, n)
       WHERE u.n <= $3)
     SELECT 1 FROM counted`,
    toStoredText(runId),
    scan,
    users.length,
    toTextList(users.map(({ userId }) => toStoredText(userId))),
    toTextList(users.map((user) => toInnerList(keysOf(user, subAttribute)))),
    toJsonList(users.map(toJson)),
  );
  if (found === undefined) await findScan(statements, runId, scan);
}

/** @param scanRow - Of which the row is locked. */
export async function finishTargetScan(statements: Statements, { no, users }: ScanRow): Promise<void> {
  if (users !== null) return;
  await statements.run(
    `DELETE FROM target_users u USING (
       SELECT user_id, max(seq) AS last FROM target_users WHERE scan = $1 GROUP BY user_id HAVING count(*) > 1) d
     WHERE u.scan = $1 AND u.user_id = d.user_id AND u.seq < d.last`,
    no,
  );
  await statements.run("DELETE FROM target_user_keys WHERE scan = $1", no);
  await statements.run(
    `INSERT INTO target_user_keys (scan, hash, seq, key)
     SELECT $1, hashtextextended(k.key, 0), u.seq, k.key
     FROM target_users u CROSS JOIN LATERAL (SELECT unnest(${innerList("u.keys")}) COLLATE "C" AS key) k
     WHERE u.scan = $1 ORDER BY 2`,
    no,
  );
  await statements.run(
    "UPDATE target_scans SET users = (SELECT count(*) FROM target_users WHERE scan = $1) WHERE no = $1",
    no,
  );
}

export async function countTargetUsers(statements: Statements, runId: string, scan: TargetScan): Promise<number> {
  const { no, users } = await findScan(statements, runId, scan);
  if (users !== null) return users;
  const row = await statements.row<[number]>(
    "SELECT count(DISTINCT user_id)::integer FROM target_users WHERE scan = $1",
    no,
  );
  return row?.[0] ?? 0;
}

export async function matchTargetUsers(
  statements: Statements,
  runId: string,
  scan: TargetScan,
  queries: readonly TargetQuery[],
): Promise<readonly (readonly ProjectUser[])[]> {
  const { no, users } = await findScan(statements, runId, scan);
  if (users === null) throw new RangeError("the scan of the target is not finished: call finishTargetScan first");
  const matched: ProjectUser[][] = queries.map(() => []);
  if (users === 0) return matched;
  const indexes: number[] = [];
  const keys: string[] = [];
  for (const [index, query] of queries.entries()) {
    for (const key of queryKeys(query)) {
      indexes.push(index);
      keys.push(key);
    }
  }
  const rows = await statements.rows<[indexes: string, data: string]>(
    `SELECT f.indexes, u.data FROM (
       SELECT k.seq, string_agg(q.index::text, ',') AS indexes
       FROM unnest($2::integer[], ${textList("$3")}) q(index, key)
       JOIN target_user_keys k
         ON k.scan = $1 AND k.hash = hashtextextended(q.key COLLATE "C", 0) AND k.key = q.key COLLATE "C"
       GROUP BY k.seq) f
     JOIN target_users u ON u.scan = $1 AND u.seq = f.seq ORDER BY f.seq`,
    no,
    indexes,
    toTextList(keys),
  );
  for (const [found, data] of rows) {
    const user = fromJson<ProjectUser>(data);
    for (const index of new Set(found.split(","))) matched[Number(index)]?.push(user);
  }
  return matched;
}

// Keys of both kinds stand in one table, told apart by their first letter. Each once: two login IDs may be folded to one.
function keysOf(user: ProjectUser, subAttribute: string): string[] {
  const keys = new Set(user.loginIds.map((loginId) => loginIdKey(foldLoginId(loginId))));
  const sub = Object.hasOwn(user.customAttributes, subAttribute) ? user.customAttributes[subAttribute] : undefined;
  if (typeof sub === "string") keys.add(subKey(sub));
  return [...keys];
}

function queryKeys(query: TargetQuery): string[] {
  return [subKey(query.sub), ...query.loginIds.map(loginIdKey)];
}

function subKey(sub: string): string {
  return `s${toStoredText(sub)}`;
}

function loginIdKey(loginId: string): string {
  return `l${toStoredText(loginId)}`;
}

/** A scan that must have begun. */
export async function findScan(
  statements: Statements,
  runId: string,
  scan: TargetScan,
  lock = false,
): Promise<ScanRow> {
  const row = await statements.row<[run: number, no: number | null, users: number | null]>(
    lock
      ? `SELECT r.no, t.no, t.users FROM runs r JOIN target_scans t ON t.run = r.no AND t.scan = $2 WHERE r.id = $1
         FOR NO KEY UPDATE OF t`
      : `SELECT r.no, t.no, t.users FROM runs r LEFT JOIN target_scans t ON t.run = r.no AND t.scan = $2 WHERE r.id = $1`,
    toStoredText(runId),
    scan,
  );
  if (row === undefined) throw lock ? notScanned() : noRun();
  const [, no, users] = row;
  if (no === null) throw notScanned();
  return { no, users };
}

function notScanned(): RangeError {
  return new RangeError("the target was not scanned: call beginTargetScan first");
}
