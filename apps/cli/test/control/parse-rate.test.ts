import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { formatRate, parseRate } from "../../src/control/parse-rate.ts";

const CREATES = { requests: 100, windowMs: 60_000 };
const LISTS = { requests: 5, windowMs: 1000 };

function refusal(text: string, quota = CREATES): unknown {
  try {
    return parseRate(text, "user-create", quota);
  } catch (error) {
    return error;
  }
}

describe("parseRate", () => {
  test.each([
    ["50/60s", 50],
    ["50/1m", 50],
    ["50/1min", 50],
    ["50/m", 50],
    ["1/s", 60],
    ["1/1000ms", 60],
    ["3000/h", 50],
    ["50", 50],
    ["100", 100],
    ["50%", 50],
    ["12.5%", 12],
    ["100%", 100],
    ["0.1%", 1],
  ])("takes %s for %s of 100 in 60 s", (text, requests) => {
    expect(parseRate(text, "user-create", CREATES)).toEqual({ requests, windowMs: 60_000 });
  });

  test("takes reset for the quota itself", () => {
    expect(parseRate("reset", "user-create", CREATES)).toBeNull();
  });

  test("rounds down to whole requests in the window of the quota", () => {
    expect(parseRate("150/60s", "UserList", LISTS)).toEqual({ requests: 2, windowMs: 1000 });
    expect(parseRate("50%", "UserList", LISTS)).toEqual({ requests: 2, windowMs: 1000 });
  });

  test.each(["101", "101/60s", "2/1s", "101%", "999999999999999/1ms"])("refuses %s as above the quota", (text) => {
    expect(refusal(text)).toMatchObject({
      code: "ERR_USAGE",
      message: "the rate is above the quota of user-create, 100 in 60 s",
    });
  });

  test.each(["0", "0/60s", "1/120s", "0/1h"])("refuses %s as less than a request in a window", (text) => {
    expect(refusal(text)).toMatchObject({ code: "ERR_USAGE", suggestion: "`c2d pause` holds every request back" });
  });

  test.each(["", "-5", "5.5", "5/", "5/0s", "5/s/s", "5 / 60s", "0%", "1e3", "5/60d", "fast", "%", "NaN", "١"])(
    "refuses %j as no rate, and says what is one",
    (text) => {
      expect(refusal(text)).toMatchObject({
        code: "ERR_USAGE",
        suggestion: expect.stringContaining("50/60s") as unknown,
      });
    },
  );

  property.prop([fc.stringMatching(/^[0-9/%.smhin]*$/), fc.constantFrom(CREATES, LISTS)])(
    "gives a rate that the quota allows, or refuses",
    (text, quota) => {
      const rate = refusal(text, quota);
      if (rate instanceof Error) return;
      const { requests, windowMs } = rate as typeof quota;
      expect(windowMs).toBe(quota.windowMs);
      expect(Number.isInteger(requests) && requests >= 1 && requests <= quota.requests).toBe(true);
    },
  );
});

test.each([
  [{ requests: 1000, windowMs: 10_000 }, "1,000 in 10 s"],
  [{ requests: 5, windowMs: 250 }, "5 in 250 ms"],
  [{ requests: 5, windowMs: 1500 }, "5 in 1.5 s"],
])("formatRate writes %o as %s", (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});
