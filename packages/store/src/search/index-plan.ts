import { setImmediate } from "node:timers/promises";
import { type PlanItem, type SearchIndexState, searchedValues } from "@cognito-to-descope/core";
import { blockBase, BLOCK_ITEMS, blockOf, toPostings } from "./postings.ts";
import type { IndexRow, SearchTables, SourceValues } from "./search-tables.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** Items that are read at a time: what else the process has to do waits for that long. */
const PAGE = 256;

/**
 * Indexes the next block of a plan.
 *
 * Items are read and taken apart outside of any transaction; what is written is one of some ten thousand short rows, so that a
 * run which writes to the same file waits for some hundredths of a second at most.
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
    const users = await tables.readUsers(own.map((item) => item.seq));
    for (const item of own) {
      const all = searchedValues(item, users.get(item.seq));
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
  const after: IndexRow = { seq, items, complete };
  return stateOf(await tables.addBlock(before, after, block ?? blockOf(Math.max(1, seq)), postings, values));
}

/** How far the index has come. */
export async function readIndexState(tables: SearchTables): Promise<SearchIndexState> {
  return stateOf((await tables.readIndex()) ?? { items: 0, complete: false });
}

function valuesBeside(item: PlanItem, all: readonly string[]): readonly string[] {
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
