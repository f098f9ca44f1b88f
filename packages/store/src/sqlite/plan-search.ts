import type { AppliedItem, PoolUser, Run } from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import { fromPoolUserColumn } from "../columns/pool-user-column.ts";
import type { IndexRow, PostingsByBlock, SearchTables } from "../search/search-tables.ts";
import type { Token } from "../search/tokens.ts";
import type { Database } from "./database.ts";
import { type AppliedRow, readPlanItems, toAppliedItem } from "./plan-items.ts";
import { rowRange } from "./row-range.ts";
import { findRun, readRun, type RunRow } from "./runs.ts";

/** The tables of a run that its search needs. */
export function searchTables(database: Database, runId: string): SearchTables {
  const ask = <Result>(work: (run: RunRow) => Result): Result => database.read(() => work(findRun(database, runId)));
  const load = <Result>(work: (run: RunRow) => Result): Result =>
    database.write("process", () => work(findRun(database, runId)));
  return {
    readIndex: async () => ask(({ no }) => readIndexRow(database, no)),
    beginIndex: async () =>
      ask(({ no }) => readIndexRow(database, no)) ??
      load(({ no }) => beginIndex(database, no, readRun(database, runId))),
    addBlock: async (before, after, block, postings, values) =>
      load(({ no }) => {
        const now = readIndexRow(database, no);
        if (now?.seq !== before.seq || now.complete) return now ?? before;
        database.insert(
          "OR REPLACE INTO search_blocks (run, block, token, places)",
          4,
          postings.flatMap(([token, places]) => [no, block, token, places]),
        );
        database.insert(
          "OR REPLACE INTO searched_values (id, data)",
          2,
          values.flatMap(([seq, texts]) => [rowRange(no).base + seq, toJson(texts)]),
        );
        database.run(
          "UPDATE search_indexes SET (seq, items, complete) = (?, ?, ?) WHERE run = ?",
          after.seq,
          after.items,
          after.complete ? 1 : 0,
          no,
        );
        return after;
      }),
    readItems: async (afterSeq, limit) => ask(({ no }) => readPlanItems(database, no, afterSeq, limit)),
    readUsers: async (seqs) => ask((run) => readUsers(database, run, seqs)),
    readPostings: async (first, last, tokens) => ask(({ no }) => readPostings(database, no, first, last, tokens)),
    readValues: async (seqs) =>
      ask(({ no }) => {
        const { base } = rowRange(no);
        const rows = database.rows<[number, string]>(
          "SELECT id, data FROM searched_values WHERE id IN (SELECT ? + value FROM json_each(?))",
          base,
          toJson(seqs),
        );
        return new Map(rows.map(([id, data]) => [id - base, fromJson<string[]>(data)]));
      }),
    readReplaced: async () =>
      ask(({ no }) => {
        const { base, last } = rowRange(no);
        const rows = database.rows<[number]>(
          "SELECT id FROM replaced_items WHERE id BETWEEN ? AND ? ORDER BY id",
          base,
          last,
        );
        return rows.map(([id]) => id - base);
      }),
    readApplied: async (seqs) => ask(({ no }) => readApplied(database, no, seqs)),
    readOutcomes: async (outcome, afterSeq, lastSeq) =>
      ask(({ no }) => readOutcomes(database, no, outcome, afterSeq, lastSeq)),
    countOutcomes: async (afterSeq, lastSeq) =>
      ask(({ no }) => {
        const { base } = rowRange(no);
        const row = database.row<[number]>(
          "SELECT count(*) FROM outcomes WHERE id > ? AND id <= ?",
          base + afterSeq,
          base + lastSeq,
        );
        return row?.[0] ?? 0;
      }),
  };
}

/** Remembers items that are replaced while there is an index. */
export function noteReplaced(database: Database, run: number, seqs: readonly number[]): void {
  if (database.row("SELECT 1 FROM search_indexes WHERE run = ?", run) === undefined) return;
  const { base } = rowRange(run);
  database.insert(
    "OR IGNORE INTO replaced_items (id)",
    1,
    seqs.map((seq) => base + seq),
  );
}

/** Removes the index of a run. */
export function forgetIndex(database: Database, run: number): void {
  if (database.row("SELECT 1 FROM search_indexes WHERE run = ?", run) === undefined) return;
  const { base, last } = rowRange(run);
  database.run("DELETE FROM search_blocks WHERE run = ?", run);
  for (const table of ["replaced_items", "searched_values"]) {
    database.run(`DELETE FROM ${table} WHERE id BETWEEN ? AND ?`, base, last);
  }
  database.run("DELETE FROM search_indexes WHERE run = ?", run);
}

function readIndexRow(database: Database, run: number): IndexRow | undefined {
  const row = database.row<[number, number, number]>(
    "SELECT seq, items, complete FROM search_indexes WHERE run = ?",
    run,
  );
  return row === undefined ? undefined : { seq: row[0], items: row[1], complete: row[2] === 1 };
}

function beginIndex(database: Database, run: number, record: Run | undefined): IndexRow | undefined {
  if (record?.plan === undefined) return undefined;
  database.run("INSERT OR IGNORE INTO search_indexes (run, seq, items, complete) VALUES (?, 0, 0, 0)", run);
  return readIndexRow(database, run);
}

function readUsers(database: Database, run: RunRow, seqs: readonly number[]): ReadonlyMap<number, PoolUser> {
  if (!run.readingFinished || seqs.length === 0) return new Map();
  const { base } = rowRange(run.no);
  const rows = database.rows<[number, string]>(
    "SELECT id, data FROM source_users WHERE id IN (SELECT ? + value FROM json_each(?))",
    base,
    toJson(seqs),
  );
  return new Map(rows.map(([id, data]) => [id - base, fromPoolUserColumn(data)]));
}

function readPostings(
  database: Database,
  run: number,
  first: number,
  last: number,
  tokens: readonly Token[],
): PostingsByBlock {
  const byBlock = new Map<number, Map<Token, Uint8Array>>();
  const list = toJson(tokens);
  for (let block = first; block <= last; block++) {
    const rows = database.rows<[Token, Uint8Array]>(
      "SELECT token, places FROM search_blocks WHERE run = ? AND block = ? AND token IN (SELECT value FROM json_each(?))",
      run,
      block,
      list,
    );
    byBlock.set(block, new Map(rows));
  }
  return byBlock;
}

function readApplied(database: Database, run: number, seqs: readonly number[]): readonly AppliedItem[] {
  const { base } = rowRange(run);
  const rows = database.rows<AppliedRow>(
    `SELECT p.data, o.id, o.outcome, o.user_id, o.failure, o.detail
     FROM plan_items p LEFT JOIN outcomes o ON o.id = p.id
     WHERE p.id IN (SELECT ? + value FROM json_each(?)) ORDER BY p.id`,
    base,
    toJson(seqs),
  );
  return rows.map((row) => toAppliedItem(base, row));
}

function readOutcomes(
  database: Database,
  run: number,
  outcome: string,
  afterSeq: number,
  lastSeq: number,
): readonly number[] {
  const { base } = rowRange(run);
  const range = [base + afterSeq, base + lastSeq];
  const all = outcome === "any" || outcome === "created";
  // A plus sign before a column keeps SQLite from an index on it: these walk along the rows themselves.
  const rows = database.rows<[number]>(
    `SELECT id FROM outcomes WHERE id > ? AND id <= ?
       AND ${all ? "(? = 'any' OR +outcome = 'created')" : "outcome = ? AND outcome <> 'created'"} ORDER BY id`,
    ...range,
    outcome,
  );
  return rows.map(([id]) => id - base);
}
