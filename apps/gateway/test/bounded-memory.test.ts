import { describe, expect, test } from "vitest";
import { createTokenBuckets } from "../src/http/token-buckets.ts";
import { createReplayCache } from "../src/routes/sync-events/replay-cache.ts";

describe("the memory of what was received", () => {
  test("forgets what has expired, and remembers what has not", () => {
    let now = 0;
    const cache = createReplayCache(100, () => now);
    expect([cache.add("a", 10), cache.add("a", 10), cache.add("b", 20)]).toEqual([true, false, true]);
    now = 11;
    expect([cache.add("a", 30), cache.add("b", 30)]).toEqual([true, false]);
  });

  test("is bounded: the oldest is forgotten for the newest", () => {
    const cache = createReplayCache(3, () => 0);
    for (const key of ["a", "b", "c", "d"]) expect(cache.add(key, 10)).toBe(true);
    expect(cache.add("d", 10)).toBe(false);
    expect(cache.add("a", 10)).toBe(true);
  });
});

describe("token buckets", () => {
  test("are one for each key, and never hold more than the burst", () => {
    let now = 0;
    const buckets = createTokenBuckets({ burst: 2, perSecond: 4 }, () => now);
    expect([buckets.take("a"), buckets.take("a"), buckets.take("a"), buckets.take("b")]).toEqual([0, 0, 250, 0]);
    now = 1_000_000;
    expect([buckets.take("a"), buckets.take("a"), buckets.take("a")]).toEqual([0, 0, 250]);
  });

  test("are bounded: of very many keys the oldest begins anew", () => {
    const buckets = createTokenBuckets({ burst: 1, perSecond: 1 }, () => 0);
    buckets.take("first");
    for (let index = 0; index < 10_000; index += 1) buckets.take(`key ${index}`);
    expect(buckets.take("first")).toBe(0);
    expect(buckets.take("key 9999")).toBeGreaterThan(0);
  });
});
