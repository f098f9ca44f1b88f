import type { PlanSearch } from "@cognito-to-descope/core";
import { blockBase, BLOCK_ITEMS, blockOf, PlaceSet } from "./postings.ts";
import type { OutcomeFilter, SearchTables } from "./search-tables.ts";

/** Outcomes that are read at a time: those of two blocks at least. */
const MOST_OUTCOMES = 2 * BLOCK_ITEMS;

/** So few items are looked at themselves, which tells their outcomes as well. */
const FEW = 100;

/** What may fit of a block. */
export interface BlockCandidates {
  readonly block: number;
  readonly places: PlaceSet;
  /** How many items the block has; 0 where that is not known. */
  readonly items: number;
}

/** The outcomes that a search asks for; absent when any does. */
export function outcomeAskedFor({ outcome, failure }: PlanSearch): OutcomeFilter | "pending" | undefined {
  if (failure !== undefined) return { outcome: "failed", failure };
  return outcome === undefined || outcome === "pending" ? outcome : { outcome };
}

/** Whether all outcomes of a block are gone through; those of the others stand in a short index. */
export function readsEveryOutcome(asked: OutcomeFilter | "pending" | undefined): boolean {
  return asked === "pending" || asked?.outcome === "created";
}

/**
 * Leaves the candidates whose outcome it is, in as many of the blocks as was found out. The blocks ascend.
 *
 * @param after - Items up to this number are of no interest.
 * @param most - Outcomes that are read at most: more than one block has.
 * @returns of how many blocks that is: at least of one.
 */
export async function narrowByOutcome(
  tables: SearchTables,
  asked: OutcomeFilter | "pending",
  blocks: readonly BlockCandidates[],
  after: number,
  most: number = MOST_OUTCOMES,
): Promise<number> {
  let left = blocks.reduce((sum, { places }) => sum + places.size, 0);
  if (left <= FEW) return blocks.length;
  let open = blocks.filter(({ places }) => !places.isEmpty);
  if (asked === "pending") {
    const counts = await tables.countOutcomes(open[0]?.block ?? 0, open.at(-1)?.block ?? 0);
    for (const { block, places, items } of open) if (items > 0 && counts.get(block) === items) places.clear();
    open = open.filter(({ block, places }) => !places.isEmpty && (counts.get(block) ?? 0) > 0);
    left = open.reduce((sum, { places }) => sum + places.size, 0);
  }
  const [first, last] = [open[0]?.block, open.at(-1)?.block];
  if (first === undefined || last === undefined || left === 0) return blocks.length;
  const filter = asked === "pending" ? {} : asked;
  const from = Math.max(blockBase(first), after);
  const seqs = await tables.readOutcomes(filter, from, blockBase(last) + BLOCK_ITEMS, most);
  const having = new Map<number, PlaceSet>();
  for (const seq of seqs) {
    const block = blockOf(seq);
    let places = having.get(block);
    if (places === undefined) having.set(block, (places = PlaceSet.none()));
    places.add(seq - blockBase(block) - 1);
  }
  // The last block that they are of may have more.
  const end = seqs.length < most ? Infinity : Math.max(...having.keys());
  for (const { block, places } of open) {
    if (block >= end) break;
    if (asked === "pending") places.subtract(having.get(block) ?? PlaceSet.none());
    else places.intersect(having.get(block) ?? PlaceSet.none());
  }
  const covered = blocks.findIndex(({ block }) => block >= end);
  return covered === -1 ? blocks.length : covered;
}
