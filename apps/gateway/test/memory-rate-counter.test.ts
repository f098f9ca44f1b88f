import { expect, it } from "vitest";
import { describeRateCounter } from "../../../packages/store/test/contract/rate-counter-contract.ts";
import { createMemoryRateCounter } from "../src/index.ts";

describeRateCounter("the counter of one process", () => {
  let now = 0;
  return {
    counter: createMemoryRateCounter(() => now),
    pass: async (ms) => void (now += ms),
  };
});

it("is bounded: of very many keys the one that was counted longest ago begins anew", async () => {
  const counter = createMemoryRateCounter(() => 0, 3);
  const one = { events: 1, windowMs: 1000 };
  for (const key of ["a", "b", "c", "d"]) expect(await counter.take(key, one)).toBe(0);
  expect(await counter.take("d", one)).toBe(1000);
  expect(await counter.take("a", one)).toBe(0);
});
