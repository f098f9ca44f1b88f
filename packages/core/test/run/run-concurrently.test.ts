import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { runConcurrently } from "../../src/run/run-concurrently.ts";

describe("runConcurrently", () => {
  test.prop([fc.array(fc.nat(5), { maxLength: 30 }), fc.integer({ min: 1, max: 6 })])(
    "runs every task once and never more than the limit at a time",
    async (ticks, limit) => {
      let running = 0;
      let most = 0;
      const done: number[] = [];
      const tasks = ticks.map((count, index) => async (): Promise<void> => {
        running += 1;
        most = Math.max(most, running);
        for (let tick = 0; tick < count; tick += 1) await Promise.resolve();
        running -= 1;
        done.push(index);
      });
      await runConcurrently(tasks, limit);
      expect([...done].sort((a, b) => a - b)).toEqual(ticks.map((_, index) => index));
      expect(most).toBeLessThanOrEqual(limit);
    },
  );

  it("throws the first failure after the tasks that were running, and starts no more", async () => {
    const log: string[] = [];
    const slow = async (): Promise<void> => {
      await new Promise(setImmediate);
      log.push("slow ended");
    };
    const fail = async (): Promise<void> => {
      throw new Error("broken");
    };
    const never = async (): Promise<void> => {
      log.push("started");
    };
    await expect(runConcurrently([slow, fail, never, never], 2)).rejects.toThrow("broken");
    expect(log).toEqual(["slow ended"]);
  });
});
