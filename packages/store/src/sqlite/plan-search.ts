import type { PoolUser, Run } from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import { fromPoolUserColumn } from "../columns/pool-user-column.ts";
import { blockBase, BLOCK_ITEMS } from "../search/postings.ts";
import type {
  Candidate,
  IndexRow,
  OutcomeFilter,
  PostingsByBlock,
  SearchTables,
  SizesByBlock,
  SizesByToken,
  SourceValues,
} from "../search/search-tables.ts";
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
    addToBlock: async (before, block, { postings, values }) =>
      load(({ no }) => {
        const now = readIndexRow(database, no);
        if (now?.seq !== before.seq || now.complete) return false;
        database.insert(
          "OR REPLACE INTO search_blocks (run, block, token, places)",
          4,
          postings.flatMap(([token, places]) => [no, block, token, places]),
        );
        writeValues(database, no, values);
        return true;
      }),
    endBlock: async (before, after) =>
      load(({ no }) => {
        const now = readIndexRow(database, no);
        if (now?.seq !== before.seq || now.complete) return now ?? before;
        database.run(
          "UPDATE search_indexes SET (seq, items, complete) = (?, ?, ?) WHERE run = ?",
          after.seq,
          after.items,
          after.complete ? 1 : 0,
          no,
        );
        return after;
      }),
    readItems: async (afterSeq, limit, operations) =>
      ask(({ no }) => readPlanItems(database, no, afterSeq, limit, operations)),
    hasUsers: async () => ask(({ readingFinished }) => readingFinished),
    keepValues: async (values) => load(({ no }) => writeValues(database, no, values)),
    readValues: async (seqs) => ask(({ no }) => readValues(database, no, seqs)),
    readUsers: async (seqs) => ask((run) => readUsers(database, run, seqs)),
    beginSearch: async (first, last, tokens) =>
      ask(({ no }) => {
        const index = readIndexRow(database, no);
        if (index === undefined) return { replaced: [], sizes: new Map() };
        return { index, replaced: readReplaced(database, no), sizes: readSizes(database, no, first, last, tokens) };
      }),
    readSizes: async (first, last, tokens) => ask(({ no }) => readSizes(database, no, first, last, tokens)),
    readPostings: async (wanted) => ask(({ no }) => readPostings(database, no, wanted)),
    readCandidates: async (seqs, withValues) => ask(({ no }) => readCandidates(database, no, seqs, withValues)),
    readOutcomes: async (filter, afterSeq, lastSeq, limit) =>
      ask(({ no }) => readOutcomes(database, no, filter, { afterSeq, lastSeq, limit })),
    countOutcomes: async (first, last) =>
      ask(({ no }) => {
        const counts = new Map<number, number>();
        for (let block = first; block <= last; block++) {
          const from = rowRange(no).base + blockBase(block);
          const row = database.row<[number]>(
            "SELECT count(*) FROM outcomes WHERE id > ? AND id <= ?",
            from,
            from + BLOCK_ITEMS,
          );
          counts.set(block, row?.[0] ?? 0);
        }
        return counts;
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

/** Removes the index of a run, and values that were kept for it. */
export function forgetIndex(database: Database, run: number): void {
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

function readReplaced(database: Database, run: number): readonly number[] {
  const { base, last } = rowRange(run);
  const rows = database.rows<[number]>(
    "SELECT id FROM replaced_items WHERE id BETWEEN ? AND ? ORDER BY id",
    base,
    last,
  );
  return rows.map(([id]) => id - base);
}

function readSizes(
  database: Database,
  run: number,
  first: number,
  last: number,
  tokens: readonly Token[],
): SizesByBlock {
  const byBlock = new Map<number, SizesByToken>();
  const list = toJson(tokens);
  for (let block = first; block <= last; block++) {
    const rows = database.rows<[Token, number]>(
      `SELECT token, length(places) FROM search_blocks
       WHERE run = ? AND block = ? AND token IN (SELECT value FROM json_each(?))`,
      run,
      block,
      list,
    );
    byBlock.set(block, new Map(rows));
  }
  return byBlock;
}

function readPostings(
  database: Database,
  run: number,
  wanted: readonly (readonly [block: number, tokens: readonly Token[]])[],
): PostingsByBlock {
  const byBlock = new Map<number, ReadonlyMap<Token, Uint8Array>>();
  for (const [block, tokens] of wanted) {
    const rows = database.rows<[Token, Uint8Array]>(
      "SELECT token, places FROM search_blocks WHERE run = ? AND block = ? AND token IN (SELECT value FROM json_each(?))",
      run,
      block,
      toJson(tokens),
    );
    byBlock.set(block, new Map(rows));
  }
  return byBlock;
}

function writeValues(database: Database, run: number, values: readonly SourceValues[]): void {
  const { base } = rowRange(run);
  database.insert(
    "OR REPLACE INTO searched_values (id, data)",
    2,
    values.flatMap(([seq, texts]) => [base + seq, toJson(texts)]),
  );
}

function readValues(database: Database, run: number, seqs: readonly number[]): ReadonlyMap<number, readonly string[]> {
  const { base } = rowRange(run);
  const rows = database.rows<[number, string]>(
    "SELECT id, data FROM searched_values WHERE id IN (SELECT ? + value FROM json_each(?))",
    base,
    toJson(seqs),
  );
  return new Map(rows.map(([id, data]) => [id - base, fromJson<string[]>(data)]));
}

function readCandidates(
  database: Database,
  run: number,
  seqs: readonly number[],
  withValues: boolean,
): readonly Candidate[] {
  const { base } = rowRange(run);
  const rows = database.rows<AppliedRow>(
    `SELECT p.data, o.id, o.outcome, o.user_id, o.failure, o.detail
     FROM plan_items p LEFT JOIN outcomes o ON o.id = p.id
     WHERE p.id IN (SELECT ? + value FROM json_each(?)) ORDER BY p.id`,
    base,
    toJson(seqs),
  );
  const values = withValues ? readValues(database, run, seqs) : new Map<number, readonly string[]>();
  return rows.map((row) => {
    const applied = toAppliedItem(base, row);
    return { ...applied, sourceValues: values.get(applied.item.seq) ?? [] };
  });
}

function readOutcomes(
  database: Database,
  run: number,
  { outcome, failure }: OutcomeFilter,
  { afterSeq, lastSeq, limit }: { readonly afterSeq: number; readonly lastSeq: number; readonly limit: number },
): readonly number[] {
  const { base } = rowRange(run);
  // A plus sign before a column keeps SQLite from an index on it: these walk along the rows themselves.
  const having =
    outcome === undefined || outcome === "created"
      ? "? IN ('', +outcome)"
      : `outcome = ? AND outcome <> 'created' ${failure === undefined ? "" : "AND +failure = ?"}`;
  const rows = database.rows<[number]>(
    `SELECT id FROM outcomes WHERE id > ? AND id <= ? AND ${having} ORDER BY id LIMIT ?`,
    base + afterSeq,
    base + lastSeq,
    outcome ?? "",
    ...(failure === undefined ? [] : [failure]),
    limit,
  );
  return rows.map(([id]) => id - base);
}
