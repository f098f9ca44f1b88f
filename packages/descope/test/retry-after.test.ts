import { describe, expect, it } from "vitest";
import { retryAfterMs } from "../src/retry-after.ts";

const now = Date.UTC(2026, 10, 23, 12, 0, 0);
const http = (ms: number): string => new Date(ms).toUTCString();

describe("retryAfterMs", () => {
  it.each([
    ["7", 7000],
    [" 60 ", 60_000],
    ["1.5", 1500],
    ["0", 1000],
  ])("reads %j as seconds, at least one", (value, expected) => {
    expect(retryAfterMs(new Headers({ "retry-after": value }), now)).toBe(expected);
  });

  it("counts a date from the answer's own date", () => {
    const skewed = now + 3_600_000;
    const headers = new Headers({ "retry-after": http(skewed + 30_000), date: http(skewed) });
    expect(retryAfterMs(headers, now)).toBe(30_000);
  });

  it("counts a date from this machine's time when the answer has none", () => {
    expect(retryAfterMs(new Headers({ "retry-after": http(now + 20_000) }), now)).toBe(20_000);
  });

  it("waits a second for a date in the past", () => {
    expect(retryAfterMs(new Headers({ "retry-after": http(now - 20_000) }), now)).toBe(1000);
  });

  it.each([{}, { "retry-after": "" }, { "retry-after": "soon" }, { "retry-after": "-5x" }])(
    "says nothing for %j",
    (headers) => {
      expect(retryAfterMs(new Headers(headers as Record<string, string>), now)).toBeUndefined();
    },
  );
});
