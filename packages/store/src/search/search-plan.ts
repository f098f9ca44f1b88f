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
import { candidatesOf } from "./candidates.ts";
import { type BlockChoice, chooseOf, countReadTogether, nothingOf } from "./choose-postings.ts";
import { type BlockCandidates, narrowByOutcome, outcomeAskedFor, readsEveryOutcome } from "./narrow-by-outcome.ts";
import { blockBase, blockOf } from "./postings.ts";
import type { IndexRow, SearchTables, SizesByBlock } from "./search-tables.ts";
import { type Alternatives, askedTokens, EVERY_ITEM, type Token } from "./tokens.ts";

/** What one call looks at before it gives what it has: items, and blocks of which every outcome was read. */
const MAX_LOOKED_AT = 600;
const MAX_OUTCOME_BLOCKS = 32;

/** Items that are looked at together. */
const STEP = 100;

/** Blocks of which sizes of postings are read at a time. */
const SIZED_BLOCKS = 64;

/** Items that are expected in what is read at a time: few at first, because a page is often full after the first block. */
const [FIRST_EXPECTED, MORE_EXPECTED] = [200, 8];

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
  const outcome = outcomeAskedFor(search);
  const asked = conditionsOf(search);
  const tokens = [...new Set(asked.flat(2))];
  const firstBlock = blockOf(after + 1);
  const { index, replaced, sizes } = await tables.beginSearch(firstBlock, firstBlock + SIZED_BLOCKS - 1, tokens);
  // Of a block that is not ended some may be there already.
  if (index === undefined || (index.seq === 0 && !index.complete)) return { items: [], next: after, waits: true };
  const lastBlock = blockOf(Math.max(1, index.seq));
  const items: AppliedItem[] = [];
  const budget = { items: MAX_LOOKED_AT, blocks: MAX_OUTCOME_BLOCKS };
  let expected = FIRST_EXPECTED;
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
  for (let first = firstBlock; first <= lastBlock; first += SIZED_BLOCKS) {
    const last = Math.min(first + SIZED_BLOCKS - 1, lastBlock);
    const choices = choicesOf(first, last, asked, {
      sizes: first === firstBlock ? sizes : await tables.readSizes(first, last, tokens),
      replaced,
      always: outcome === "pending" ? EVERY_ITEM : undefined,
    });
    for (let start = 0; start < choices.length;) {
      let count = countReadTogether(choices, start, "first", expected);
      expected *= MORE_EXPECTED;
      if (readsEveryOutcome(outcome)) count = Math.min(count, budget.blocks);
      if (count === 0) {
        return (await look()) ?? { items, next: blockBase(choices[start]?.block ?? first), waits: false };
      }
      const blocks = await candidatesIn(tables, choices.slice(start, start + count), replaced);
      if (outcome !== undefined) count = await narrowByOutcome(tables, outcome, blocks, after);
      if (readsEveryOutcome(outcome)) budget.blocks -= count;
      start += count;
      for (const { block, places } of blocks.slice(0, count)) {
        const base = blockBase(block);
        waiting.push(...places.from(Math.max(0, after - base)).map((place) => base + place + 1));
        // Those of several blocks are looked at together: each look is an exchange.
        const page = waiting.length < Math.min(STEP, limit) ? undefined : await look();
        if (page !== undefined) return page;
      }
    }
  }
  const page = await look();
  if (page !== undefined) return page;
  return index.complete ? { items, waits: false } : { items, next: endOf(index, after), waits: true };
}

/** A search that has no condition goes on in the index where it has come to, and not before. */
function endOf({ seq }: IndexRow, after: number): number {
  return Math.max(seq, after);
}

/** What an item must have. That it is one goes without saying where anything else is asked. */
function conditionsOf(search: PlanSearch): readonly Alternatives[] {
  const asked = askedTokens(search);
  const others = asked.filter((alternatives) => !alternatives.some((tokens) => tokens.includes(EVERY_ITEM)));
  return others.length === 0 || outcomeAskedFor(search) === "pending" ? asked : others;
}

interface BlocksToChoose {
  readonly sizes: SizesByBlock;
  readonly replaced: readonly number[];
  readonly always: Token | undefined;
}

/** What is read of the blocks in which anybody may fit. */
function choicesOf(
  first: number,
  last: number,
  asked: readonly Alternatives[],
  { sizes, replaced, always }: BlocksToChoose,
): readonly BlockChoice[] {
  const withReplaced = new Set(replaced.map(blockOf));
  const choices: BlockChoice[] = [];
  for (let block = first; block <= last; block++) {
    const choice = chooseOf(block, asked, sizes.get(block) ?? new Map(), always);
    if (choice !== undefined) choices.push(choice);
    else if (withReplaced.has(block)) choices.push(nothingOf(block));
  }
  return choices;
}

/** The candidates of blocks. Items that were replaced are among them whatever the index says of them. */
async function candidatesIn(
  tables: SearchTables,
  choices: readonly BlockChoice[],
  replaced: readonly number[],
): Promise<readonly BlockCandidates[]> {
  const blocks = await candidatesOf(tables, choices);
  const byBlock = new Map(blocks.map((one) => [one.block, one]));
  for (const seq of replaced) {
    const block = blockOf(seq);
    byBlock.get(block)?.places.add(seq - blockBase(block) - 1);
  }
  return blocks;
}

/** Looks at the items themselves: what the index finds may fit by chance. */
async function thoseThatFit(
  tables: SearchTables,
  search: PlanSearch,
  seqs: readonly number[],
): Promise<readonly AppliedItem[]> {
  const { text = "", match = "contains" } = search;
  const byText = foldSearched(text) !== "";
  const found: AppliedItem[] = [];
  for (const { sourceValues, ...applied } of await tables.readCandidates(seqs, byText)) {
    if (!matchesFilters(search, applied)) continue;
    if (byText && !matchesText([...searchedValues(applied.item), ...sourceValues], text, match)) continue;
    found.push(applied);
  }
  return found;
}
