import type { RateCounter } from "@cognito-to-descope/core";
import { beforeEach, describe, expect, it } from "vitest";

/** A counter, and the time that it counts by. */
export interface CounterUnderTest {
  readonly counter: RateCounter;
  /** Lets so many milliseconds go by: at least, and by as little more as the clock allows. */
  readonly pass: (ms: number) => Promise<void>;
}

/**
 * What every counter does, whoever it shares its counts with.
 *
 * @param name - Which implementation, for the titles.
 * @param open - Gives a counter whose keys nobody has used.
 */
export function describeRateCounter(name: string, open: () => CounterUnderTest | Promise<CounterUnderTest>): void {
  describe(`${name} keeps the contract of a counter`, () => {
    let counter: RateCounter;
    let pass: CounterUnderTest["pass"];
    beforeEach(async () => void ({ counter, pass } = await open()));

    // Wide, where nobody waits for its end: a busy machine takes its time between two calls.
    const limit = { events: 3, windowMs: 60_000 };

    it("lets as many through as the limit says, and tells the next how long to wait", async () => {
      expect([await counter.take("a", limit), await counter.take("a", limit), await counter.take("a", limit)]).toEqual([
        0, 0, 0,
      ]);
      const waitMs = await counter.take("a", limit);
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(limit.windowMs);
      expect(Number.isInteger(waitMs)).toBe(true);
      expect(await counter.take("b", limit)).toBe(0);
    });

    it("lets the next through after that wait, and one only: the window rolls", async () => {
      const rolling = { events: 3, windowMs: 1500 };
      await counter.take("a", rolling);
      await pass(300);
      await counter.take("a", rolling);
      await counter.take("a", rolling);
      await pass(await counter.take("a", rolling));
      expect(await counter.take("a", rolling)).toBe(0);
      expect(await counter.take("a", rolling)).toBeGreaterThan(0);
    });

    it("does not count what it refuses: who keeps trying waits no longer", async () => {
      const one = { events: 1, windowMs: 1000 };
      await counter.take("a", one);
      const first = await counter.take("a", one);
      for (let tries = 0; tries < 5; tries += 1) {
        expect(await counter.take("a", one)).toBeLessThanOrEqual(first);
      }
      await pass(first);
      expect(await counter.take("a", one)).toBe(0);
    });

    it("counts those that come at once one by one", async () => {
      const many = { events: 10, windowMs: 60_000 };
      const waits = await Promise.all(Array.from({ length: 50 }, () => counter.take("a", many)));
      expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(10);
    });

    it("takes the latest event back, as if it had not been", async () => {
      for (let count = 0; count < 3; count += 1) await counter.take("a", limit);
      await counter.undo("a");
      await counter.undo("never seen");
      expect(await counter.take("a", limit)).toBe(0);
      expect(await counter.take("a", limit)).toBeGreaterThan(0);
      for (let count = 0; count < 5; count += 1) await counter.undo("a");
      expect([await counter.take("a", limit), await counter.take("a", limit), await counter.take("a", limit)]).toEqual([
        0, 0, 0,
      ]);
    });

    it("forgets a key", async () => {
      const one = { events: 1, windowMs: 60_000 };
      await counter.take("a", one);
      await counter.take("b", one);
      await counter.forget("a");
      await counter.forget("never seen");
      expect(await counter.take("a", one)).toBe(0);
      expect(await counter.take("b", one)).toBeGreaterThan(0);
    });

    it("heeds the limit that comes with the event", async () => {
      const wide = { events: 5, windowMs: 60_000 };
      for (let count = 0; count < 3; count += 1) await counter.take("a", wide);
      expect(await counter.take("a", { events: 2, windowMs: 60_000 })).toBeGreaterThan(0);
      expect(await counter.take("a", wide)).toBe(0);
    });

    it("refuses a limit that is none", async () => {
      for (const events of [0, -1, 1.5, Number.NaN]) {
        await expect(counter.take("a", { events, windowMs: 1000 })).rejects.toThrow(RangeError);
      }
      for (const windowMs of [0, -1, Infinity, Number.NaN]) {
        await expect(counter.take("a", { events: 1, windowMs })).rejects.toThrow(RangeError);
      }
    });
  });
}
