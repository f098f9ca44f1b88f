import { fc, test } from "@fast-check/vitest";
import type { RateLimit, RateLimiter } from "@cognito-to-descope/core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openPostgresLimiters, type PostgresLimiters } from "../../src/postgres/open-postgres-limiters.ts";
import { openPostgresStore } from "../../src/postgres/open-postgres-store.ts";
import { CountingServer, send, sendAll } from "../contract/counting-server.ts";
import { describeRateLimiter } from "../contract/rate-limiter-contract.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { realClock } from "../support/real-clock.ts";

const QUICK = { there: 0, back: 0 };

let server: PostgresServer;
let url: string;
let shared: PostgresLimiters;
let buckets = 0;
const opened: PostgresLimiters[] = [];

beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase();
  shared = await open();
  opened.length = 0;
});
afterAll(async () => {
  await shared[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((limiters) => limiters[Symbol.asyncDispose]()));
});

async function open(
  options: { readonly requestTimeoutMs?: number; readonly random?: () => number } = {},
): Promise<PostgresLimiters> {
  const limiters = await openPostgresLimiters(url, { clock: realClock, random: Math.random, ...options });
  opened.push(limiters);
  return limiters;
}

/** Limiters of one bucket, in as many workers. */
async function workers(count: number, limit: RateLimit, options = {}): Promise<readonly RateLimiter[]> {
  const bucket = `bucket ${++buckets}`;
  const all = await Promise.all(Array.from({ length: count }, () => open(options)));
  return all.map((one) => one.limiter(bucket, limit));
}

const sql = (text: string): ReturnType<PostgresServer["query"]> => server.query(text, url.split("/").at(-1));

describeRateLimiter("the limiter on PostgreSQL", (limit) => shared.limiter(`bucket ${++buckets}`, limit));

describe("several workers on one bucket", () => {
  test.prop(
    [
      fc.record({ requests: fc.integer({ min: 1, max: 12 }), windowMs: fc.integer({ min: 20, max: 100 }) }),
      fc.array(
        fc.array(fc.record({ there: fc.integer({ min: 0, max: 40 }), back: fc.integer({ min: 0, max: 40 }) }), {
          maxLength: 15,
        }),
        { minLength: 2, maxLength: 4 },
      ),
      fc.integer({ min: 1, max: 10 }),
    ],
    { numRuns: 15 },
  )("never let the server count more than the quota in any rolling window", async (limit, trips, lanes) => {
    const counting = new CountingServer();
    const limiters = await workers(trips.length, limit);
    await Promise.all(limiters.map((limiter, index) => sendAll(limiter, counting, trips[index] ?? [], lanes)));
    expect(counting.times).toHaveLength(trips.flat().length);
    expect(counting.mostInOneWindow(limit.windowMs)).toBeLessThanOrEqual(limit.requests);
    await Promise.all(opened.splice(0).map((one) => one[Symbol.asyncDispose]()));
  });

  it("use the quota up together, and no worker starves", async () => {
    const limit = { requests: 30, windowMs: 500 };
    const limiters = await workers(4, limit);
    const counting = new CountingServer();
    const counts = limiters.map(() => 0);
    const until = performance.now() + 3_000;
    const lane = async (limiter: RateLimiter, index: number): Promise<void> => {
      while (performance.now() < until) {
        const permit = await limiter.acquire();
        if (performance.now() < until) {
          await counting.request({ there: 2, back: 3 });
          counts[index] = (counts[index] ?? 0) + 1;
        }
        permit.release();
      }
    };
    // The first worker wants far more than the others.
    await Promise.all(
      limiters.flatMap((limiter, index) => Array.from({ length: index === 0 ? 40 : 10 }, () => lane(limiter, index))),
    );
    expect(counting.mostInOneWindow(limit.windowMs)).toBeLessThanOrEqual(limit.requests);
    const fair = counting.times.length / limiters.length;
    for (const count of counts) expect(count).toBeGreaterThan(fair / 2);
    // 180 fit into 3 s at most. How many it is depends on the machine; that it is not a fraction does not.
    expect(counting.times.length).toBeGreaterThan(90);
  });

  it("all wait when one of them is throttled, and see the rate that is left", async () => {
    const [one, two] = (await workers(2, { requests: 20, windowMs: 300 })) as [RateLimiter, RateLimiter];
    (await two.acquire()).release();
    (await one.acquire()).throttled(400);
    const start = performance.now();
    await realClock.sleep(60);
    (await two.acquire()).release();
    expect(performance.now() - start).toBeGreaterThanOrEqual(395);
    expect(two.throttles).toBe(1);
    expect(two.allowed).toBeLessThan(20);
  });

  it("take requests that were in flight together, and are throttled together, for one sign", async () => {
    const limiters = await workers(3, { requests: 32, windowMs: 5_000 });
    const permits = await Promise.all(limiters.flatMap((limiter) => [limiter.acquire(), limiter.acquire()]));
    for (const permit of permits) permit.throttled(0);
    await realClock.sleep(100);
    for (const limiter of limiters) (await limiter.acquire()).release();
    expect(limiters.map(({ throttles }) => throttles)).toEqual([1, 1, 1]);
    expect(limiters.map(({ allowed }) => allowed)).toEqual([16, 16, 16]);
  });

  it("get the places of a worker that died, once its requests must have ended", async () => {
    const limit = { requests: 3, windowMs: 50 };
    const [dead, alive] = (await workers(2, limit, { requestTimeoutMs: 300 })) as [RateLimiter, RateLimiter];
    const start = performance.now();
    await Promise.all([dead.acquire(), dead.acquire(), dead.acquire()]);
    void dead.acquire().catch(() => undefined);
    // Nothing is heard of the first one any more.
    const permit = await alive.acquire();
    const waited = performance.now() - start;
    expect(waited).toBeGreaterThanOrEqual(350);
    expect(waited).toBeLessThan(5_000);
    permit.release();
  });

  it("count an answer that came after its place was taken for that of a dead worker", async () => {
    const limit = { requests: 1, windowMs: 200 };
    const [slow, quick] = (await workers(2, limit, { requestTimeoutMs: 50 })) as [RateLimiter, RateLimiter];
    const late = await slow.acquire();
    (await quick.acquire()).release();
    late.release();
    await realClock.sleep(50);
    const start = performance.now();
    (await quick.acquire()).release();
    expect(performance.now() - start).toBeGreaterThanOrEqual(140);
  });

  it("are not misled by a clock of the server that is set", async () => {
    const limit = { requests: 2, windowMs: 400 };
    const [one, two] = (await workers(2, limit)) as [RateLimiter, RateLimiter];
    const counting = new CountingServer();
    await Promise.all([send(one, counting, QUICK), send(two, counting, QUICK)]);
    for (const jumpMs of [60_000, -60_000]) {
      await realClock.sleep(50);
      // To the bucket it is all one whether the server's clock goes on or its own offset goes back.
      await sql(`UPDATE c2d.rate_buckets SET clock_offset = clock_offset - ${jumpMs} WHERE name = 'bucket ${buckets}'`);
      await Promise.all([one, two, one].map((limiter) => send(limiter, counting, QUICK)));
    }
    expect(counting.mostInOneWindow(limit.windowMs)).toBeLessThanOrEqual(2);
    expect(performance.now() - (counting.times[0] ?? 0)).toBeLessThan(10_000);
  });

  it("all keep to a rate that one of them was told, and to the quota again afterwards", async () => {
    const limit = { requests: 40, windowMs: 200 };
    const [one, two] = (await workers(2, limit)) as [RateLimiter, RateLimiter];
    one.setRate(3);
    (await one.acquire()).cancel();
    const counting = new CountingServer();
    await Promise.all(
      [one, two].map((limiter) =>
        sendAll(
          limiter,
          counting,
          Array.from({ length: 6 }, () => QUICK),
          6,
        ),
      ),
    );
    expect(counting.mostInOneWindow(limit.windowMs)).toBeLessThanOrEqual(3);
    expect([two.rate, two.allowed]).toEqual([3, 3]);
    two.setRate(40);
    (await two.acquire()).release();
    expect(two.allowed).toBe(40);
    expect(() => two.setRate(41)).toThrow(RangeError);
  });

  it("give a place whose request was never sent back at once", async () => {
    const [one, two] = (await workers(2, { requests: 1, windowMs: 60_000 })) as [RateLimiter, RateLimiter];
    (await one.acquire()).cancel();
    await realClock.sleep(50);
    const start = performance.now();
    (await two.acquire()).cancel();
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it("take a quota that was changed, and keep to it", async () => {
    const name = `bucket ${++buckets}`;
    const [first, second] = [await open(), await open()];
    const before = first.limiter(name, { requests: 50, windowMs: 100 });
    (await before.acquire()).release();
    const after = second.limiter(name, { requests: 2, windowMs: 100 });
    (await after.acquire()).release();
    const counting = new CountingServer();
    await Promise.all(
      [before, after].map((limiter) =>
        sendAll(
          limiter,
          counting,
          Array.from({ length: 6 }, () => QUICK),
          6,
        ),
      ),
    );
    expect(counting.mostInOneWindow(100)).toBeLessThanOrEqual(2);
    expect(before.allowed).toBe(2);
  });
});

describe("a limiter", () => {
  it("asks the database once for many who ask together", async () => {
    const [limiter] = (await workers(1, { requests: 500, windowMs: 10_000 })) as [RateLimiter];
    (await limiter.acquire()).release();
    const calls = async (): Promise<number> =>
      Number(
        (await sql("SELECT calls FROM pg_stat_user_functions WHERE funcname = 'exchange_places'"))[0]?.["calls"] ?? 0,
      );
    await sql(`ALTER DATABASE ${String(url.split("/").at(-1))} SET track_functions = 'pl'`);
    const [counted] = (await workers(1, { requests: 500, windowMs: 10_000 })) as [RateLimiter];
    (await counted.acquire()).release();
    await realClock.sleep(50);
    const permits = await Promise.all(Array.from({ length: 200 }, () => counted.acquire()));
    for (const permit of permits) permit.release();
    await realClock.sleep(50);
    await opened.pop()?.[Symbol.asyncDispose]();
    // One that asked first, one that gave its place back, one for all two hundred, and one that gave those back.
    expect(await calls()).toBeLessThanOrEqual(5);
  });

  it("gives a place that nobody waits for any more back at once", async () => {
    const [limiter] = (await workers(1, { requests: 1, windowMs: 60_000 })) as [RateLimiter];
    const abort = new AbortController();
    const asked = limiter.acquire(abort.signal);
    queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => abort.abort(new Error("enough")))));
    await expect(asked).rejects.toThrow("enough");
    const start = performance.now();
    (await limiter.acquire()).release();
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it("refuses places while there is no database, and gives them again afterwards without forgetting what was sent", async () => {
    const own = await startPostgres();
    const location = await own.createDatabase();
    const limiters = await openPostgresLimiters(location, { clock: realClock, random: Math.random });
    const limiter = limiters.limiter("one", { requests: 2, windowMs: 1_500 });
    const counting = new CountingServer();
    await send(limiter, counting, QUICK);
    const held = await limiter.acquire();
    await own.crash();
    held.release();
    await expect(limiter.acquire()).rejects.toMatchObject({ code: "ERR_STORE_UNREADABLE" });
    await own.start();
    const next = async (): Promise<void> => {
      await send(limiter, counting, QUICK).catch(next);
    };
    await next();
    expect(counting.mostInOneWindow(1_500)).toBeLessThanOrEqual(2);
    await limiters[Symbol.asyncDispose]();
    await expect(limiter.acquire()).rejects.toBeInstanceOf(Error);
    await own[Symbol.asyncDispose]();
  });

  it("outlives a purge of the state store: what was sent counts at the vendor all the same", async () => {
    await using store = await openPostgresStore(url);
    const [limiter] = (await workers(1, { requests: 1, windowMs: 300 })) as [RateLimiter];
    const counting = new CountingServer();
    await send(limiter, counting, QUICK);
    await realClock.sleep(30);
    await store.purge();
    await send(limiter, counting, QUICK);
    expect(counting.mostInOneWindow(300)).toBe(1);
  });
});
