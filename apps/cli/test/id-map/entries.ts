import type { IdMapEntry } from "@cognito-to-descope/core";
import type { IdMapFormat, ReadPages } from "../../src/id-map/id-map-format.ts";

/** Texts that have broken exports before. */
export const HOSTILE_TEXTS: readonly string[] = [
  "O'Brien",
  'say "hi"',
  "back\\slash\\'",
  "two\nlines\r\n",
  "semi; DROP TABLE orders; --",
  "'); DELETE FROM orders; --",
  "=HYPERLINK(1)",
  "+1+1",
  "-1",
  "@SUM(A1)",
  "comma,comma",
  "tab\there",
  "ünïcode 漢字 😀",
  "$1 $$ :name ? %s {}",
  "/* comment */",
];

export function anEntry(sub: string, userId: string, change: Partial<IdMapEntry> = {}): IdMapEntry {
  const contacts = { email: `${userId}@example.com`, phone: "" };
  return { userPoolId: "eu-west-1_A", sub, userId, username: `name of ${userId}`, gone: false, ...contacts, ...change };
}

/** Pages of a size. */
export function pagesOf(entries: readonly IdMapEntry[], size = 7): ReadPages {
  return async function* () {
    for (let start = 0; start < entries.length; start += size) yield entries.slice(start, start + size);
  };
}

export async function render(format: IdMapFormat, readPages: ReadPages): Promise<string> {
  let text = "";
  for await (const chunk of format(readPages)) text += chunk;
  return text;
}
