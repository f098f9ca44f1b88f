import type { SettledUser, SourceKey } from "@cognito-to-descope/core";
import { fromStoredText, toStoredText } from "../columns/stored-text.ts";
import type { Statements } from "./database.ts";
import { type AppliedRow, toAppliedItem } from "./plan-items.ts";
import { noRun, RUN_NO } from "./runs.ts";
import { textList, toTextList } from "./text-list.ts";
import { wantedText } from "./wanted-text.ts";

type SettledRow = readonly [settledHash: string | null, ...AppliedRow];

/** The last row of each user, for the scope `$1`. The key gives them in this order. */
const LAST = `
  SELECT DISTINCT ON (sub) scope, sub, run, seq, settled_hash FROM baseline`;
const IN_ORDER = "ORDER BY sub, run DESC, seq DESC";

/** How the user of a row `b` was settled. OFFSET 0 keeps the subqueries ones, and so looked up by their keys. */
const SETTLED = `
  SELECT b.settled_hash, p.data, o.seq, o.outcome, o.user_id, o.failure, o.detail`;
const OF_ROW = `
  CROSS JOIN LATERAL (SELECT * FROM plan_items i WHERE i.run = b.run AND i.seq = b.seq OFFSET 0) p
  LEFT JOIN LATERAL (SELECT * FROM outcomes r WHERE r.run = b.run AND r.seq = b.seq OFFSET 0) o ON true`;

export async function countBaseline(statements: Statements, runId: string, source: number): Promise<number> {
  const row = await statements.row<[number]>(
    `SELECT count(*)::integer FROM (${LAST} WHERE scope = $1 ${IN_ORDER}) b WHERE b.settled_hash IS NOT NULL`,
    await scopeOf(statements, runId, source),
  );
  return row?.[0] ?? 0;
}

export async function readBaselineHashes(
  statements: Statements,
  runId: string,
  source: number,
  subs: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const rows = await statements.rows<[string | null]>(
    `SELECT b.settled_hash FROM unnest(${textList("$2")}) WITH ORDINALITY q(sub, n)
     LEFT JOIN LATERAL (
       SELECT settled_hash FROM baseline WHERE scope = $1 AND sub = q.sub COLLATE "C"
       ORDER BY run DESC, seq DESC LIMIT 1) b ON true
     WHERE q.n <= $3 ORDER BY q.n`,
    await scopeOf(statements, runId, source),
    toTextList(subs.map(toStoredText)),
    subs.length,
  );
  return rows.map(([hash]) => hash ?? undefined);
}

export async function readBaselineUsers(
  statements: Statements,
  runId: string,
  source: number,
  subs: readonly string[],
): Promise<readonly (SettledUser | undefined)[]> {
  const rows = await statements.rows<[n: number, ...SettledRow]>(
    `SELECT q.n::integer, settled.* FROM unnest(${textList("$2")}) WITH ORDINALITY q(sub, n)
     CROSS JOIN LATERAL (${SETTLED} FROM (
       SELECT * FROM baseline WHERE scope = $1 AND sub = q.sub COLLATE "C"
       ORDER BY run DESC, seq DESC LIMIT 1) b ${OF_ROW}) settled
     WHERE q.n <= $3`,
    await scopeOf(statements, runId, source),
    toTextList(subs.map(toStoredText)),
    subs.length,
  );
  return inPlaces(subs.length, rows);
}

export async function readSettledBefore(
  statements: Statements,
  runId: string,
  seqs: readonly number[],
): Promise<readonly (SettledUser | undefined)[]> {
  const rows = await statements.rows<[n: number, ...SettledRow]>(
    `SELECT q.n::integer, settled.* FROM unnest($2::integer[]) WITH ORDINALITY q(seq, n)
     CROSS JOIN LATERAL (
       SELECT i.source, i.sub FROM plan_items i WHERE i.run = ${RUN_NO} AND i.seq = q.seq OFFSET 0) planned
     JOIN run_sources s ON s.run = ${RUN_NO} AND s.source = planned.source
     CROSS JOIN LATERAL (${SETTLED} FROM (
       SELECT * FROM baseline WHERE scope = s.scope AND sub = planned.sub AND run < ${RUN_NO}
       ORDER BY run DESC, seq DESC LIMIT 1) b ${OF_ROW}) settled`,
    toStoredText(runId),
    seqs,
  );
  return inPlaces(seqs.length, rows);
}

export async function readBaseline(
  statements: Statements,
  runId: string,
  source: number,
  after: string | undefined,
  limit: number,
): Promise<readonly SettledUser[]> {
  const rows = await statements.rows<SettledRow>(
    `${SETTLED} FROM (
       ${LAST} WHERE scope = $1 ${after === undefined ? "" : "AND sub > $3"} ${IN_ORDER} LIMIT $2) b ${OF_ROW}
     ORDER BY b.sub`,
    await scopeOf(statements, runId, source),
    limit,
    ...(after === undefined ? [] : [toStoredText(after)]),
  );
  return rows.map(toSettledUser);
}

export async function readGoneUsers(
  statements: Statements,
  runId: string,
  source: number,
  after: string | undefined,
  limit: number,
): Promise<readonly SettledUser[]> {
  const scope = await scopeOf(statements, runId, source);
  const rows = await statements.rows<SettledRow>(
    `${SETTLED} FROM (
       SELECT * FROM (
         ${LAST} WHERE scope = $1 ${after === undefined ? "" : "AND sub > $5"} ${IN_ORDER} OFFSET 0) last
       WHERE last.settled_hash IS NOT NULL
         AND (SELECT u.seq FROM source_user_subs u WHERE u.run = ${RUN_NO.replace("$1", "$3")}
                AND u.sub = last.sub AND u.source = $4) IS NULL
       ORDER BY last.sub LIMIT $2) b ${OF_ROW}
     ORDER BY b.sub`,
    scope,
    limit,
    toStoredText(runId),
    source,
    ...(after === undefined ? [] : [toStoredText(after)]),
  );
  return rows.map(toSettledUser);
}

export async function readBaselineClaimants(
  statements: Statements,
  runId: string,
  loginIds: readonly string[],
): Promise<readonly SourceKey[]> {
  const rows = await statements.rows<[number, string]>(
    `SELECT DISTINCT s.source, p.sub
     FROM unnest(${textList("$2")}) WITH ORDINALITY q(login_id, n)
     CROSS JOIN LATERAL (
       SELECT l.run, l.seq FROM baseline_login_ids l WHERE l.login_id = q.login_id COLLATE "C" OFFSET 0) l
     CROSS JOIN LATERAL (
       SELECT i.run, i.seq, i.source, i.sub FROM plan_items i WHERE i.run = l.run AND i.seq = l.seq OFFSET 0) p
     JOIN run_sources was ON was.run = p.run AND was.source = p.source
     JOIN run_sources s ON s.run = ${RUN_NO} AND s.scope = was.scope
     CROSS JOIN LATERAL (
       SELECT * FROM baseline WHERE scope = was.scope AND sub = p.sub ORDER BY run DESC, seq DESC LIMIT 1) last
     WHERE q.n <= $3 AND last.run = p.run AND last.seq = p.seq AND last.settled_hash IS NOT NULL`,
    toStoredText(runId),
    toTextList(loginIds.map(wantedText)),
    loginIds.length,
  );
  return rows.map(([source, sub]) => ({ source, sub: fromStoredText(sub) }));
}

export async function findSourceUsers(
  statements: Statements,
  runId: string,
  keys: readonly SourceKey[],
): Promise<readonly (number | undefined)[]> {
  const rows = await statements.rows<[number | null]>(
    `SELECT (SELECT u.seq FROM source_user_subs u
             WHERE u.run = ${RUN_NO} AND u.sub = q.sub COLLATE "C" AND u.source = q.source)
     FROM unnest($2::integer[], ${textList("$3")}) WITH ORDINALITY q(source, sub, n)
     WHERE q.n <= $4 ORDER BY q.n`,
    toStoredText(runId),
    keys.map(({ source }) => source),
    toTextList(keys.map(({ sub }) => toStoredText(sub))),
    keys.length,
  );
  return rows.map(([seq]) => seq ?? undefined);
}

async function scopeOf(statements: Statements, runId: string, source: number): Promise<number> {
  const row = await statements.row<[number | null]>(
    `SELECT s.scope FROM runs r LEFT JOIN run_sources s ON s.run = r.no AND s.source = $2 WHERE r.id = $1`,
    toStoredText(runId),
    source,
  );
  if (row === undefined) throw noRun();
  if (row[0] === null) throw new RangeError(`the run has no source ${source}`);
  return row[0];
}

/** Users in the places that their rows name, from 1. */
function inPlaces(
  places: number,
  rows: readonly (readonly [n: number, ...SettledRow])[],
): readonly (SettledUser | undefined)[] {
  const users = Array.from<SettledUser | undefined>({ length: places });
  for (const [n, ...row] of rows) users[n - 1] = toSettledUser(row);
  return users;
}

function toSettledUser([settledHash, ...applied]: SettledRow): SettledUser {
  return { ...toAppliedItem(applied), ...(settledHash === null ? {} : { contentHash: settledHash }) };
}
