import { expect, test } from "vitest";
import { countOf, formatCount, formatDuration, formatShare, formatTime } from "../../src/report/amounts.ts";

test("durations show the two largest units and round up", () => {
  expect([0, 0.2, 59, 60, 250, 7500, 86_400, 273_600].map(formatDuration)).toEqual([
    "0 s",
    "1 s",
    "59 s",
    "1 min",
    "4 min 10 s",
    "2 h 5 min",
    "1 d",
    "3 d 4 h",
  ]);
});

test("a share that is not nothing is never 0 %, and one that is not all is never 100 %", () => {
  expect(formatShare(1, 1_000_000)).toBe("0.1 %");
  expect(formatShare(999_999, 1_000_000)).toBe("99.9 %");
  expect(formatShare(0, 10)).toBe("0 %");
  expect(formatShare(10, 10)).toBe("100 %");
  expect(formatShare(0, 0)).toBe("0 %");
});

test("counts carry separators and the right form of their noun", () => {
  expect(formatCount(1_234_567)).toBe("1,234,567");
  expect(countOf(1, "user")).toBe("1 user");
  expect(countOf(2000, "discrepancy", "discrepancies")).toBe("2,000 discrepancies");
});

test("times are in UTC, from numbers and from ISO text", () => {
  expect(formatTime(Date.UTC(2026, 10, 23, 7, 13, 56))).toBe("2026-11-23 07:13:56 UTC");
  expect(formatTime("2026-11-23T07:13:56.789Z")).toBe("2026-11-23 07:13:56 UTC");
});
