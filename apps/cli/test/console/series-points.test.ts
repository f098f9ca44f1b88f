import type { RunSample } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import { seriesPoints } from "../../src/console/run/series-points.ts";

function aSample(n: number, change: Partial<RunSample> = {}): RunSample {
  const at = 1_700_000_000_000 + n * 5000;
  return {
    at,
    ms: 5000,
    step: "applying",
    done: n * 10,
    total: 1000,
    paused: false,
    buckets: {},
    traffic: {},
    ...change,
  };
}

const speeds = (samples: readonly RunSample[]): readonly (number | null)[] =>
  seriesPoints(samples).map(({ perSecond }) => perSecond);

describe("the points of a chart", () => {
  test("tell a speed over the last minute, and none where there is nothing to compare with", () => {
    expect(speeds([aSample(0), aSample(1), aSample(2)])).toEqual([null, 2, 2]);
    // A minute ago it was slow; two minutes ago does not count any more.
    const long = Array.from({ length: 30 }, (_, n) => aSample(n, { done: n < 15 ? 0 : (n - 15) * 100 }));
    expect(speeds(long).at(-1)).toBe(20);
  });

  test("compare nothing across another step, a step that begins again, or a time when nobody was at work", () => {
    expect(speeds([aSample(0), aSample(1, { step: "reconciling" })])).toEqual([null, null]);
    expect(speeds([aSample(5), aSample(6, { done: 0 })])).toEqual([null, null]);
    expect(speeds([aSample(0), aSample(9)])).toEqual([null, null]);
  });

  test("tell no time left while the run is paused, stands still or is through", () => {
    const left = (change: Partial<RunSample>): number | null | undefined =>
      seriesPoints([aSample(0), aSample(1, change)]).at(-1)?.secondsLeft;
    expect(left({})).toBe(495);
    expect([left({ paused: true }), left({ done: 0 }), left({ total: 10 })]).toEqual([null, null, null]);
  });
});
