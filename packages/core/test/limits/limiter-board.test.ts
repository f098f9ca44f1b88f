import { describe, expect, it } from "vitest";
import { createLimiterBoard, rateWithin } from "../../src/limits/limiter-board.ts";
import { createRateLimiter, type RateLimit, type RateLimiter } from "../../src/limits/rate-limiter.ts";
import { SimulatedClock } from "../simulated-clock.ts";

const CREATES: RateLimit = { requests: 100, windowMs: 60_000 };
const LISTS: RateLimit = { requests: 30, windowMs: 1000 };

function limiter(limit: RateLimit): RateLimiter {
  return createRateLimiter(limit, new SimulatedClock());
}

describe("a limiter board", () => {
  it("gives a chosen rate to every limiter of the bucket, and the quota back when it is taken away", () => {
    const board = createLimiterBoard();
    const [west, east] = [
      board.add("UserList", "eu-west-1", limiter(LISTS)),
      board.add("UserList", "us-east-1", limiter(LISTS)),
    ];
    const creates = board.add("user-create", undefined, limiter(CREATES));
    board.obey({ rates: { UserList: { requests: 10, windowMs: 1000 } } });
    expect([west.rate, east.rate, creates.rate]).toEqual([10, 10, 100]);
    board.obey({ rates: {} });
    expect([west.rate, east.rate]).toEqual([30, 30]);
  });

  it("prefers what was chosen for one of several budgets", () => {
    const board = createLimiterBoard();
    const [west, east] = [
      board.add("UserList", "eu-west-1", limiter(LISTS)),
      board.add("UserList", "us-east-1", limiter(LISTS)),
    ];
    board.obey({
      rates: { UserList: { requests: 10, windowMs: 1000 }, "UserList@us-east-1": { requests: 3, windowMs: 1000 } },
    });
    expect([west.rate, east.rate]).toEqual([10, 3]);
  });

  it("obeys for limiters that come later", () => {
    const board = createLimiterBoard();
    board.obey({ rates: { "user-create": { requests: 25, windowMs: 60_000 } } });
    expect(board.add("user-create", undefined, limiter(CREATES)).rate).toBe(25);
  });

  it("says how each budget stands, and of those that share a name the tightest", async () => {
    const board = createLimiterBoard();
    const [one, two] = [1, 2].map(() =>
      board.add("perPoolOperation", "eu-west-1", limiter({ requests: 4, windowMs: 1000 })),
    ) as [RateLimiter, RateLimiter];
    board.add("user-create", undefined, limiter(CREATES));
    (await one.acquire()).throttled();
    await two.acquire();
    await two.acquire();
    expect(board.states()).toEqual([
      {
        bucket: "perPoolOperation",
        scope: "eu-west-1",
        limit: { requests: 4, windowMs: 1000 },
        rate: 4,
        allowed: 2,
        inUse: 2,
        throttles: 1,
      },
      { bucket: "user-create", limit: CREATES, rate: 100, allowed: 100, inUse: 0, throttles: 0 },
    ]);
  });

  it("holds everything back until it is told what the operator wants", async () => {
    const board = createLimiterBoard();
    const creates = board.add("user-create", undefined, limiter(CREATES));
    board.hold();
    expect(board.held).toBe(true);
    const place = creates.acquire();
    board.obey({ pause: { since: 1, by: "ana@build-7" }, rates: {} });
    expect(board.held).toBe(true);
    board.obey({ rates: {} });
    await place;
    expect(creates.inUse).toBe(1);
  });
});

describe("rateWithin", () => {
  it.each([
    [{ requests: 50, windowMs: 60_000 }, 50],
    [{ requests: 1, windowMs: 1000 }, 60],
    [{ requests: 100, windowMs: 1000 }, 100],
    [{ requests: 1, windowMs: 3_600_000 }, 1],
    [{ requests: 7, windowMs: 40_000 }, 10],
  ])("makes of %o a rate of the window of 100 in 60 s", (chosen, rate) => {
    expect(rateWithin(CREATES, chosen)).toBe(rate);
  });
});
