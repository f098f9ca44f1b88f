import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { DEFAULT_FAILURE_FLOOR, failurePauseMs } from "../../src/jit/failure-floor.ts";

const floor = { floorMs: 600, stepMs: 300, jitterMs: 60 };

it.for<[number, number, number]>([
  [0, 0, 600],
  [250, 0, 600],
  [600, 0, 600],
  [601, 0, 900],
  [901, 0.5, 1230],
])("a failure after %i ms, at random %f, is told after %i ms", ([elapsed, random, told]) => {
  expect(elapsed + failurePauseMs(floor, elapsed, random)).toBeCloseTo(told, 6);
});

const share = fc.double({ min: 0, max: 0.999, noNaN: true });

test.prop([fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 600 }), share])(
  "two failures that end before the floor are told at one time, however far apart they were",
  (one, other, random) => {
    const told = (elapsed: number): number => elapsed + failurePauseMs(DEFAULT_FAILURE_FLOOR, elapsed, random);
    expect(told(one)).toBeCloseTo(told(other), 6);
  },
);

test.prop([fc.integer({ min: 0, max: 20_000 }), share])(
  "a failure is told on a step, give or take the jitter",
  (elapsed, random) => {
    const told = elapsed + failurePauseMs(floor, elapsed, random);
    expect(told).toBeGreaterThanOrEqual(Math.max(elapsed, floor.floorMs));
    const steps = (told - random * floor.jitterMs - floor.floorMs) / floor.stepMs;
    expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-6);
  },
);
