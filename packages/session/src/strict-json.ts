import { TokenMalformed, withoutStack } from "./errors.ts";

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Deepest nesting of a token. Claims of both providers need four levels; templates may add some. */
const MAX_DEPTH = 16;

/**
 * Parses a JSON object of which no object has a key twice.
 *
 * Parsers disagree on which of two values counts, so two readers of such a token would see two tokens.
 *
 * @throws TokenMalformed
 */
export function parseStrictJson(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw withoutStack(() => new TokenMalformed("not-json"));
  }
  if (!isJsonObject(value)) throw withoutStack(() => new TokenMalformed("not-json"));
  // A key that stands twice is one key of the parsed object. The quick count is never too low, so the text is good if it agrees.
  const keys = countKeys(value, 1);
  if ((isPolluted() || keys !== countColonsAfterQuotes(text)) && keys !== countKeysOfText(text))
    throw withoutStack(() => new TokenMalformed("duplicate-key"));
  return value;
}

/** Whether a parsed value is an object and not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const PLAIN: object = {};

/** Whether every object has keys that nobody gave it. Then only the exact count tells. */
function isPolluted(): boolean {
  return countKeys(PLAIN, 1) > 0;
}

function countKeys(value: object, depth: number): number {
  if (depth > MAX_DEPTH) throw withoutStack(() => new TokenMalformed("too-deep"));
  let count = 0;
  if (Array.isArray(value)) {
    for (const member of value as readonly unknown[]) {
      if (typeof member === "object" && member !== null) count += countKeys(member, depth + 1);
    }
    return count;
  }
  // Counts what a polluted prototype adds too: then the numbers differ, and the token is refused.
  for (const key in value) {
    count += 1;
    const member = (value as JsonObject)[key];
    if (typeof member === "object" && member !== null) count += countKeys(member, depth + 1);
  }
  return count;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const SPACE = 0x20;

/** At least as many as there are keys in a text that is JSON: a text such as ":a" counts as well. */
function countColonsAfterQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf(":"); at !== -1; at = text.indexOf(":", at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) <= SPACE) before -= 1;
    if (text.charCodeAt(before) === QUOTE) count += 1;
  }
  return count;
}

/** Keys in a text that is JSON: the strings that a colon follows. */
function countKeysOfText(text: string): number {
  const hasEscapes = text.includes("\\");
  let count = 0;
  let at = text.indexOf('"');
  while (at !== -1) {
    let end = text.indexOf('"', at + 1);
    if (hasEscapes) while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    let next = end + 1;
    // What JSON takes for white space is the space and three characters below it.
    while (text.charCodeAt(next) <= SPACE) next += 1;
    if (text.charCodeAt(next) === COLON) count += 1;
    // Between two strings there is mostly one character, and looking at the one after it is faster than searching.
    at = text.charCodeAt(next + 1) === QUOTE ? next + 1 : text.indexOf('"', next);
  }
  return count;
}

/** Whether an odd number of backslashes stands before a quote. */
function isEscaped(text: string, quote: number): boolean {
  let at = quote - 1;
  while (text.charCodeAt(at) === BACKSLASH) at -= 1;
  return (quote - at) % 2 === 0;
}
