import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { runTogether } from "../src/run-together.ts";

describe("runTogether", () => {
  it("gives results in order, with no more at once than allowed", async () => {
    let running = 0;
    let most = 0;
    const results = await runTogether([5, 1, 3, 2, 4], 2, async (ms) => {
      running += 1;
      most = Math.max(most, running);
      await sleep(ms);
      running -= 1;
      return ms * 10;
    });
    expect(results).toEqual([50, 10, 30, 20, 40]);
    expect(most).toBe(2);
  });

  it("ends the others at the first failure, and throws only when they have ended", async () => {
    const failure = new Error("first");
    let ended = 0;
    const work = runTogether([0, 1, 2, 3], 3, async (item, signal) => {
      if (item === 0) {
        await sleep(5);
        throw failure;
      }
      try {
        await sleep(10_000, undefined, { signal });
      } finally {
        ended += 1;
      }
    });
    await expect(work).rejects.toBe(failure);
    expect(ended).toBe(2);
  });
});
