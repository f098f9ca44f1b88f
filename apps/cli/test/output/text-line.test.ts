import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { wrapText } from "../../src/output/text-line.ts";

test("a line that fits stays as it is", () => {
  expect(wrapText("  next: c2d apply", 40)).toEqual(["  next: c2d apply"]);
});

test("a long one is broken at spaces, and what follows is set in", () => {
  expect(wrapText("  at work: nobody; the process is gone", 20)).toEqual([
    "  at work: nobody;",
    "    the process is",
    "    gone",
  ]);
});

test("a word that is longer than the terminal is broken anywhere", () => {
  expect(wrapText("abcdefghijklmnopqrstuvwxyz", 10)).toEqual(["abcdefghij", "  klmnopqr", "  stuvwxyz"]);
});

property.prop([fc.string({ maxLength: 300 }), fc.integer({ min: 20, max: 100 })])(
  "no row is too long, and no word is lost",
  (text, columns) => {
    const rows = wrapText(text, columns);
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(columns);
    expect(rows.join("").replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
  },
);
