import { expect, test } from "vitest";

import { ShortLivedMap } from "../../src/descope/short-lived-map.ts";

test("a value ends at its time and is taken once", () => {
  let now = 0;
  const map = new ShortLivedMap<string>(() => now);
  map.set("a", "one", 10);
  map.set("b", "two", 20);
  now = 11;
  expect([map.get("a"), map.has("b"), map.take("b"), map.get("b")]).toEqual([undefined, true, "two", undefined]);
});

test("beyond its capacity it forgets what has ended, then the oldest", () => {
  let now = 0;
  const map = new ShortLivedMap<number>(() => now, 10);
  for (let n = 0; n < 5; n += 1) map.set(`old${n}`, n, 1);
  now = 2;
  for (let n = 0; n < 6; n += 1) map.set(`new${n}`, n, 100);
  expect(map.size).toBe(6);
  for (let n = 6; n < 12; n += 1) map.set(`new${n}`, n, 100);
  expect(map.size).toBeLessThanOrEqual(10);
  expect([map.get("new0"), map.get("new11")]).toEqual([undefined, 11]);
});
