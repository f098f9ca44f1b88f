import { Buffer } from "node:buffer";
import type { PoolUser } from "@cognito-to-descope/core";
import { fromJson, toJson } from "../columns/json-column.ts";
import { toStoredText } from "../columns/stored-text.ts";
import { BLOCK_ITEMS } from "../search/postings.ts";
import type {
  IndexRow,
  OutcomeFilter,
  PostingsByBlock,
  SearchTables,
  SizesByBlock,
  SourceValues,
} from "../search/search-tables.ts";
import type { Token } from "../search/tokens.ts";
import { all, type Database, type Statements } from "./database.ts";
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
    addToBlock: (before, block, { postings, values }) =>
      database.write("process", async (statements) => {
        const [added] = await all([
          statements.run(
            `INSERT INTO search_blocks (run, block, token, places)
             SELECT i.run, $3, p.token, decode(p.places, 'base64')
             FROM search_indexes i, unnest($4::integer[], string_to_array($5, ' ')) p(token, places)
             WHERE i.run = ${RUN_NO} AND i.seq = $2 AND NOT i.complete AND p.token IS NOT NULL
             ON CONFLICT (run, block, token) DO UPDATE SET places = excluded.places`,
            id,
            before.seq,
            block,
            postings.map(([token]) => token),
            postings.map(([, places]) => Buffer.from(places).toString("base64")).join(" "),
          ),
          writeValues(statements, id, values),
        ]);
        return added > 0 || postings.length === 0;
      }),
    endBlock: (before, after) =>
      database.write("process", async (statements) => {
        const { no } = await findRun(statements, runId);
        const now = await readIndexRow(statements, id, true);
        if (now?.seq !== before.seq || now.complete) return now ?? before;
        await statements.run(
          "UPDATE search_indexes SET (seq, items, complete) = ($2::integer, $3::integer, $4::boolean) WHERE run = $1",
          no,
          after.seq,
          after.items,
          after.complete,
        );
        return after;
      }),
    readItems: (afterSeq, limit, operations) => readPlanItems(database, runId, afterSeq, limit, operations),
    hasUsers: async () => (await findRun(database, runId)).readingFinished,
    keepValues: (values) => writeValues(database, id, values),
    readValues: (seqs) => readValues(database, id, seqs),
    readUsers: (seqs) => database.read((statements) => readUsers(statements, runId, seqs)),
    beginSearch: (first, last, tokens) =>
      database.read(async (statements) => {
        // Sent together, and carried out in this order: no size is older than the index.
        const [index, replaced, sizes] = await all([
          readIndexRow(statements, id),
          readReplaced(statements, id),
          readSizes(statements, id, first, last, tokens),
        ]);
        return { ...(index !== undefined && { index }), replaced, sizes };
      }),
    readSizes: (first, last, tokens) => readSizes(database, id, first, last, tokens),
    readPostings: (wanted) => readPostings(database, id, wanted),
    readCandidates: (seqs, withValues) =>
      database.read(async (statements) => {
        const [items, values] = await all([
          readAppliedItemsBySeq(statements, runId, seqs),
          withValues ? readValues(statements, id, seqs) : Promise.resolve(new Map<number, readonly string[]>()),
        ]);
        return items.map((applied) => ({ ...applied, sourceValues: values.get(applied.item.seq) ?? [] }));
      }),
    readOutcomes: (filter, afterSeq, lastSeq, limit) =>
      readOutcomes(database, id, filter, { afterSeq, lastSeq, limit }),
    countOutcomes: (first, last) => countOutcomes(database, id, first, last),
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

/** Removes the index of a run, and values that were kept for it. */
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

async function readReplaced(statements: Statements, id: string): Promise<readonly number[]> {
  const rows = await statements.rows<[number]>(`SELECT seq FROM replaced_items WHERE run = ${RUN_NO} ORDER BY seq`, id);
  return rows.map(([seq]) => seq);
}

// OFFSET 0 has each looked up by its key.
const POSTINGS = `
  SELECT places FROM search_blocks WHERE run = ${RUN_NO} AND block = b.block AND token = t.token OFFSET 0`;

async function readSizes(
  statements: Statements,
  id: string,
  first: number,
  last: number,
  tokens: readonly Token[],
): Promise<SizesByBlock> {
  // One row for each block: a row for each token costs more than finding it.
  const rows = await statements.rows<[number, string | null]>(
    `SELECT b.block, (
       SELECT string_agg(t.token || ':' || octet_length(s.places), ' ')
       FROM unnest($4::integer[]) t(token) CROSS JOIN LATERAL (${POSTINGS}) s)
     FROM generate_series($2::integer, $3::integer) b(block)`,
    id,
    first,
    last,
    tokens,
  );
  return new Map(
    rows.map(([block, sizes]) => [
      block,
      new Map((sizes?.split(" ") ?? []).map((size) => size.split(":").map(Number) as [Token, number])),
    ]),
  );
}

async function readPostings(
  statements: Statements,
  id: string,
  wanted: readonly (readonly [block: number, tokens: readonly Token[]])[],
): Promise<PostingsByBlock> {
  const pairs = wanted.flatMap(([block, tokens]) => tokens.map((token): readonly [number, Token] => [block, token]));
  if (pairs.length === 0) return new Map();
  // base64 takes a third less than the hexadecimal digits that bytes are sent as. PostgreSQL breaks its lines.
  const rows = await statements.rows<[number, string, string]>(
    `SELECT b.block, string_agg(b.token::text, ' '), string_agg(encode(s.places, 'base64'), ' ')
     FROM unnest($2::integer[], $3::integer[]) b(block, token) CROSS JOIN LATERAL (
       SELECT places FROM search_blocks WHERE run = ${RUN_NO} AND block = b.block AND token = b.token OFFSET 0) s
     GROUP BY b.block`,
    id,
    pairs.map(([block]) => block),
    pairs.map(([, token]) => token),
  );
  return new Map(
    rows.map(([block, tokens, postings]) => {
      const texts = postings.split(" ");
      return [
        block,
        new Map(tokens.split(" ").map((token, i) => [Number(token), Buffer.from(texts[i] ?? "", "base64")])),
      ];
    }),
  );
}

async function writeValues(statements: Statements, id: string, values: readonly SourceValues[]): Promise<void> {
  if (values.length === 0) return;
  await statements.run(
    `INSERT INTO searched_values (run, seq, data)
     SELECT ${RUN_NO}, v.seq, v.data FROM unnest($2::integer[], ${jsonList("$3")}) v(seq, data) WHERE v.seq IS NOT NULL
     ON CONFLICT DO NOTHING`,
    id,
    values.map(([seq]) => seq),
    toJsonList(values.map(([, texts]) => toJson(texts))),
  );
}

async function readValues(
  statements: Statements,
  id: string,
  seqs: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = await statements.rows<[number, string]>(
    `SELECT seq, data FROM searched_values WHERE run = ${RUN_NO} AND seq = ANY ($2::integer[])`,
    id,
    seqs,
  );
  return new Map(rows.map(([seq, data]) => [seq, fromJson<string[]>(data)]));
}

async function readOutcomes(
  statements: Statements,
  id: string,
  { outcome, failure }: OutcomeFilter,
  { afterSeq, lastSeq, limit }: { readonly afterSeq: number; readonly lastSeq: number; readonly limit: number },
): Promise<readonly number[]> {
  const having =
    outcome === undefined || outcome === "created"
      ? "$5 IN ('', outcome)"
      : `outcome = $5 AND outcome <> 'created' ${failure === undefined ? "" : "AND failure = $6"}`;
  // One text of all numbers: a block may have thousands, and a row for each costs more than all else.
  const row = await statements.row<[string | null]>(
    `SELECT string_agg(seq::text, ',') FROM (
       SELECT seq FROM outcomes WHERE run = ${RUN_NO} AND seq > $2 AND seq <= $3 AND ${having} ORDER BY seq LIMIT $4) o`,
    id,
    afterSeq,
    lastSeq,
    limit,
    outcome ?? "",
    ...(failure === undefined ? [] : [failure]),
  );
  const [seqs = null] = row ?? [];
  return seqs === null ? [] : seqs.split(",").map(Number);
}

async function countOutcomes(
  statements: Statements,
  id: string,
  first: number,
  last: number,
): Promise<ReadonlyMap<number, number>> {
  const rows = await statements.rows<[number, number]>(
    `SELECT b.block, (
       SELECT count(*)::integer FROM outcomes
       WHERE run = ${RUN_NO} AND seq > b.block * ${BLOCK_ITEMS} AND seq <= (b.block + 1) * ${BLOCK_ITEMS})
     FROM generate_series($2::integer, $3::integer) b(block)`,
    id,
    first,
    last,
  );
  return new Map(rows);
}
