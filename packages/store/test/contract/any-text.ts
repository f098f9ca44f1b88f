import { fc } from "@fast-check/vitest";

/** Any text that JavaScript can hold: halves of surrogate pairs, NUL, quotes, the sign that stored text is escaped with, and long values. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    "",
    "\0",
    "a\0b",
    "\ud800",
    "\udc00",
    "\udc00\ud800",
    "\u{fdd0}",
    "\u{fdd0}fdd0",
    "'; DROP TABLE runs; --",
    '"',
    "\\",
    "\\u0000",
    "%_",
    "1",
    "01",
    "1e3",
    "null",
    "[]",
    "é",
    "e\u0301",
    "ß",
    "\u2028",
    "\ufeff",
    "__proto__",
    "constructor",
  ),
  fc.constant("長い😀".repeat(5000)),
);

/**
 * Any text for the name of a property, but for backslashes.
 *
 * JSON.parse of Node 24.21 (V8 13.6) may take an escaped name for a name of the same raw letters that it read in an
 * object of the same shape before: after `{"p":1,"\\":2}` it reads `{"p":1,"\"":2}` as having the name `\`.
 */
export const anyName: fc.Arbitrary<string> = anyText.filter((text) => !text.includes("\\"));
