import { setImmediate, setTimeout } from "node:timers/promises";
import { type PlanItem, type SearchIndexState, searchedValues } from "@cognito-to-descope/core";
import { blockBase, BLOCK_ITEMS, blockOf, toPostings } from "./postings.ts";
import type { BlockPart, IndexRow, SearchTables, SourceValues } from "./search-tables.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** Items that are read at a time: what else the process has to do waits for that long. */
const PAGE = 256;

/** Rows that are written at a time, and for how long nothing is written after them: others write to the same file. */
const [ROWS, PAUSE_MS] = [2000, 5];

/**
 * Indexes the next block of a plan.
 *
 * Items are read and taken apart outside of any transaction; what is written is some sixteen thousand short rows, in transactions of
 * two thousand with pauses between them, so that a run which writes to the same file waits for one of those at most.
 */
export async function indexNextBlock(tables: SearchTables): Promise<SearchIndexState> {
  const before = await tables.beginIndex();
  if (before === undefined) return { items: 0, complete: false };
  if (before.complete) return stateOf(before);
  const places = new Map<Token, number[]>();
  const values: SourceValues[] = [];
  let { seq, items } = before;
  let block: number | undefined;
  let complete = false;
  for (;;) {
    const page = await tables.readItems(seq, PAGE);
    const [first] = page;
    if (first === undefined) {
      complete = true;
      break;
    }
    block ??= blockOf(first.seq);
    const last = blockBase(block) + BLOCK_ITEMS;
    const own = page.filter((item) => item.seq <= last);
    const seqs = own.map((item) => item.seq);
    const users = await tables.readUsers(seqs);
    const kept = users.size === 0 ? await tables.readValues(seqs) : new Map<number, readonly string[]>();
    for (const item of own) {
      const all = [...new Set([...searchedValues(item, users.get(item.seq)), ...(kept.get(item.seq) ?? [])])];
      addPlaces(places, tokensOf(item, all), item.seq - blockBase(block) - 1);
      const others = valuesBeside(item, all);
      if (others.length > 0) values.push([item.seq, others]);
    }
    items += own.length;
    seq = own.at(-1)?.seq ?? seq;
    if (own.length < page.length || seq === last) break;
    await setImmediate();
  }
  const postings = [...places]
    .sort(([a], [b]) => a - b)
    .map(([token, found]): readonly [Token, Uint8Array] => [token, toPostings(found)]);
  if (block !== undefined && !(await addAll(tables, before, block, { postings, values })))
    return readIndexState(tables);
  return stateOf(await tables.endBlock(before, { seq, items, complete }));
}

/** Adds what a block has, bit by bit. Gives whether nobody was quicker. */
async function addAll(
  tables: SearchTables,
  before: IndexRow,
  block: number,
  { postings, values }: BlockPart,
): Promise<boolean> {
  for (let start = 0; start < Math.max(postings.length, values.length); start += ROWS) {
    const part = { postings: postings.slice(start, start + ROWS), values: values.slice(start, start + ROWS) };
    if (!(await tables.addToBlock(before, block, part))) return false;
    await setTimeout(PAUSE_MS);
  }
  return true;
}

/** How far the index has come. */
export async function readIndexState(tables: SearchTables): Promise<SearchIndexState> {
  return stateOf((await tables.readIndex()) ?? { items: 0, complete: false });
}

/** Values of a source user that its plan item does not have. */
export function valuesBeside(item: PlanItem, all: readonly string[]): readonly string[] {
  const own = new Set(searchedValues(item));
  return own.size === all.length ? [] : all.filter((value) => !own.has(value));
}

function stateOf({ items, complete }: SearchIndexState): SearchIndexState {
  return { items, complete };
}

function addPlaces(places: Map<Token, number[]>, tokens: ReadonlySet<Token>, place: number): void {
  for (const token of tokens) {
    const found = places.get(token);
    if (found === undefined) places.set(token, [place]);
    else found.push(place);
  }
}
