import { expect, test } from "vitest";
import { countOf, formatDuration, printable, printableName } from "../../src/output/printable.ts";

test("foreign text cannot move the cursor or turn the direction of writing", () => {
  expect(printable("a\x1b[2Kb\r\nc\u202ed")).toBe("a\ufffd[2Kb\ufffd\ufffdc\ufffdd");
});

test("a long name is cut", () => {
  expect(printableName("g".repeat(128))).toBe(`${"g".repeat(47)}…`);
});

test.each([
  [0.2, "<1 s"],
  [59, "59 s"],
  [61, "1 min 1 s"],
  [6000, "1 h 40 min"],
  [3600, "1 h"],
  [90_061, "1 d 1 h"],
])("%s seconds are %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test("one is not many", () => {
  expect([countOf(0, "user"), countOf(1, "user"), countOf(1234, "user")]).toEqual(["0 users", "1 user", "1,234 users"]);
});
