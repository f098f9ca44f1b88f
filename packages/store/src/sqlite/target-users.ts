import { foldLoginId, type ProjectUser, type TargetQuery, type TargetScan } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { fromJson, toJson } from "../columns/json-column.ts";
import { rowRange } from "./row-range.ts";
import { toStoredText } from "../columns/stored-text.ts";

interface ScanRow {
  readonly no: number;
  /** Absent until the scan is finished. */
  readonly users: number | null;
}

export function beginTargetScan(database: Database, run: number, scan: TargetScan): void {
  const row = database.row<[number]>("SELECT no FROM target_scans WHERE run = ? AND scan = ?", run, scan);
  if (row !== undefined) forgetTargetScan(database, row[0]);
  database.run("INSERT INTO target_scans (run, scan) VALUES (?, ?)", run, scan);
}

/** Removes a scan and the users in it. */
export function forgetTargetScan(database: Database, scanNo: number): void {
  const { base, last } = rowRange(scanNo);
  database.run("DELETE FROM target_user_keys WHERE scan = ?", scanNo);
  database.run("DELETE FROM target_users WHERE id BETWEEN ? AND ?", base, last);
  database.run("DELETE FROM target_scans WHERE no = ?", scanNo);
}

export function appendTargetUsers(
  database: Database,
  run: number,
  scan: TargetScan,
  users: readonly ProjectUser[],
  subAttribute: string,
): void {
  const { no, users: counted } = findScan(database, run, scan);
  if (counted !== null) database.run("UPDATE target_scans SET users = NULL WHERE no = ?", no);
  const { base, last } = rowRange(no);
  const row = database.row<[number | null]>("SELECT max(id) FROM target_users WHERE id BETWEEN ? AND ?", base, last);
  let id = row?.[0] ?? base;
  const values: (number | string)[] = [];
  for (const user of users) {
    values.push(++id, toStoredText(user.userId), toJson(keysOf(user, subAttribute)), toJson(user));
  }
  database.insert("INTO target_users (id, user_id, keys, data)", 4, values);
}

export function finishTargetScan(database: Database, run: number, scan: TargetScan): void {
  const { no, users } = findScan(database, run, scan);
  if (users !== null) return;
  const { base, last } = rowRange(no);
  database.run(
    `DELETE FROM target_users WHERE id IN (
       SELECT id FROM (
         SELECT id, lead(id) OVER (PARTITION BY user_id ORDER BY id) AS later FROM target_users WHERE id BETWEEN ? AND ?)
       WHERE later IS NOT NULL)`,
    base,
    last,
  );
  database.run("DELETE FROM target_user_keys WHERE scan = ?", no);
  database.run(
    `INSERT OR IGNORE INTO target_user_keys (scan, key, id)
     SELECT ?, j.value, u.id FROM target_users u, json_each(u.keys) j WHERE u.id BETWEEN ? AND ? ORDER BY j.value, u.id`,
    no,
    base,
    last,
  );
  database.run(
    "UPDATE target_scans SET users = (SELECT count(*) FROM target_users WHERE id BETWEEN ? AND ?) WHERE no = ?",
    base,
    last,
    no,
  );
}

export function countTargetUsers(database: Database, run: number, scan: TargetScan): number {
  const { no, users } = findScan(database, run, scan);
  if (users !== null) return users;
  const { base, last } = rowRange(no);
  const row = database.row<[number]>(
    "SELECT count(DISTINCT user_id) FROM target_users WHERE id BETWEEN ? AND ?",
    base,
    last,
  );
  return row?.[0] ?? 0;
}

export function matchTargetUsers(
  database: Database,
  run: number,
  scan: TargetScan,
  queries: readonly TargetQuery[],
): readonly (readonly ProjectUser[])[] {
  const { no, users } = findScan(database, run, scan);
  if (users === null) throw new RangeError("the scan of the target is not finished: call finishTargetScan first");
  if (users === 0) return queries.map(() => []);
  const matched = queries.map(() => new Set<number>());
  const keys = queries.flatMap((query, index) => queryKeys(query).map((key) => [index, key]));
  const found = database.rows<[number, number]>(
    `SELECT q.value ->> 0, k.id FROM json_each(?) q CROSS JOIN target_user_keys k
     WHERE k.scan = ? AND k.key = q.value ->> 1 ORDER BY k.id`,
    toJson(keys),
    no,
  );
  for (const [index, id] of found) matched[index]?.add(id);
  const byId = readById(database, new Set(found.map(([, id]) => id)));
  return matched.map((ids) => [...ids].flatMap((id) => byId.get(id) ?? []));
}

function readById(database: Database, ids: ReadonlySet<number>): ReadonlyMap<number, ProjectUser> {
  if (ids.size === 0) return new Map();
  const rows = database.rows<[number, string]>(
    "SELECT id, data FROM target_users WHERE id IN (SELECT value FROM json_each(?))",
    toJson([...ids]),
  );
  return new Map(rows.map(([id, data]) => [id, fromJson<ProjectUser>(data)]));
}

// Keys of both kinds stand in one table, told apart by their first letter.
function keysOf(user: ProjectUser, subAttribute: string): string[] {
  const keys = user.loginIds.map((loginId) => loginIdKey(foldLoginId(loginId)));
  const sub = Object.hasOwn(user.customAttributes, subAttribute) ? user.customAttributes[subAttribute] : undefined;
  return typeof sub === "string" ? [subKeyText(sub), ...keys] : keys;
}

function queryKeys(query: TargetQuery): string[] {
  return [subKeyText(query.sub), ...query.loginIds.map(loginIdKey)];
}

function subKeyText(sub: string): string {
  return `s${toStoredText(sub)}`;
}

function loginIdKey(loginId: string): string {
  return `l${toStoredText(loginId)}`;
}

function findScan(database: Database, run: number, scan: TargetScan): ScanRow {
  const row = database.row<[number, number | null]>(
    "SELECT no, users FROM target_scans WHERE run = ? AND scan = ?",
    run,
    scan,
  );
  if (row === undefined) throw new RangeError("the target was not scanned: call beginTargetScan first");
  return { no: row[0], users: row[1] };
}
