import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  isPostgresLockHeld,
  joinPostgresLock,
  openPostgresStore,
  openWorkQueue,
  readPostgresClockOffset,
  takePostgresLock,
} from "../../src/postgres.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { realClock } from "../support/real-clock.ts";

let server: PostgresServer;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  url = await server.createDatabase();
});

const open = (runId = "one", silenceSeconds = 20): ReturnType<typeof openWorkQueue> =>
  openWorkQueue(url, runId, { clock: realClock, silenceSeconds });
const ranges = [
  { from: 1, to: 10 },
  { from: 11, to: 20 },
];

describe("the queue of a run's work", { timeout: 60_000 }, () => {
  test("gives each range to one process, and is empty when all are done", async () => {
    await using mine = await open();
    await using yours = await open();
    expect(await mine.isEmpty()).toBe(true);
    await mine.offer(ranges);
    const [first, second] = [await mine.take(), await yours.take()];
    expect([first, second].map((taken) => taken?.from).sort()).toEqual([1, 11]);
    expect(await yours.take()).toBeUndefined();
    await first?.done();
    expect(await mine.isEmpty()).toBe(false);
    await second?.done();
    expect(await yours.isEmpty()).toBe(true);
  });

  test("has a range once, however often it is offered while it waits or is under way", async () => {
    await using queue = await open();
    await queue.offer(ranges);
    const taken = await queue.take();
    await queue.offer(ranges);
    await (await queue.take())?.done();
    expect(await queue.take()).toBeUndefined();
    await taken?.done();
    expect(await queue.isEmpty()).toBe(true);
    // Done once, it can be offered anew: its users may have failed.
    await queue.offer([{ from: 1, to: 10 }]);
    expect(await queue.take()).toMatchObject({ from: 1, to: 10 });
  });

  test("gives a range that was given back to the next who asks", async () => {
    await using queue = await open();
    await queue.offer([{ from: 1, to: 10 }]);
    await (await queue.take())?.giveBack();
    expect(await queue.take()).toMatchObject({ from: 1, to: 10 });
  });

  test("keeps the work of runs apart", async () => {
    await using one = await open("one");
    await using other = await open("other");
    await one.offer(ranges);
    expect(await other.take()).toBeUndefined();
    expect(await other.isEmpty()).toBe(true);
  });

  test("gives the range of a process that went silent to another one, and tells the first when it wakes", async () => {
    const nap = { asleep: false };
    const sleepy = {
      ...realClock,
      sleep: async (ms: number, signal?: AbortSignal) => {
        await realClock.sleep(ms, signal);
        while (nap.asleep) await realClock.sleep(50, signal);
      },
    };
    await using silent = await openWorkQueue(url, "one", { clock: sleepy, silenceSeconds: 10 });
    await using other = await open("one", 10);
    await silent.offer([{ from: 1, to: 10 }]);
    const lost = await silent.take();
    nap.asleep = true;
    await expect.poll(async () => (await other.take())?.from, { timeout: 30_000, interval: 500 }).toBe(1);
    expect(lost?.signal.aborted).toBe(false);
    nap.asleep = false;
    await expect.poll(() => lost?.signal.aborted, { timeout: 10_000 }).toBe(true);
    // What the first says of it now counts for nothing.
    await lost?.done();
    expect(await other.isEmpty()).toBe(false);
  });

  test("keeps a range as long as its process is heard of", async () => {
    await using busy = await open("one", 10);
    await using other = await open("one", 10);
    await busy.offer([{ from: 1, to: 10 }]);
    const taken = await busy.take();
    await realClock.sleep(14_000);
    expect(await other.take()).toBeUndefined();
    expect(taken?.signal.aborted).toBe(false);
    await taken?.done();
  });

  test("is gone with a purge of the state store", async () => {
    await using store = await openPostgresStore(url);
    await using queue = await open();
    await queue.offer(ranges);
    await store.purge();
    const left = await server.query("SELECT 1 FROM pg_namespace WHERE nspname = 'c2d_queue'", url.split("/").at(-1));
    expect(left).toEqual([]);
  });

  test("says what is the matter with the database", async () => {
    await expect(openWorkQueue(url.replace(/[^/]+$/, "nowhere"), "one", { clock: realClock })).rejects.toMatchObject({
      code: "ERR_STORE_UNREADABLE",
    });
  });
});

describe("the lock of a state store", () => {
  const ignore = (): void => undefined;

  test("lets others take part once it is shared, and one of them lead when its holder is gone", async () => {
    const lock = await takePostgresLock(url, ignore);
    expect(await joinPostgresLock(url, ignore)).toBeUndefined();
    await lock.share();
    const [one, other] = [await joinPostgresLock(url, ignore), await joinPostgresLock(url, ignore)];
    expect(await one?.lead()).toBe(false);
    await lock.release();
    await expect.poll(() => one?.lead(), { timeout: 20_000 }).toBe(true);
    expect(await other?.lead()).toBe(false);
    await one?.release();
    await other?.release();
  });

  test("is not to be had while somebody takes part in a run", async () => {
    const lock = await takePostgresLock(url, ignore);
    await lock.share();
    const part = await joinPostgresLock(url, ignore);
    await lock.release();
    await expect.poll(() => isPostgresLockHeld(url), { timeout: 20_000 }).toBe(false);
    await expect(takePostgresLock(url, ignore)).rejects.toMatchObject({ code: "ERR_RUN_ACTIVE" });
    await part?.release();
    const again = await takePostgresLock(url, ignore);
    expect(await isPostgresLockHeld(url)).toBe(true);
    await again.release();
  });

  test("belongs to one database of the server", async () => {
    const lock = await takePostgresLock(url, ignore);
    expect(await isPostgresLockHeld(await server.createDatabase())).toBe(false);
    await lock.release();
  });
});

test("the database's clock is compared with a clock that is wrong", async () => {
  const offset = await readPostgresClockOffset(url, () => Date.now() - 3_600_000);
  expect(Math.abs(offset - 3_600_000)).toBeLessThan(5000);
});
