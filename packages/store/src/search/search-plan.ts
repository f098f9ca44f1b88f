import {
  type AppliedItem,
  foldSearched,
  matchesFilters,
  matchesText,
  type PlanSearch,
  type PlanSearchPage,
  searchedValues,
  type StateStore,
} from "@cognito-to-descope/core";
import { blockBase, BLOCK_ITEMS, blockOf, PlaceSet } from "./postings.ts";
import type { IndexRow, PostingsByBlock, SearchTables } from "./search-tables.ts";
import { type Alternatives, askedTokens, EVERY_ITEM, type Token } from "./tokens.ts";

/** What one call looks at before it gives what it has: items, and blocks of which every outcome was read. */
const MAX_LOOKED_AT = 600;
const MAX_OUTCOME_BLOCKS = 32;

/** Items that are looked at together. */
const STEP = 100;

/** Blocks that postings are read of at a time: few at first, because a page is often full after one. */
const [FIRST_BLOCKS, MOST_BLOCKS] = [2, 64];

/** What to look for, and how much of it to give. */
export interface SearchRequest {
  readonly runId: string;
  readonly search: PlanSearch;
  readonly after: number;
  readonly limit: number;
}

/** Looks for items of a plan, by its index where there is any condition; see `StateStore.searchPlanItems`. */
export async function searchOrList(
  store: Pick<StateStore, "readAppliedItems">,
  tables: SearchTables,
  { runId, search, after, limit }: SearchRequest,
): Promise<PlanSearchPage> {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError("the limit must be a whole number from 1");
  const { text = "", match: _match, ...filters } = search;
  if (foldSearched(text) !== "" || Object.values(filters).some((filter) => filter !== undefined)) {
    return searchPlan(tables, search, after, limit);
  }
  const items = await store.readAppliedItems(runId, after, limit);
  const last = items.at(-1);
  return last === undefined || items.length < limit
    ? { items, waits: false }
    : { items, next: last.item.seq, waits: false };
}

async function searchPlan(
  tables: SearchTables,
  search: PlanSearch,
  after: number,
  limit: number,
): Promise<PlanSearchPage> {
  const index = await tables.readIndex();
  if (index === undefined) return { items: [], next: after, waits: true };
  const asked = askedTokens(search);
  const replaced = await tables.readReplaced();
  const items: AppliedItem[] = [];
  const budget = { items: MAX_LOOKED_AT, blocks: MAX_OUTCOME_BLOCKS };
  const lastBlock = blockOf(Math.max(1, index.seq));
  let width = FIRST_BLOCKS;
  let waiting: number[] = [];
  /** Looks at what was gathered; gives the page where it is full, or enough was looked at. */
  const look = async (): Promise<PlanSearchPage | undefined> => {
    for (let start = 0; start < waiting.length; start += STEP) {
      // Looking at some in vain costs more than looking at the first few of a full page.
      const some = waiting.slice(start, start + STEP);
      for (const fitting of await thoseThatFit(tables, search, some)) {
        items.push(fitting);
        if (items.length === limit) return { items, next: fitting.item.seq, waits: false };
      }
      budget.items -= some.length;
      if (budget.items <= 0) return { items, next: some.at(-1) ?? after, waits: false };
    }
    waiting = [];
    return undefined;
  };
  for (let first = blockOf(after + 1); first <= lastBlock; first += width, width = Math.min(width * 4, MOST_BLOCKS)) {
    const last = Math.min(first + width - 1, lastBlock);
    const postings = await tables.readPostings(first, last, [...new Set(asked.flat(2))]);
    for (let block = first; block <= last; block++) {
      if (budget.blocks === 0) return (await look()) ?? { items, next: blockBase(block), waits: false };
      waiting.push(...(await candidatesIn(tables, search, { block, after, replaced, asked, postings, budget })));
      // Those of several blocks are looked at together: each look is a few questions.
      if (waiting.length < STEP && block < last) continue;
      const page = await look();
      if (page !== undefined) return page;
    }
  }
  return index.complete ? { items, waits: false } : { items, next: endOf(index, after), waits: true };
}

/** A search that has no condition goes on in the index where it has come to, and not before. */
function endOf({ seq }: IndexRow, after: number): number {
  return Math.max(seq, after);
}

interface BlockSearch {
  readonly block: number;
  readonly after: number;
  readonly replaced: readonly number[];
  readonly asked: readonly Alternatives[];
  readonly postings: PostingsByBlock;
  readonly budget: { blocks: number };
}

/** Numbers of items of a block that may fit, ascending. */
async function candidatesIn(
  tables: SearchTables,
  search: PlanSearch,
  { block, after, replaced, asked, postings, budget }: BlockSearch,
): Promise<readonly number[]> {
  const base = blockBase(block);
  const places = indexed(asked, postings.get(block) ?? new Map());
  for (const seq of replaced) if (blockOf(seq) === block) places.add(seq - base - 1);
  if (places.isEmpty) return [];
  const outcome = search.failure === undefined ? search.outcome : "failed";
  if (outcome !== undefined) {
    const last = base + BLOCK_ITEMS;
    // Those of the other outcomes are read along a short index.
    if (outcome === "pending" || outcome === "created") budget.blocks--;
    if (outcome === "pending" && (await tables.countOutcomes(base, last)) === itemsIn(postings.get(block))) return [];
    const found = await tables.readOutcomes(outcome === "pending" ? "any" : outcome, Math.max(base, after), last);
    const having = PlaceSet.none();
    for (const seq of found) having.add(seq - base - 1);
    if (outcome === "pending") places.subtract(having);
    else places.intersect(having);
  }
  return places.from(Math.max(0, after - base)).map((place) => base + place + 1);
}

function itemsIn(postings: ReadonlyMap<Token, Uint8Array> | undefined): number {
  const bytes = postings?.get(EVERY_ITEM);
  return bytes === undefined ? 0 : PlaceSet.fromPostings(bytes).from(0).length;
}

/** The places of which the index says that they fit. */
function indexed(asked: readonly Alternatives[], postings: ReadonlyMap<Token, Uint8Array>): PlaceSet {
  const places = PlaceSet.all();
  for (const alternatives of asked) {
    const either = PlaceSet.none();
    for (const tokens of alternatives) {
      const found = tokens.flatMap((token) => postings.get(token) ?? []);
      if (found.length === tokens.length) either.unite(inAll(found));
    }
    places.intersect(either);
    if (places.isEmpty) break;
  }
  return places;
}

/** The places that stand in all postings. The shortest come first: most often nothing is left before the long ones. */
function inAll(postings: readonly Uint8Array[]): PlaceSet {
  const [first, ...others] = postings.toSorted((a, b) => a.length - b.length);
  const places = first === undefined ? PlaceSet.all() : PlaceSet.fromPostings(first);
  for (const bytes of others) {
    if (places.isEmpty) break;
    places.intersect(PlaceSet.fromPostings(bytes));
  }
  return places;
}

/** Looks at the items themselves: what the index finds may fit by chance. */
async function thoseThatFit(
  tables: SearchTables,
  search: PlanSearch,
  seqs: readonly number[],
): Promise<readonly AppliedItem[]> {
  const found = (await tables.readApplied(seqs)).filter((applied) => matchesFilters(search, applied));
  const { text = "", match = "contains" } = search;
  if (foldSearched(text) === "") return found;
  const sourceValues = await tables.readValues(found.map(({ item }) => item.seq));
  return found.filter(({ item }) =>
    matchesText([...searchedValues(item), ...(sourceValues.get(item.seq) ?? [])], text, match),
  );
}
