import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { createRateLimiter, type RateLimiter } from "../../src/limits/rate-limiter.ts";
import { SimulatedClock } from "../simulated-clock.ts";

/** How many of the sorted times lie in the fullest window. */
function mostInOneWindow(times: readonly number[], windowMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [last, time] of sorted.entries()) {
    while (time - (sorted[first] ?? 0) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** One request: the server counts it after `there`, the answer is back after `back` more. */
interface Trip {
  readonly there: number;
  readonly back: number;
  readonly throttledFor?: number | undefined;
}

/** Sends trips over a number of lanes; gives the times at which the server counted them. */
async function send(
  limiter: RateLimiter,
  clock: SimulatedClock,
  trips: readonly Trip[],
  lanes: number,
): Promise<readonly number[]> {
  const counted: number[] = [];
  const queue = trips.values();
  const lane = async (): Promise<void> => {
    for (const trip of queue) {
      const permit = await limiter.acquire();
      await clock.sleep(trip.there);
      counted.push(clock.monotonic());
      await clock.sleep(trip.back);
      if (trip.throttledFor !== undefined) permit.throttled(trip.throttledFor);
      permit.release();
    }
  };
  await clock.run(Promise.all(Array.from({ length: lanes }, lane)));
  return counted;
}

const limits = fc.record({ requests: fc.integer({ min: 1, max: 12 }), windowMs: fc.integer({ min: 10, max: 2000 }) });
const trip = fc.record({
  there: fc.integer({ min: 0, max: 3000 }),
  back: fc.integer({ min: 0, max: 3000 }),
  throttledFor: fc.option(fc.integer({ min: 0, max: 4000 }), { nil: undefined, freq: 8 }),
});

/** A clock that somebody sets by hours between any two looks at it. */
class JumpingClock extends SimulatedClock {
  #looks = 0;

  override now(): number {
    this.#looks += 1;
    return super.now() + (this.#looks % 2 === 0 ? 7 : -5) * 3_600_000;
  }
}

describe("createRateLimiter", () => {
  it("paces the same while the machine's clock jumps by hours", async () => {
    const trips = Array.from({ length: 40 }, (_, index): Trip => ({
      there: (index * 37) % 90,
      back: (index * 53) % 70,
      throttledFor: index % 13 === 12 ? 400 : undefined,
    }));
    const timesBy = async (clock: SimulatedClock): Promise<readonly number[]> =>
      send(createRateLimiter({ requests: 5, windowMs: 300 }, clock), clock, trips, 4);
    const times = await timesBy(new JumpingClock());
    expect(times).toEqual(await timesBy(new SimulatedClock()));
    expect(mostInOneWindow(times, 300)).toBeLessThanOrEqual(5);
  });

  test.prop([limits, fc.array(trip, { maxLength: 60 }), fc.integer({ min: 1, max: 20 })], { numRuns: 60 })(
    "never lets the server count more than the quota in any rolling window",
    async (limit, trips, lanes) => {
      const clock = new SimulatedClock();
      const counted = await send(createRateLimiter(limit, clock), clock, trips, lanes);
      expect(counted).toHaveLength(trips.length);
      expect(mostInOneWindow(counted, limit.windowMs)).toBeLessThanOrEqual(limit.requests);
    },
  );

  it("uses the quota up when answers are quick", async () => {
    const clock = new SimulatedClock();
    const limit = { requests: 100, windowMs: 60_000 };
    const start = clock.monotonic();
    const trips = Array.from({ length: 1000 }, () => ({ there: 20, back: 30 }));
    await send(createRateLimiter(limit, clock), clock, trips, 8);
    const windows = (clock.monotonic() - start) / limit.windowMs;
    // 1000 requests at 100 a window: the last hundred leaves at the start of the tenth.
    expect(windows).toBeGreaterThanOrEqual(9);
    expect(windows).toBeLessThan(9.2);
  });

  it("gives places in the order they were asked for", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 2, windowMs: 1000 }, clock);
    const order: number[] = [];
    const ask = async (number: number): Promise<void> => {
      const permit = await limiter.acquire();
      order.push(number);
      await clock.sleep(10);
      permit.release();
    };
    await clock.run(Promise.all([1, 2, 3, 4, 5, 6, 7].map(ask)));
    expect(order).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("waits as long as the vendor said after a throttle, whoever asks", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 10, windowMs: 1000 }, clock);
    const permit = await limiter.acquire();
    permit.throttled(7000);
    const start = clock.monotonic();
    await clock.run(limiter.acquire());
    expect(clock.monotonic() - start).toBeGreaterThanOrEqual(7000);
  });

  it("waits one window when the vendor says nothing", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 10, windowMs: 60_000 }, clock);
    (await limiter.acquire()).throttled();
    const start = clock.monotonic();
    await clock.run(limiter.acquire());
    expect(clock.monotonic() - start).toBeGreaterThanOrEqual(60_000);
  });

  it("halves the rate on throttling and raises it by one for each quiet window", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 8, windowMs: 1000 }, clock);
    (await limiter.acquire()).throttled(0);
    expect(limiter.allowed).toBe(4);
    const seen: number[] = [];
    for (let window = 0; window < 6; window += 1) {
      await clock.run(clock.sleep(1000));
      (await clock.run(limiter.acquire())).release();
      seen.push(limiter.allowed);
    }
    expect(seen).toEqual([5, 6, 7, 8, 8, 8]);
  });

  it("makes half good in five windows, and is careful near the level that was throttled", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 100, windowMs: 60_000 }, clock);
    (await limiter.acquire()).throttled();
    const seen: number[] = [];
    for (let window = 0; window < 9; window += 1) {
      await clock.run(clock.sleep(60_000));
      seen.push(limiter.allowed);
    }
    expect(seen).toEqual([60, 70, 80, 90, 91, 92, 93, 94, 95]);
  });

  it("rises for windows in which nobody asked", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 100, windowMs: 1000 }, clock);
    (await limiter.acquire()).throttled();
    await clock.run(clock.sleep(60_000));
    expect(limiter.allowed).toBe(100);
  });

  it("never falls below one request per window", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 2, windowMs: 100 }, clock);
    for (let throttles = 0; throttles < 5; throttles += 1) (await clock.run(limiter.acquire())).throttled(50);
    expect(limiter.allowed).toBe(1);
    expect(limiter.throttles).toBe(5);
  });

  test.prop([fc.integer({ min: 0, max: 3 }), fc.integer({ min: 2, max: 16 })])(
    "takes requests that are throttled together for one sign, however short the pause",
    async (retryAfterMs, together) => {
      const clock = new SimulatedClock();
      const limiter = createRateLimiter({ requests: 16, windowMs: 1000 }, clock);
      const permits = [];
      for (let index = 0; index < together; index += 1) permits.push(await limiter.acquire());
      for (const permit of permits) {
        permit.throttled(retryAfterMs);
        await clock.run(clock.sleep(2));
      }
      expect(limiter.allowed).toBe(8);
      expect(limiter.throttles).toBe(1);
    },
  );

  it("keeps to a chosen rate at once, and to the quota again when it is taken back", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 10, windowMs: 1000 }, clock);
    limiter.setRate(4);
    expect(limiter.limit.requests).toBe(10);
    for (let request = 0; request < 4; request += 1) (await limiter.acquire()).release();
    const start = clock.monotonic();
    const waiting = limiter.acquire();
    await clock.run(clock.sleep(200));
    expect(limiter.inUse).toBe(4);
    limiter.setRate(10);
    // Whoever waits does not wait for the window that the lower rate would have taken.
    (await waiting).release();
    expect(clock.monotonic() - start).toBe(200);
    expect(limiter.allowed).toBe(10);
  });

  it("does not forget by a chosen rate what the vendor could not bear", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 100, windowMs: 60_000 }, clock);
    (await limiter.acquire()).throttled(1);
    limiter.setRate(10);
    limiter.setRate(100);
    expect(limiter.allowed).toBe(50);
  });

  it.each([0, 11, -1, 2.5, Number.NaN, Infinity])("refuses the rate %d and keeps the one it has", (rate) => {
    const limiter = createRateLimiter({ requests: 10, windowMs: 1000 }, new SimulatedClock());
    limiter.setRate(7);
    expect(() => limiter.setRate(rate)).toThrow(RangeError);
    expect(limiter.rate).toBe(7);
  });

  it("frees a place at once when its request was never sent", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 1, windowMs: 60_000 }, clock);
    const permit = await limiter.acquire();
    const waiting = limiter.acquire();
    permit.cancel();
    permit.release();
    (await waiting).release();
    expect(limiter.inUse).toBe(1);
  });

  it("is not confused by a wait that is no number", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 4, windowMs: 1000 }, clock);
    (await limiter.acquire()).throttled(3000);
    (await clock.run(limiter.acquire())).throttled(Number.NaN);
    (await limiter.acquire()).release();
    expect(limiter.throttles).toBe(2);
  });

  it("counts a place once, however often it is given back", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 1, windowMs: 1000 }, clock);
    const permit = await limiter.acquire();
    permit.release();
    permit.release();
    permit.release();
    const start = clock.monotonic();
    (await clock.run(limiter.acquire())).release();
    (await clock.run(limiter.acquire())).release();
    expect(clock.monotonic() - start).toBeGreaterThanOrEqual(2000);
  });

  it("ends a wait when it is aborted, wherever in the queue, and passes the place on", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 1, windowMs: 60_000 }, clock);
    (await limiter.acquire()).release();
    const abort = new AbortController();
    const first = limiter.acquire();
    const second = limiter.acquire(abort.signal);
    const third = limiter.acquire();
    const start = clock.monotonic();
    setImmediate(() => abort.abort(new Error("enough")));
    await expect(second).rejects.toThrow("enough");
    expect(clock.monotonic()).toBe(start);
    (await clock.run(first)).release();
    (await clock.run(third)).release();
    expect(clock.monotonic() - start).toBeLessThan(2 * 60_000 * 1.002);
  });

  it("gives a place back that was given in the moment of the abort", async () => {
    for (let steps = 0; steps < 12; steps += 1) {
      const limiter = createRateLimiter({ requests: 1, windowMs: 60_000 }, new SimulatedClock());
      const abort = new AbortController();
      const place = limiter.acquire(abort.signal).then(
        () => 1,
        () => 0,
      );
      for (let step = 0; step < steps; step += 1) await Promise.resolve();
      abort.abort();
      const given = await place;
      expect(limiter.inUse, `aborted after ${steps} steps`).toBe(given);
    }
  });

  it("refuses a signal that is aborted already without taking a place", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 1, windowMs: 60_000 }, clock);
    await expect(limiter.acquire(AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
    const start = clock.monotonic();
    await clock.run(limiter.acquire());
    expect(clock.monotonic()).toBe(start);
  });

  it.for([
    { requests: 0, windowMs: 1000 },
    { requests: 1.5, windowMs: 1000 },
    { requests: Number.NaN, windowMs: 1000 },
    { requests: 1, windowMs: 0 },
    { requests: 1, windowMs: Number.NaN },
  ])("refuses the limit %o", (limit) => {
    expect(() => createRateLimiter(limit, new SimulatedClock())).toThrow(RangeError);
  });
});

describe("a place without waiting", () => {
  it("is given while there is one, and not to who would overtake others", async () => {
    const clock = new SimulatedClock();
    const limiter = createRateLimiter({ requests: 2, windowMs: 1000 }, clock);
    const first = limiter.tryAcquire();
    const second = limiter.tryAcquire();
    expect([first, second, limiter.tryAcquire()]).toEqual([expect.anything(), expect.anything(), undefined]);
    first?.release();
    second?.cancel();
    const waiting = Promise.all([limiter.acquire(), limiter.acquire()]);
    expect(limiter.tryAcquire()).toBeUndefined();
    const before = clock.monotonic();
    await clock.run(waiting);
    expect(clock.monotonic() - before).toBeGreaterThanOrEqual(1000);
    expect(limiter.tryAcquire()).toBeUndefined();
  });

  it("says how long the window stays full", () => {
    const limiter = createRateLimiter({ requests: 1, windowMs: 1000 }, new SimulatedClock());
    expect(limiter.waitMs).toBe(0);
    limiter.tryAcquire()?.release();
    expect(limiter.waitMs).toBeGreaterThanOrEqual(1000);
    expect(limiter.waitMs).toBeLessThan(1010);
  });

  test.prop([limits, fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 80 })])(
    "never exceeds the quota in any window, however many ask",
    async (limit, gaps) => {
      const clock = new SimulatedClock();
      const limiter = createRateLimiter(limit, clock);
      const sent: number[] = [];
      await clock.run(
        (async () => {
          for (const gap of gaps) {
            await clock.sleep(gap);
            for (let ask = 0; ask < 3; ask += 1) {
              const permit = limiter.tryAcquire();
              if (permit === undefined) continue;
              sent.push(clock.monotonic());
              permit.release();
            }
          }
        })(),
      );
      expect(mostInOneWindow(sent, limit.windowMs)).toBeLessThanOrEqual(limit.requests);
    },
  );
});
