import { BLOCK_ITEMS, shareOfSize } from "./postings.ts";
import type { SizesByToken } from "./search-tables.ts";
import type { Alternatives, Token } from "./tokens.ts";

/** Postings that are read at a time take so many bytes, or are those of one block. */
const MOST_BYTES = 1_000_000;

/** So few items are expected: looking at them costs less than reading what else the index says of them. */
const HARDLY_ANY = 0.1;

/** Tokens of a text that are read at least: one is often rare in a block because another one is. */
const FEWEST_TOKENS = 2;

/** What a search reads of a block. */
export interface BlockChoice {
  readonly block: number;
  /** What has to hold, without the alternatives that nobody in this block fits. */
  readonly conditions: readonly Alternatives[];
  readonly sizes: SizesByToken;
  /** The rarest tokens, which leave few items. */
  readonly first: readonly Token[];
  /** The others: they tell apart items that have the rarest by chance. */
  readonly others: readonly Token[];
  /** How many items the first leave, if tokens had nothing to do with each other. */
  readonly expected: number;
  /** Whether nobody fits, by the index. */
  readonly isNone: boolean;
}

/** A block of which nothing is read: only items that were replaced may fit. */
export function nothingOf(block: number): BlockChoice {
  return { block, conditions: [], sizes: new Map(), first: [], others: [], expected: 0, isNone: true };
}

/**
 * Chooses the postings of a block that are read, by the size of each. Absent when nobody in the block fits, because it has too few of
 * the tokens.
 *
 * @param always - A token that is read in any case.
 */
export function chooseOf(
  block: number,
  asked: readonly Alternatives[],
  sizes: SizesByToken,
  always?: Token,
): BlockChoice | undefined {
  const conditions = asked.map((alternatives) =>
    alternatives.filter((tokens) => tokens.every((token) => sizes.has(token))),
  );
  if (conditions.some((alternatives) => alternatives.length === 0)) return undefined;
  const first = new Set<Token>(always === undefined ? [] : [always]);
  const others = new Set<Token>();
  const rarestFirst = conditions
    .map((alternatives) => ({ alternatives, share: shareOfAny(alternatives, sizes) }))
    .sort((a, b) => a.share - b.share);
  let expected = BLOCK_ITEMS;
  for (const { alternatives, share } of rarestFirst) {
    for (const tokens of alternatives) {
      let left = expected;
      for (const [index, token] of tokens.toSorted((a, b) => sizeOf(sizes, a) - sizeOf(sizes, b)).entries()) {
        const isEnough = left < HARDLY_ANY && (expected < HARDLY_ANY || index >= FEWEST_TOKENS);
        (isEnough ? others : first).add(token);
        left *= shareOfSize(sizeOf(sizes, token));
      }
    }
    expected *= share;
  }
  return {
    block,
    conditions,
    sizes,
    first: [...first],
    others: [...others].filter((token) => !first.has(token)),
    expected,
    isNone: false,
  };
}

/**
 * How many of the choices, from one on, are read at a time. At least one.
 *
 * @param items - Reads no more once so many items are expected.
 */
export function countReadTogether(
  choices: readonly BlockChoice[],
  start: number,
  tokens: "first" | "others",
  items: number = Infinity,
): number {
  let [end, expected, bytes] = [start, 0, 0];
  for (let choice = choices[end]; choice !== undefined; choice = choices[++end]) {
    for (const token of choice[tokens]) bytes += sizeOf(choice.sizes, token);
    if (end > start && (expected >= items || bytes > MOST_BYTES)) break;
    expected += choice.expected;
  }
  return end - start;
}

function shareOfAny(alternatives: Alternatives, sizes: SizesByToken): number {
  const shares = alternatives.map((tokens) =>
    tokens.reduce((share, token) => share * shareOfSize(sizeOf(sizes, token)), 1),
  );
  return shares.reduce((sum, share) => Math.min(1, sum + share), 0);
}

function sizeOf(sizes: SizesByToken, token: Token): number {
  return sizes.get(token) ?? 0;
}
