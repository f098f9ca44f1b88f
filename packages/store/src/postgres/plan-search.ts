import { Buffer } from "node:buffer";
import type { AppliedItem, PoolUser } from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import type { IndexRow, PostingsByBlock, SearchTables } from "../search/search-tables.ts";
import type { Token } from "../search/tokens.ts";
import type { Database, Statements } from "./database.ts";
import { GroupNames } from "./group-names.ts";
import { readAppliedItemsBySeq, readPlanItems } from "./plan-items.ts";
import { findRun, noRun, readRun, RUN_NO } from "./runs.ts";
import { readSourceUsersBySeq } from "./source-users.ts";
import { jsonList, toJsonList } from "./text-list.ts";

/** The tables of a run that its search needs. */
export function searchTables(database: Database, runId: string): SearchTables {
  const id = toStoredText(runId);
  return {
    readIndex: () => readIndexRow(database, id),
    beginIndex: () =>
      database.read(async (statements) => {
        const known = await readIndexRow(statements, id);
        if (known !== undefined) return known;
        const run = await readRun(database, runId);
        if (run?.plan === undefined) return undefined;
        await statements.run(
          `INSERT INTO search_indexes (run, seq, items, complete) SELECT no, 0, 0, false FROM runs WHERE id = $1
           ON CONFLICT DO NOTHING`,
          id,
        );
        return readIndexRow(statements, id);
      }),
    addBlock: (before, after, block, postings, values) =>
      database.write("process", async (statements) => {
        const { no } = await findRun(statements, runId);
        const now = await readIndexRow(statements, id, true);
        if (now?.seq !== before.seq || now.complete) return now ?? before;
        await statements.run(
          `INSERT INTO search_blocks (run, block, token, places)
           SELECT $1, $2, p.token, decode(p.places, 'base64')
           FROM unnest($3::integer[], string_to_array($4, ' ')) p(token, places) WHERE p.token IS NOT NULL
           ON CONFLICT DO NOTHING`,
          no,
          block,
          postings.map(([token]) => token),
          postings.map(([, places]) => Buffer.from(places).toString("base64")).join(" "),
        );
        await statements.run(
          `INSERT INTO searched_values (run, seq, data)
           SELECT $1, v.seq, v.data FROM unnest($2::integer[], ${jsonList("$3")}) v(seq, data) WHERE v.seq IS NOT NULL
           ON CONFLICT DO NOTHING`,
          no,
          values.map(([seq]) => seq),
          toJsonList(values.map(([, texts]) => toJson(texts))),
        );
        await statements.run(
          "UPDATE search_indexes SET (seq, items, complete) = ($2::integer, $3::integer, $4::boolean) WHERE run = $1",
          no,
          after.seq,
          after.items,
          after.complete,
        );
        return after;
      }),
    readItems: (afterSeq, limit) => readPlanItems(database, runId, afterSeq, limit),
    readUsers: (seqs) => database.read((statements) => readUsers(statements, runId, seqs)),
    readPostings: (first, last, tokens) => readPostings(database, id, first, last, tokens),
    readValues: async (seqs) => {
      const rows = await database.rows<[number, string]>(
        `SELECT seq, data FROM searched_values WHERE run = ${RUN_NO} AND seq = ANY ($2::integer[])`,
        id,
        seqs,
      );
      return new Map(rows.map(([seq, data]) => [seq, fromJson<string[]>(data)]));
    },
    readReplaced: async () => {
      const rows = await database.rows<[number]>(
        `SELECT seq FROM replaced_items WHERE run = ${RUN_NO} ORDER BY seq`,
        id,
      );
      return rows.map(([seq]) => seq);
    },
    readApplied: (seqs): Promise<readonly AppliedItem[]> => readAppliedItemsBySeq(database, runId, seqs),
    readOutcomes: (outcome, afterSeq, lastSeq) => readOutcomes(database, id, outcome, afterSeq, lastSeq),
    countOutcomes: async (afterSeq, lastSeq) => {
      const row = await database.row<[number]>(
        `SELECT count(*)::integer FROM outcomes WHERE run = ${RUN_NO} AND seq > $2 AND seq <= $3`,
        id,
        afterSeq,
        lastSeq,
      );
      return row?.[0] ?? 0;
    },
  };
}

/** Remembers items that are replaced while there is an index. */
export async function noteReplaced(statements: Statements, run: number, seqs: readonly number[]): Promise<void> {
  await statements.run(
    `INSERT INTO replaced_items (run, seq) SELECT i.run, s.seq FROM search_indexes i, unnest($2::integer[]) s(seq)
     WHERE i.run = $1 ON CONFLICT DO NOTHING`,
    run,
    seqs,
  );
}

/** Removes the index of a run. */
export async function forgetIndex(statements: Statements, run: number): Promise<void> {
  for (const table of ["search_blocks", "searched_values", "replaced_items", "search_indexes"]) {
    await statements.run(`DELETE FROM ${table} WHERE run = $1`, run);
  }
}

async function readIndexRow(statements: Statements, id: string, lock = false): Promise<IndexRow | undefined> {
  const row = await statements.row<[number | null, number, boolean]>(
    `SELECT i.seq, i.items, i.complete FROM runs r LEFT JOIN search_indexes i ON i.run = r.no WHERE r.id = $1${
      lock ? " FOR NO KEY UPDATE OF r" : ""
    }`,
    id,
  );
  if (row === undefined) throw noRun();
  return row[0] === null ? undefined : { seq: row[0], items: row[1], complete: row[2] };
}

async function readUsers(
  statements: Statements,
  runId: string,
  seqs: readonly number[],
): Promise<ReadonlyMap<number, PoolUser>> {
  const { readingFinished } = await findRun(statements, runId);
  if (!readingFinished || seqs.length === 0) return new Map();
  const users = await readSourceUsersBySeq(statements, new GroupNames(), runId, seqs);
  return new Map(users.map(({ seq, user }) => [seq, user]));
}

async function readPostings(
  statements: Statements,
  id: string,
  first: number,
  last: number,
  tokens: readonly Token[],
): Promise<PostingsByBlock> {
  // OFFSET 0 has each looked up by its key.
  const rows = await statements.rows<[number, Token, Uint8Array]>(
    `SELECT b.block, t.token, s.places
     FROM generate_series($2::integer, $3::integer) b(block) CROSS JOIN unnest($4::integer[]) t(token)
     CROSS JOIN LATERAL (
       SELECT places FROM search_blocks WHERE run = ${RUN_NO} AND block = b.block AND token = t.token OFFSET 0) s`,
    id,
    first,
    last,
    tokens,
  );
  const byBlock = new Map<number, Map<Token, Uint8Array>>();
  for (const [block, token, places] of rows) {
    const found = byBlock.get(block);
    if (found === undefined) byBlock.set(block, new Map([[token, places]]));
    else found.set(token, places);
  }
  return byBlock;
}

async function readOutcomes(
  statements: Statements,
  id: string,
  outcome: string,
  afterSeq: number,
  lastSeq: number,
): Promise<readonly number[]> {
  const all = outcome === "any" || outcome === "created";
  // One text of all numbers: a block may have thousands, and a row for each costs more than all else.
  const row = await statements.row<[string | null]>(
    `SELECT string_agg(seq::text, ',') FROM outcomes WHERE run = ${RUN_NO} AND seq > $2 AND seq <= $3
       AND ${all ? "($4 = 'any' OR outcome = 'created')" : "outcome = $4 AND outcome <> 'created'"}`,
    id,
    afterSeq,
    lastSeq,
    outcome,
  );
  const [seqs = null] = row ?? [];
  return seqs === null ? [] : seqs.split(",").map(Number);
}
