import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { createPauseGate, gateLimiter } from "../../src/limits/pause-gate.ts";
import { createRateLimiter, type Permit, type RateLimit } from "../../src/limits/rate-limiter.ts";
import { type ClockOddities, OddClock } from "./odd-clock.ts";

/** What becomes of one request. Times are true milliseconds. */
interface Request {
  /** Before it is asked for. */
  readonly idle: number;
  /** Until the server counts it. */
  readonly there: number;
  /** From there until its answer, or until nobody waits for it any more. */
  readonly back: number;
  readonly end: "answered" | "throttled" | "throttled-without-word" | "never-sent";
  readonly retryAfter: number;
  /** When whoever waits for a place gives up, if it has none by then. */
  readonly patience: number | undefined;
}

/** What the operator does meanwhile. */
interface Intervention {
  readonly after: number;
  readonly act: "pause" | "resume" | "rate";
  /** The rate, as a share of the quota. */
  readonly share: number;
}

interface Counted {
  readonly at: number;
  /** How many places were given before. */
  readonly turn: number;
  /** What was allowed when the place was given. */
  readonly allowed: number;
}

interface Story {
  readonly limit: RateLimit;
  readonly requests: readonly Request[];
  readonly lanes: number;
  readonly interventions: readonly Intervention[];
  readonly oddities: ClockOddities;
  /** By how much the server's clock runs too fast. */
  readonly serverSlew: number;
}

/** From as slow to as fast as NTP makes a clock. */
const slews = fc.oneof(fc.constantFrom(-0.0005, 0.0005), fc.double({ min: -0.0005, max: 0.0005, noNaN: true }));

/** Plays a story to its end. */
async function play(story: Story) {
  const { limit } = story;
  const clock = new OddClock(story.oddities);
  const serverNow = (): number => Math.floor(clock.trueTime * (1 + story.serverSlew));
  const gate = createPauseGate();
  const inner = createRateLimiter(limit, clock);
  const limiter = gateLimiter(inner, gate);
  const counted: Counted[] = [];
  const sentWhileClosed: number[] = [];
  let turns = 0;
  let closedAt = Infinity;
  // Much happens at one instant: what was allowed in it at any time counts.
  let instant = { at: -1, allowed: 0 };
  const noteAllowed = (): number => {
    const allowed = inner.allowed;
    instant = {
      at: clock.trueTime,
      allowed: instant.at === clock.trueTime ? Math.max(instant.allowed, allowed) : allowed,
    };
    return instant.allowed;
  };

  const queue = story.requests.values();
  const lane = async (): Promise<void> => {
    for (const request of queue) {
      await clock.pass(request.idle);
      const permit = await placeFor(request);
      if (permit === undefined) continue;
      const allowed = noteAllowed();
      const turn = (turns += 1);
      if (closedAt < clock.trueTime) sentWhileClosed.push(clock.trueTime);
      if (request.end === "never-sent") {
        await clock.pass(request.there);
        permit.cancel();
        continue;
      }
      await clock.pass(request.there);
      counted.push({ at: serverNow(), turn, allowed });
      await clock.pass(request.back);
      noteAllowed();
      if (request.end === "throttled") permit.throttled(request.retryAfter);
      if (request.end === "throttled-without-word") permit.throttled();
      permit.release();
    }
  };
  async function placeFor({ patience }: Request): Promise<Permit | undefined> {
    if (patience === undefined) return await limiter.acquire();
    const impatient = new AbortController();
    void clock.pass(patience).then(() => impatient.abort());
    return await limiter.acquire(impatient.signal).catch(() => undefined);
  }
  const operator = async (): Promise<void> => {
    for (const { after, act, share } of story.interventions) {
      await clock.pass(after);
      noteAllowed();
      if (act === "pause" && !gate.closed) {
        gate.close();
        closedAt = clock.trueTime;
      } else if (act === "resume") {
        gate.open();
        closedAt = Infinity;
      } else if (act === "rate") inner.setRate(Math.max(1, Math.floor(limit.requests * share)));
      noteAllowed();
    }
    gate.open();
    closedAt = Infinity;
  };
  await clock.run(Promise.all([operator(), ...Array.from({ length: story.lanes }, lane)]));
  return { clock, limiter, counted, sentWhileClosed };
}

const limits = fc.record({
  requests: fc.integer({ min: 1, max: 12 }),
  windowMs: fc.constantFrom(10, 100, 1000, 60_000),
});

const stories: fc.Arbitrary<Story> = limits.chain((limit) => {
  const upTo = (windows: number): fc.Arbitrary<number> => fc.nat({ max: Math.ceil(limit.windowMs * windows) });
  return fc.record({
    limit: fc.constant(limit),
    requests: fc.array(
      fc.record({
        idle: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, upTo(2)),
        there: fc.oneof(upTo(2.5), fc.constantFrom(0, 0, 1)),
        back: fc.oneof(upTo(2.5), fc.constantFrom(0, 0, 1)),
        end: fc.oneof(
          { weight: 8, arbitrary: fc.constant("answered" as const) },
          fc.constantFrom("throttled" as const, "throttled-without-word" as const, "never-sent" as const),
        ),
        retryAfter: upTo(4),
        patience: fc.option(upTo(3), { nil: undefined, freq: 4 }),
      }),
      { maxLength: 60 },
    ),
    lanes: fc.integer({ min: 1, max: 20 }),
    interventions: fc.array(
      fc.record({
        after: upTo(3),
        act: fc.constantFrom("pause" as const, "resume" as const, "resume" as const, "rate" as const, "rate" as const),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { maxLength: 12 },
    ),
    oddities: fc.record({
      slew: slews,
      step: fc.constantFrom(0, 0.1, 1),
      timers: fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 1, maxLength: 5 }),
      stops: fc.array(fc.record({ at: upTo(20), forMs: upTo(5) }), { maxLength: 3 }),
    }),
    serverSlew: slews,
  });
});

/** Requests that come as fast as the limiter lets them, with the clocks as far apart as they may be. */
const hastyStories: fc.Arbitrary<Story> = fc.constantFrom(10, 1000, 60_000).chain((windowMs) =>
  fc.record({
    limit: fc.record({ requests: fc.integer({ min: 1, max: 3 }), windowMs: fc.constant(windowMs) }),
    requests: fc.array(
      fc.record({
        idle: fc.oneof(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: windowMs - 2, max: windowMs + 2, noNaN: true }),
        ),
        there: fc.constantFrom(0, 0.9),
        back: fc.constant(0),
        end: fc.constant("answered" as const),
        retryAfter: fc.constant(0),
        patience: fc.constant(undefined),
      }),
      { minLength: 4, maxLength: 20 },
    ),
    lanes: fc.integer({ min: 1, max: 4 }),
    interventions: fc.constant([]),
    oddities: fc.record({
      slew: fc.constant(0.0005),
      step: fc.constantFrom(0, 1),
      timers: fc.constantFrom([1], [0.999], [0.5, 1]),
      stops: fc.constant([]),
    }),
    serverSlew: fc.constant(-0.0005),
  }),
);

/** Of every window of the server that begins or ends with a request: what it holds, and what it may hold. */
function windowsOf(counted: readonly Counted[], windowMs: number): readonly { held: number; allowed: number }[] {
  return counted.flatMap(({ at }) =>
    [at, at - windowMs + 1].map((start) => {
      const inside = counted.filter((other) => other.at >= start && other.at < start + windowMs);
      // Whoever was the last to get a place got it while all the others held theirs.
      const last = inside.reduce((latest, one) => (one.turn > latest.turn ? one : latest));
      return { held: inside.length, allowed: last.allowed };
    }),
  );
}

describe("a limiter, whatever is done with it and whatever the clocks show,", () => {
  test.prop([stories], { numRuns: 400 })(
    "never lets the server count more in any rolling window than was allowed, and never more than the quota",
    async (story) => {
      const { counted } = await play(story);
      for (const { held, allowed } of windowsOf(counted, story.limit.windowMs)) {
        expect(held).toBeLessThanOrEqual(allowed);
        expect(held).toBeLessThanOrEqual(story.limit.requests);
      }
    },
  );

  test.prop([hastyStories], { numRuns: 200 })(
    "keeps the quota of a server whose clock runs slow, when its own runs fast and answers come at once",
    async (story) => {
      const { counted } = await play(story);
      for (const { held } of windowsOf(counted, story.limit.windowMs)) {
        expect(held).toBeLessThanOrEqual(story.limit.requests);
      }
    },
  );

  test.prop([stories], { numRuns: 200 })("loses no place: the full rate is there again in the end", async (story) => {
    const { clock, limiter } = await play(story);
    const { requests, windowMs } = story.limit;
    limiter.setRate(requests);
    await clock.run(clock.pass((requests + 30) * windowMs * 1.01));
    expect(limiter.inUse).toBe(0);
    expect(limiter.allowed).toBe(requests);
    const start = clock.trueTime;
    for (let place = 0; place < requests; place += 1) await clock.run(limiter.acquire());
    expect(clock.trueTime).toBe(start);
    expect(limiter.inUse).toBe(requests);
  });

  test.prop([stories], { numRuns: 200 })("gives no place while the gate is closed", async (story) => {
    const { sentWhileClosed } = await play(story);
    expect(sentWhileClosed).toEqual([]);
  });
});
