import { expect, test } from "vitest";
import { describeRateCounter } from "../../../packages/store/test/contract/rate-counter-contract.ts";
import { createMemoryRateCounter } from "../src/index.ts";

describeRateCounter("the counter in memory", () => {
  let now = 1000;
  return {
    counter: createMemoryRateCounter(() => now),
    async pass(ms) {
      now += ms;
    },
  };
});

test("a counter in memory is bounded: of very many keys the one that was counted longest ago begins anew", async () => {
  const counter = createMemoryRateCounter(() => 0, 3);
  const limit = { events: 1, windowMs: 1000 };
  for (const key of ["a", "b", "c"]) await counter.take(key, limit);
  expect(await counter.take("a", limit)).toBeGreaterThan(0);
  expect(await counter.take("d", limit)).toBe(0);
  expect(await counter.take("b", limit)).toBeGreaterThan(0);
  expect(await counter.take("a", limit)).toBe(0);
});
