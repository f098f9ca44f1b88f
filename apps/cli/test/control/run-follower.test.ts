import {
  type ChainHead,
  type Clock,
  createLimiterBoard,
  createRateLimiter,
  createTrafficMeter,
  type Heartbeat,
  MigrationError,
  type RunControl,
  type RunEvent,
  type RunProgress,
  type RunSample,
  type TrafficMeter,
} from "@cognito-to-descope/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRunFollower, type OperatorEvent, type RunFollower } from "../../src/control/run-follower.ts";

const PAUSE = { since: 1_700_000_000_000, by: "ana@build-7" };
const QUOTA = { requests: 100, windowMs: 60_000 };

/** Time that the test lets pass. */
class Hours implements Clock {
  #now = 0;
  readonly #sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();

  now(): number {
    return 1_700_000_000_000 + this.#now;
  }
  monotonic(): number {
    return this.#now;
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason as Error);
      });
    });
  }
  async pass(ms: number): Promise<void> {
    for (const end = this.#now + ms; this.#now < end; this.#now += 500) {
      for (const sleeper of this.#sleepers) {
        if (sleeper.at > this.#now) continue;
        this.#sleepers.delete(sleeper);
        sleeper.wake();
      }
      await nextTurn();
    }
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** The part of a store that a follower uses, which can be locked. */
class Desk {
  control: RunControl | undefined = { rates: {} };
  locked = false;
  readonly heartbeats: Heartbeat[] = [];
  readonly samples: RunSample[] = [];
  readonly events: RunEvent[] = [];
  tries = 0;

  async readControl(): Promise<RunControl> {
    this.#ask();
    return this.#find();
  }
  async putHeartbeat(_runId: string, heartbeat: Heartbeat): Promise<void> {
    this.tries += 1;
    this.#ask();
    this.#find();
    this.heartbeats.push(heartbeat);
  }
  async addSample(_runId: string, sample: RunSample): Promise<void> {
    this.#ask();
    this.samples.push(sample);
  }
  async appendEvent(_runId: string, event: RunEvent): Promise<ChainHead> {
    this.#ask();
    this.events.push(event);
    return { events: this.events.length, hash: "" };
  }
  #find(): RunControl {
    if (this.control === undefined) throw new RangeError("there is no run with this id");
    return this.control;
  }
  #ask(): void {
    if (this.locked) throw new MigrationError("ERR_STORE_LOCKED", "another process is writing to the state store");
  }
}

let clock: Hours;
let desk: Desk;
let events: OperatorEvent[];
let shown: RunProgress[];
let interrupt: AbortController;
let board: ReturnType<typeof createLimiterBoard>;
let meter: TrafficMeter;
let follower: RunFollower;

beforeEach(() => {
  clock = new Hours();
  desk = new Desk();
  [events, shown] = [[], []];
  interrupt = new AbortController();
  board = createLimiterBoard();
  meter = createTrafficMeter();
  follower = createRunFollower({
    store: desk,
    board,
    meter,
    clock,
    worker: { worker: "w", host: "build-7", pid: 1 },
    signal: interrupt.signal,
    onProgress: (progress) => shown.push(progress),
    onEvent: (event) => events.push(event),
  });
});
afterEach(() => follower[Symbol.asyncDispose]());

describe("a process that follows a run", () => {
  test("sends nothing before it knows whether the run is paused", async () => {
    desk.locked = true;
    follower.follow("run-1");
    await clock.pass(3000);
    expect(board.held).toBe(true);
    desk.locked = false;
    desk.control = { pause: PAUSE, rates: {} };
    await clock.pass(2000);
    expect(board.held).toBe(true);
    desk.control = { rates: {} };
    await clock.pass(2000);
    expect(board.held).toBe(false);
  });

  test("begins all the same when the store cannot be read for ten seconds", async () => {
    desk.locked = true;
    follower.follow("run-1");
    await clock.pass(12_000);
    expect(board.held).toBe(false);
  });

  test("begins at once with a run that is not in the store yet", async () => {
    desk.control = undefined;
    follower.follow("run-1");
    await nextTurn();
    expect(board.held).toBe(false);
  });

  test("shows that it is at work as soon as the run is in the store, and then once a second", async () => {
    desk.control = undefined;
    follower.follow("run-1");
    await clock.pass(500);
    expect(desk.heartbeats).toEqual([]);
    desk.control = { rates: {} };
    await clock.pass(100);
    expect(desk.heartbeats).toHaveLength(1);
    await clock.pass(2000);
    expect(desk.heartbeats).toHaveLength(3);
  });

  test("stays paused while the store cannot be read", async () => {
    desk.control = { pause: PAUSE, rates: {} };
    follower.follow("run-1");
    await clock.pass(1000);
    desk.locked = true;
    await clock.pass(60_000);
    expect(board.held).toBe(true);
  });

  test("says once that it is paused, and again when something was shown over it", async () => {
    desk.control = { pause: PAUSE, rates: {} };
    follower.follow("run-1");
    await clock.pass(5000);
    const paused = { step: "paused", ...PAUSE };
    expect(shown).toEqual([paused]);
    follower.progress({ step: "planning", users: 1, total: 2 });
    await clock.pass(2000);
    expect(shown).toEqual([paused, { step: "planning", users: 1, total: 2 }, paused]);
  });

  test("tells what the operator did, each thing once", async () => {
    follower.follow("run-1");
    await clock.pass(2000);
    desk.control = { pause: PAUSE, rates: { "user-create": { requests: 50, windowMs: 60_000 } } };
    await clock.pass(3000);
    desk.control = { rates: {} };
    await clock.pass(3000);
    expect(events).toEqual([
      { type: "paused", by: "ana@build-7" },
      { type: "rates", chosen: "user-create: 50 in 60 s" },
      { type: "resumed" },
      { type: "rates", chosen: "none" },
    ]);
  });

  test("shows in its signs of life what it does, how fast, and how its buckets stand", async () => {
    const creates = board.add("user-create", undefined, createRateLimiter(QUOTA, clock));
    follower.follow("run-1");
    follower.progress({ step: "planning", users: 0, total: 1000 });
    await clock.pass(2000);
    follower.progress({ step: "planning", users: 100, total: 1000 });
    follower.waited("descope throttled, 60 s");
    await creates.acquire();
    await clock.pass(2000);
    expect(desk.heartbeats.at(-1)).toEqual({
      worker: "w",
      host: "build-7",
      pid: 1,
      startedAt: 1_700_000_000_000,
      at: 1_700_000_003_000,
      paused: false,
      step: "planning",
      done: 100,
      total: 1000,
      perSecond: 33.3,
      buckets: [{ bucket: "user-create", limit: QUOTA, rate: 100, allowed: 100, inUse: 1, throttles: 0 }],
      traffic: {},
      lastWait: { at: 1_700_000_002_000, what: "descope throttled, 60 s" },
    });
  });

  test("leaves a sample of every five seconds, with what was sent and the most that was in use", async () => {
    const creates = board.add("user-create", undefined, createRateLimiter(QUOTA, clock));
    board.add("user-other", undefined, createRateLimiter(QUOTA, clock));
    follower.follow("run-1");
    follower.progress({ step: "planning", users: 0, total: 1000 });
    await clock.pass(1000);
    for (let n = 0; n < 3; n += 1) (await creates.acquire()).cancel();
    const held = await Promise.all([creates.acquire(), creates.acquire()]);
    meter.answered("descope", 40);
    await clock.pass(2000);
    for (const permit of held) permit.cancel();
    meter.throttled("descope");
    follower.progress({ step: "planning", users: 10, total: 1000 });
    await clock.pass(4000);
    expect(desk.samples).toEqual([
      {
        at: 1_700_000_000_000,
        ms: 5000,
        step: "planning",
        done: 10,
        total: 1000,
        paused: false,
        buckets: { "user-create": { limit: QUOTA, allowed: 100, inUse: 2 } },
        traffic: { descope: { requests: 1, retries: 0, throttles: 1, latency: { "38": 1 } } },
      },
    ]);
    await follower[Symbol.asyncDispose]();
    expect(desk.samples).toHaveLength(2);
  });

  test("keeps samples and events while the store is locked, and writes them later", async () => {
    follower.follow("run-1");
    await clock.pass(1000);
    desk.locked = true;
    follower.progress({ step: "planning", users: 0, total: 1000 });
    await clock.pass(20_000);
    desk.locked = false;
    await clock.pass(7000);
    expect(desk.samples.map(({ at }) => at - 1_700_000_000_000).slice(0, 1)).toEqual([0]);
    expect(desk.events.map(({ type, at }) => [type, at - 1_700_000_000_000])).toEqual([
      ["worker-began", 0],
      ["step", 1000],
    ]);
  });

  test("notes with the run what it does, what it waits for and how it ends, many waits as one", async () => {
    follower.follow("run-1");
    follower.progress({ step: "planning", users: 0, total: 2 });
    follower.progress({ step: "planning", users: 1, total: 2 });
    follower.waited("cognito throttled ListUsers, 1 s");
    await clock.pass(2000);
    for (let n = 0; n < 30; n += 1) follower.waited("descope throttled create, 60 s");
    await clock.pass(20_000);
    follower.fault("ERR_TARGET_UNREACHABLE");
    await follower[Symbol.asyncDispose]();
    expect(desk.events.map(({ type, data }) => [type, data])).toEqual([
      ["worker-began", { host: "build-7", pid: 1 }],
      ["step", { step: "planning", host: "build-7", pid: 1 }],
      ["waited", { what: "cognito throttled ListUsers, 1 s", times: 1 }],
      ["waited", { what: "descope throttled create, 60 s", times: 30 }],
      ["fault", { code: "ERR_TARGET_UNREACHABLE", host: "build-7", pid: 1 }],
      ["worker-ended", { host: "build-7", pid: 1 }],
    ]);
  });

  test("tries seldom while its signs of life cannot be written, and throws nothing", async () => {
    follower.follow("run-1");
    await clock.pass(1000);
    desk.locked = true;
    desk.tries = 0;
    await clock.pass(20_000);
    expect(desk.tries).toBeGreaterThan(1);
    expect(desk.tries).toBeLessThanOrEqual(5);
  });

  test.each([
    [false, "ended"],
    [true, "interrupted"],
  ])("says goodbye (interrupted: %s)", async (interrupted, ended) => {
    follower.follow("run-1");
    await clock.pass(1000);
    if (interrupted) interrupt.abort();
    await follower[Symbol.asyncDispose]();
    expect(desk.heartbeats.at(-1)).toMatchObject({ ended, perSecond: 0 });
  });
});
