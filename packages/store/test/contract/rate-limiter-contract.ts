import { fc, test } from "@fast-check/vitest";
import type { RateLimit, RateLimiter } from "@cognito-to-descope/core";
import { describe, expect, it } from "vitest";
import { realClock } from "../support/real-clock.ts";
import { CountingServer, send, sendAll } from "./counting-server.ts";

/** Gives a limiter of a quota of its own. */
export type CreateLimiter = (limit: RateLimit) => RateLimiter;

const QUICK = { there: 0, back: 0 };

/**
 * What every limiter does, whoever it shares its quota with. On the real clock, as a shared one has no other.
 *
 * @param name - Which implementation, for the titles.
 */
export function describeRateLimiter(name: string, create: CreateLimiter): void {
  describe(`${name} keeps the contract of a limiter`, () => {
    test.prop(
      [
        fc.record({ requests: fc.integer({ min: 1, max: 12 }), windowMs: fc.integer({ min: 20, max: 80 }) }),
        fc.array(fc.record({ there: fc.integer({ min: 0, max: 40 }), back: fc.integer({ min: 0, max: 40 }) }), {
          maxLength: 25,
        }),
        fc.integer({ min: 1, max: 20 }),
      ],
      { numRuns: 15 },
    )("never lets the server count more than the quota in any rolling window", async (limit, trips, lanes) => {
      const server = new CountingServer();
      await sendAll(create(limit), server, trips, lanes);
      expect(server.times).toHaveLength(trips.length);
      expect(server.mostInOneWindow(limit.windowMs)).toBeLessThanOrEqual(limit.requests);
    });

    it("gives places in the order they were asked for", async () => {
      const limiter = create({ requests: 2, windowMs: 50 });
      const order: number[] = [];
      const ask = async (number: number): Promise<void> => {
        const permit = await limiter.acquire();
        order.push(number);
        permit.release();
      };
      await Promise.all([1, 2, 3, 4, 5, 6, 7].map(ask));
      expect(order).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    it("waits as long as the vendor said after a throttle, whoever asks", async () => {
      const limiter = create({ requests: 10, windowMs: 20 });
      const others = await Promise.all([limiter.acquire(), limiter.acquire()]);
      (await limiter.acquire()).throttled(250);
      const start = performance.now();
      for (const permit of others) permit.release();
      (await limiter.acquire()).release();
      expect(performance.now() - start).toBeGreaterThanOrEqual(249);
    });

    it("waits one window when the vendor says nothing", async () => {
      const limiter = create({ requests: 10, windowMs: 200 });
      (await limiter.acquire()).throttled();
      const start = performance.now();
      (await limiter.acquire()).release();
      expect(performance.now() - start).toBeGreaterThanOrEqual(199);
    });

    it("halves the rate on throttling, once for requests that were throttled together, and raises it again", async () => {
      const limiter = create({ requests: 8, windowMs: 40 });
      const permits = await Promise.all(Array.from({ length: 6 }, () => limiter.acquire()));
      for (const permit of permits) permit.throttled(0);
      (await limiter.acquire()).release();
      expect(limiter.throttles).toBe(1);
      // A place frees when a window is over, and by then the rate may have risen by one.
      expect([4, 5]).toContain(limiter.allowed);
      const deadline = performance.now() + 5_000;
      while (limiter.allowed < 8 && performance.now() < deadline) {
        await realClock.sleep(20);
        (await limiter.acquire()).release();
      }
      expect(limiter.allowed).toBe(8);
    });

    it("never falls below one request per window", async () => {
      const limiter = create({ requests: 4, windowMs: 10 });
      for (let throttles = 0; throttles < 5; throttles += 1) (await limiter.acquire()).throttled(1);
      (await limiter.acquire()).release();
      expect(limiter.allowed).toBeGreaterThanOrEqual(1);
      expect(limiter.allowed).toBeLessThan(4);
      expect(limiter.throttles).toBeGreaterThanOrEqual(4);
    });

    it("counts a place once, however often it is given back", async () => {
      const limiter = create({ requests: 1, windowMs: 60 });
      const permit = await limiter.acquire();
      permit.release();
      permit.release();
      permit.release();
      const server = new CountingServer();
      for (let index = 0; index < 3; index += 1) await send(limiter, server, QUICK);
      expect(server.mostInOneWindow(60)).toBe(1);
    });

    it("ends a wait at once when it is aborted, wherever in the queue, and passes the place on", async () => {
      const limiter = create({ requests: 1, windowMs: 150 });
      const held = await limiter.acquire();
      const abort = new AbortController();
      const first = limiter.acquire();
      const second = limiter.acquire(abort.signal);
      const third = limiter.acquire();
      setTimeout(() => abort.abort(new Error("enough")), 5);
      await expect(second).rejects.toThrow("enough");
      held.release();
      (await first).release();
      (await third).release();
      expect(limiter.throttles).toBe(0);
    });

    it("refuses a signal that is aborted already without taking a place", async () => {
      const limiter = create({ requests: 1, windowMs: 10_000 });
      await expect(limiter.acquire(AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
      (await limiter.acquire()).release();
    });

    it.for([
      { requests: 0, windowMs: 1000 },
      { requests: 1.5, windowMs: 1000 },
      { requests: Number.NaN, windowMs: 1000 },
      { requests: 1, windowMs: 0 },
      { requests: 1, windowMs: Number.NaN },
    ])("refuses the limit %o", (limit) => {
      expect(() => create(limit)).toThrow(RangeError);
    });
  });
}
