import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { addLatencies, latencyQuantile, latencyStep } from "../../src/traffic/latency.ts";
import { mergeSamples, type RunSample, SAMPLE_MS, thinSamples } from "../../src/traffic/run-sample.ts";
import { addTraffic, createTrafficMeter } from "../../src/traffic/traffic.ts";

function countsOf(latencies: readonly number[]): Readonly<Record<string, number>> {
  return latencies.reduce<Readonly<Record<string, number>>>(
    (counts, ms) => addLatencies(counts, { [latencyStep(ms)]: 1 }),
    {},
  );
}

function aSample(n: number, change: Partial<RunSample> = {}): RunSample {
  return {
    at: n * SAMPLE_MS,
    ms: SAMPLE_MS,
    step: "applying",
    done: n,
    total: 100,
    paused: false,
    buckets: {},
    traffic: {},
    ...change,
  };
}

describe("latencies", () => {
  test.prop([
    fc.array(fc.double({ min: 1, max: 500_000, noNaN: true }), { minLength: 1, maxLength: 50 }),
    fc.constantFrom(0.5, 0.95, 1),
  ])("are read back within a twentieth of what they were", (latencies, share) => {
    const sorted = latencies.toSorted((one, other) => one - other);
    const exact = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] as number;
    expect(latencyQuantile(countsOf(latencies), share)).toBeGreaterThanOrEqual(exact * 0.94);
    expect(latencyQuantile(countsOf(latencies), share)).toBeLessThanOrEqual(exact * 1.06 + 0.1);
  });

  it("have no median where there are none, and a place for the longest and the shortest", () => {
    expect(latencyQuantile({}, 0.5)).toBeUndefined();
    expect([0, -1, Number.NaN, Infinity].map(latencyStep)).toEqual([0, 0, 0, 140]);
  });
});

describe("traffic", () => {
  it("is counted by service from one taking to the next", () => {
    const meter = createTrafficMeter();
    meter.answered("descope", 40);
    meter.answered("descope", 40);
    meter.throttled("descope");
    meter.retried("cognito");
    const taken = meter.take();
    expect(taken).toEqual({
      descope: { requests: 2, retries: 0, throttles: 1, latency: { [latencyStep(40)]: 2 } },
      cognito: { requests: 0, retries: 1, throttles: 0, latency: {} },
    });
    expect(meter.take()).toEqual({});
    expect(addTraffic(taken, {})).toEqual(taken);
  });
});

describe("samples", () => {
  it("of two processes say the most of what either knows, and the later one where they do different things", () => {
    const use = (inUse: number) => ({ limit: { requests: 9, windowMs: 1000 }, allowed: 9, inUse });
    const merged = mergeSamples(
      aSample(1, { done: 9, buckets: { a: use(5), b: use(1) } }),
      aSample(1, { done: 7, buckets: { a: use(3) } }),
    );
    expect(merged).toEqual(aSample(1, { done: 9, buckets: { a: use(5), b: use(1) } }));
    expect(mergeSamples(aSample(1, { done: 9 }), aSample(1, { step: "reconciling", done: 2 }))).toMatchObject({
      step: "reconciling",
      done: 2,
    });
  });

  test.prop([fc.uniqueArray(fc.nat({ max: 500 }), { maxLength: 100 })])(
    "that are thinned lose no request, stand in the order of time, and are twice as long",
    (places) => {
      const samples = places.map((n) =>
        aSample(n, { traffic: { cognito: { requests: n, retries: 0, throttles: 1, latency: {} } } }),
      );
      const thinned = thinSamples(samples);
      const sum = (of: readonly RunSample[]): number =>
        of.reduce((total, { traffic }) => total + (traffic.cognito?.requests ?? 0), 0);
      expect(sum(thinned)).toBe(sum(samples));
      expect(thinned.map(({ at }) => at)).toEqual(
        [...new Set(places.map((n) => Math.floor(n / 2) * 2 * SAMPLE_MS))].toSorted((one, other) => one - other),
      );
      expect(thinned.every(({ ms }) => ms === 2 * SAMPLE_MS)).toBe(true);
    },
  );
});
