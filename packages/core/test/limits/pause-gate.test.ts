import { describe, expect, it } from "vitest";
import { createPauseGate, gateLimiter } from "../../src/limits/pause-gate.ts";
import { createRateLimiter } from "../../src/limits/rate-limiter.ts";
import { SimulatedClock } from "../simulated-clock.ts";

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe("gateLimiter", () => {
  it("gives places to all who waited once the gate is open again", async () => {
    const gate = createPauseGate();
    const limiter = gateLimiter(createRateLimiter({ requests: 5, windowMs: 1000 }, new SimulatedClock()), gate);
    gate.close();
    let given = 0;
    const waiting = [1, 2, 3].map(async () => {
      await limiter.acquire();
      given += 1;
    });
    await nextTurn();
    expect(given).toBe(0);
    expect(limiter.inUse).toBe(0);
    gate.open();
    await Promise.all(waiting);
    expect(given).toBe(3);
  });

  it("holds those back who were waiting for a place when the gate closed, and takes no place for them", async () => {
    const clock = new SimulatedClock();
    const gate = createPauseGate();
    const limiter = gateLimiter(createRateLimiter({ requests: 1, windowMs: 1000 }, clock), gate);
    (await limiter.acquire()).release();
    const waiting = limiter.acquire();
    gate.close();
    await clock.run(clock.sleep(5000));
    expect(limiter.inUse).toBe(0);
    gate.open();
    await waiting;
    expect(limiter.inUse).toBe(1);
  });

  it("leaves requests that are under way alone", async () => {
    const gate = createPauseGate();
    const limiter = gateLimiter(createRateLimiter({ requests: 2, windowMs: 1000 }, new SimulatedClock()), gate);
    const permit = await limiter.acquire();
    gate.close();
    permit.release();
    expect(limiter.inUse).toBe(1);
  });

  it("ends the wait of those who are aborted, with their reason, and of nobody else", async () => {
    const gate = createPauseGate();
    const limiter = gateLimiter(createRateLimiter({ requests: 2, windowMs: 1000 }, new SimulatedClock()), gate);
    gate.close();
    const abort = new AbortController();
    const [mine, other] = [limiter.acquire(abort.signal), limiter.acquire()];
    abort.abort(new Error("enough"));
    await expect(mine).rejects.toThrow("enough");
    await expect(limiter.acquire(abort.signal)).rejects.toThrow("enough");
    gate.open();
    await other;
    expect(limiter.inUse).toBe(1);
  });
});
