import type { SettledUser, SourceKey } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import { toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import { type AppliedRow, toAppliedItem } from "./plan-items.ts";
import { ownerInSql, ownerOf, rowRange } from "./row-range.ts";
import { fromSubKey, subKey } from "./sub-key.ts";

type SettledRow = readonly [item: number, contentHash: string | null, ...AppliedRow];

const SETTLED = `
  SELECT p.id, b.content_hash, p.data, o.id, o.outcome, o.user_id, o.failure, o.detail
  FROM baseline b CROSS JOIN plan_items p ON p.id = b.item LEFT JOIN outcomes o ON o.id = p.id`;

/** The row of `b` is the last one of its user. */
const IS_LAST = "NOT EXISTS (SELECT 1 FROM baseline n WHERE n.scope = b.scope AND n.sub = b.sub AND n.item > b.item)";

export function countBaseline(database: Database, run: number, source: number): number {
  const row = database.row<[number]>(
    `SELECT count(*) FROM baseline b WHERE b.scope = ? AND b.content_hash IS NOT NULL AND ${IS_LAST}`,
    scopeOf(database, run, source),
  );
  return row?.[0] ?? 0;
}

export function readBaselineHashes(
  database: Database,
  run: number,
  source: number,
  subs: readonly string[],
): readonly (string | undefined)[] {
  const scope = scopeOf(database, run, source);
  return subs.map((sub) => {
    const row = database.row<[string | null]>(
      "SELECT content_hash FROM baseline WHERE scope = ? AND sub = ? ORDER BY item DESC LIMIT 1",
      scope,
      subKey(sub),
    );
    return row?.[0] ?? undefined;
  });
}

export function readBaselineUsers(
  database: Database,
  run: number,
  source: number,
  subs: readonly string[],
): readonly (SettledUser | undefined)[] {
  const scope = scopeOf(database, run, source);
  return subs.map((sub) => settledBefore(database, scope, subKey(sub), Number.MAX_SAFE_INTEGER));
}

export function readSettledBefore(
  database: Database,
  run: number,
  seqs: readonly number[],
): readonly (SettledUser | undefined)[] {
  const { base } = rowRange(run);
  return seqs.map((seq) => {
    const row = database.row<[number, string | Uint8Array]>(
      `SELECT s.scope, p.sub FROM plan_items p CROSS JOIN run_sources s ON s.run = ? AND s.source = p.source
       WHERE p.id = ?`,
      run,
      base + seq,
    );
    return row === undefined ? undefined : settledBefore(database, row[0], row[1], base);
  });
}

function settledBefore(
  database: Database,
  scope: number,
  key: string | Uint8Array,
  before: number,
): SettledUser | undefined {
  const row = database.row<SettledRow>(
    `${SETTLED} WHERE b.scope = ? AND b.sub = ? AND b.item < ? ORDER BY b.item DESC LIMIT 1`,
    scope,
    key,
    before,
  );
  return row === undefined ? undefined : toSettledUser(row);
}

export function readBaseline(
  database: Database,
  run: number,
  source: number,
  after: string | undefined,
  limit: number,
): readonly SettledUser[] {
  const rows = database.rows<SettledRow>(
    `${SETTLED} WHERE b.scope = ? ${after === undefined ? "" : "AND b.sub > ?"} AND ${IS_LAST}
     ORDER BY b.sub LIMIT ?`,
    scopeOf(database, run, source),
    ...(after === undefined ? [] : [subKey(after)]),
    limit,
  );
  return rows.map(toSettledUser);
}

export function readGoneUsers(
  database: Database,
  run: number,
  source: number,
  after: string | undefined,
  limit: number,
): readonly SettledUser[] {
  const rows = database.rows<SettledRow>(
    `${SETTLED} WHERE b.scope = ? ${after === undefined ? "" : "AND b.sub > ?"} AND b.content_hash IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM source_user_subs u WHERE u.run = ? AND u.sub = b.sub AND u.source = ?)
       AND ${IS_LAST}
     ORDER BY b.sub LIMIT ?`,
    scopeOf(database, run, source),
    ...(after === undefined ? [] : [subKey(after)]),
    run,
    source,
    limit,
  );
  return rows.map(toSettledUser);
}

export function readBaselineClaimants(
  database: Database,
  run: number,
  loginIds: readonly string[],
): readonly SourceKey[] {
  const rows = database.rows<[number, string | Uint8Array]>(
    `SELECT DISTINCT s.source, p.sub
     FROM json_each(?) j CROSS JOIN baseline_login_ids l ON l.login_id = j.value
     CROSS JOIN plan_items p ON p.id = l.item
     CROSS JOIN run_sources was ON was.run = ${ownerInSql("p.id")} AND was.source = p.source
     CROSS JOIN run_sources s ON s.run = ? AND s.scope = was.scope
     CROSS JOIN baseline b ON b.scope = was.scope AND b.sub = p.sub AND b.item = p.id
     WHERE b.content_hash IS NOT NULL AND ${IS_LAST}`,
    toJson(loginIds.map(toStoredText)),
    run,
  );
  return rows.map(([source, key]) => ({ source, sub: fromSubKey(key) }));
}

export function findSourceUsers(
  database: Database,
  run: number,
  keys: readonly SourceKey[],
): readonly (number | undefined)[] {
  const { base } = rowRange(run);
  return keys.map(({ source, sub }) => {
    const row = database.row<[number]>(
      "SELECT id FROM source_user_subs WHERE run = ? AND sub = ? AND source = ?",
      run,
      subKey(sub),
      source,
    );
    return row === undefined ? undefined : row[0] - base;
  });
}

function scopeOf(database: Database, run: number, source: number): number {
  const row = database.row<[number]>("SELECT scope FROM run_sources WHERE run = ? AND source = ?", run, source);
  if (row === undefined) throw new RangeError(`the run has no source ${source}`);
  return row[0];
}

function toSettledUser([item, contentHash, ...applied]: SettledRow): SettledUser {
  const { base } = rowRange(ownerOf(item));
  return { ...toAppliedItem(base, applied), ...(contentHash === null ? {} : { contentHash }) };
}
