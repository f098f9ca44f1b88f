import {
  isSearchedByBeginning,
  type PlanItem,
  type PlanSearch,
  foldSearched,
  searchedWords,
  SHORTEST_INNER_WORD,
} from "@cognito-to-descope/core";

/**
 * Something that a plan item has and a search may ask for: three characters in a row, the first two, its operation, ...
 *
 * A number of 32 bits that is made of it. Two things may make the same number, so that whatever the index finds is looked at
 * before it is given.
 */
export type Token = number;

/** One of these conditions has to hold; a condition is that all of its tokens are there. */
export type Alternatives = readonly (readonly Token[])[];

// Kinds of tokens of a value.
const [INSIDE, FIRST, BEGINNING, END, TAG, CHUNK] = [1, 2, 3, 4, 5, 6];

/** Tokens of one value that are asked for: a long text is told apart by as many of its parts as well as by all. */
const MAX_ASKED = 12;

/** Where the parts of a UUID begin that are indexed: eleven of its digits tell any number of users apart. */
const CHUNKS = [0, 3, 6, 9] as const;
const CHUNK_LENGTH = 3;

/** Every token of a plan item with these values. */
export function tokensOf(item: PlanItem, values: readonly string[]): ReadonlySet<Token> {
  const tokens = new Set<Token>(tagsOf(item));
  for (const value of values) addValue(tokens, value);
  return tokens;
}

/** What an item must have to fit a search. */
export function askedTokens(search: PlanSearch): readonly Alternatives[] {
  const { text = "", match = "contains", operation, kind, rule, source } = search;
  const tags = [
    EVERY_ITEM,
    ...(operation === undefined ? [] : [tag("operation", operation)]),
    ...(kind === undefined ? [] : [tag("kind", kind)]),
    ...(rule === undefined ? [] : [tag("rule", rule)]),
    ...(source === undefined ? [] : [tag("source", String(source))]),
  ];
  const folded = foldSearched(text);
  const asked: Alternatives[] = tags.map((one) => [[one]]);
  if (folded === "") return asked;
  if (match !== "contains") return [...asked, beginning(folded, match === "exact")];
  return [...asked, ...searchedWords(text).slice(0, MAX_ASKED).map(word)];
}

function tagsOf(item: PlanItem): readonly Token[] {
  return [
    EVERY_ITEM,
    tag("operation", item.operation),
    tag("kind", item.kind),
    tag("source", String(item.source)),
    ...item.findings.map(({ rule }) => tag("rule", rule)),
  ];
}

function addValue(tokens: Set<Token>, value: string): void {
  tokens.add(token(FIRST, value, 0, 1));
  if (value.length > 1) tokens.add(token(BEGINNING, value, 0, 2));
  if (isSearchedByBeginning(value)) {
    for (const start of CHUNKS) tokens.add(token(CHUNK + start, value, start, CHUNK_LENGTH));
    return;
  }
  if (value.length > 1) tokens.add(token(END, value, value.length - 2, 2));
  for (let start = 0; start + SHORTEST_INNER_WORD <= value.length; start++) {
    tokens.add(token(INSIDE, value, start, SHORTEST_INNER_WORD));
  }
}

/** A value begins with the text, and is it where `whole`. */
function beginning(text: string, whole: boolean): Alternatives {
  const first = text.length === 1 ? token(FIRST, text, 0, 1) : token(BEGINNING, text, 0, 2);
  const end = whole && text.length > 1 ? [token(END, text, text.length - 2, 2)] : [];
  return [[first, ...insideOf(text), ...end], ...beginningOfUuid(text, first)];
}

/** A value contains the word. */
function word(text: string): Alternatives {
  if (text.length < SHORTEST_INNER_WORD) return beginning(text, false).slice(0, 1);
  return [insideOf(text), ...beginningOfUuid(text, token(BEGINNING, text, 0, 2))];
}

function beginningOfUuid(text: string, first: Token): Alternatives {
  if (text.length < SHORTEST_INNER_WORD || !/^[0-9a-f-]{3,36}$/.test(text)) return [];
  const whole = CHUNKS.filter((start) => start + CHUNK_LENGTH <= text.length);
  return [[first, ...whole.map((start) => token(CHUNK + start, text, start, CHUNK_LENGTH))]];
}

function insideOf(text: string): readonly Token[] {
  const count = text.length - SHORTEST_INNER_WORD + 1;
  if (count <= 0) return [];
  const asked = Math.min(count, MAX_ASKED);
  return Array.from({ length: asked }, (_, index) =>
    token(INSIDE, text, asked === 1 ? 0 : Math.floor((index * (count - 1)) / (asked - 1)), SHORTEST_INNER_WORD),
  );
}

function tag(name: string, value: string): Token {
  const text = `${name}=${value}`;
  return token(TAG, text, 0, text.length);
}

/** The FNV-1a hash of a part of a text, with its kind before it, and its bits mixed. */
function token(kind: number, text: string, start: number, length: number): Token {
  let hash = Math.imul(0x811c9dc5 ^ kind, 0x01000193);
  for (let index = start; index < start + length; index++) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >> 8), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** Tells the numbers of items from those that no item of the plan has. */
export const EVERY_ITEM: Token = tag("item", "");
