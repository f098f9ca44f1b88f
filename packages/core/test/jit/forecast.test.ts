import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { forecastShare } from "../../src/jit/progress/forecast.ts";

const TODAY = 20_000;

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}

describe("a forecast", () => {
  it("is not made from too little, and says why", () => {
    const of = (byDay: readonly number[], activeUsers?: number): unknown =>
      forecastShare({ byDay, today: TODAY, captured: sum(byDay), activeUsers });
    expect(of([])).toEqual({ model: "none", reason: "too-few-days" });
    expect(of(Array<number>(6).fill(100), 1000)).toEqual({ model: "none", reason: "too-few-days" });
    expect(of(Array<number>(13).fill(100))).toEqual({ model: "none", reason: "too-few-days" });
    expect(of(Array<number>(7).fill(7), 1000)).toEqual({ model: "none", reason: "too-few-users" });
    expect(of(Array<number>(14).fill(100))).toEqual({ model: "none", reason: "not-fading" });
    expect(of(Array<number>(7).fill(100), 700)).toEqual({ model: "none", reason: "reached" });
  });

  it("follows an equal chance each day to its end, where it is known how many sign in", () => {
    // One in ten of those who are left comes each day.
    const byDay = Array.from({ length: 10 }, (_, day) => 10_000 * 0.9 ** day * 0.1);
    const captured = sum(byDay);
    const forecast = forecastShare({ byDay, today: TODAY, captured, activeUsers: 10_000 });
    // 0.9 to the power of 29 is the first below 5 %: nineteen days after the tenth.
    expect(forecast).toMatchObject({ model: "steady-chance", day: TODAY + 19, activeUsers: 10_000 });
  });

  it("follows weeks that fade to their end, where nobody knows how many sign in", () => {
    const byDay = Array.from({ length: 28 }, (_, day) => 1000 * 0.9 ** day);
    const forecast = forecastShare({ byDay, today: TODAY, captured: sum(byDay) });
    // What comes in all is 10,000; after 28 days 523 of them are to come, and 500 the day after.
    expect(forecast).toMatchObject({ model: "fading", day: TODAY + 1, activeUsers: 10_000 });
  });

  test.prop([
    fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 60 }),
    fc.option(fc.integer({ min: 1, max: 10_000_000 }), { nil: undefined }),
  ])("is never before today, and lies within its own bounds", (byDay, activeUsers) => {
    const forecast = forecastShare({ byDay, today: TODAY, captured: sum(byDay), activeUsers });
    if (forecast.model === "none") return;
    expect(forecast.day).toBeGreaterThanOrEqual(TODAY);
    expect(forecast.earliest).toBeLessThanOrEqual(forecast.day);
    if (forecast.latest !== undefined) expect(forecast.latest).toBeGreaterThanOrEqual(forecast.day);
    expect(Number.isFinite(forecast.day)).toBe(true);
  });
});
