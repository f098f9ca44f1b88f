import { describe, expect, it } from "vitest";
import { createRecentChecks, type RecentChecks } from "../../src/jit/recent-checks.ts";

function make(maxKeys = 100): RecentChecks<string> & { time: number } {
  const clock = { time: 0 };
  const recent = createRecentChecks<string>({
    keepMs: 1000,
    maxKeys,
    isLasting: (result) => result !== "later",
    monotonic: () => clock.time,
  });
  return Object.assign(clock, recent);
}

describe("equal requests", () => {
  it("share one piece of work while it is under way, and its result for a moment after it", async () => {
    const recent = make();
    let works = 0;
    const work = async (): Promise<string> => `result ${(works += 1)}`;
    const first = recent.run("a", work);
    const second = recent.run("a", work);
    expect([first.joined, second.joined]).toEqual([false, true]);
    expect([await first.result, await second.result]).toEqual(["result 1", "result 1"]);
    recent.time = 999;
    expect(await recent.run("a", work).result).toBe("result 1");
    expect(await recent.run("b", work).result).toBe("result 2");
    recent.time = 1001;
    expect(await recent.run("a", work).result).toBe("result 3");
  });

  it("are asked anew where time may have changed the answer, or where there was none", async () => {
    const recent = make();
    expect(await recent.run("a", async () => "later").result).toBe("later");
    expect(await recent.run("a", async () => "now").result).toBe("now");
    await expect(recent.run("b", async () => Promise.reject(new Error("gone"))).result).rejects.toThrow("gone");
    expect(await recent.run("b", async () => "there").result).toBe("there");
  });

  it("are remembered up to a bound: beyond it the oldest is forgotten", async () => {
    const recent = make(2);
    for (const key of ["a", "b", "c"]) await recent.run(key, async () => key).result;
    expect(recent.run("c", async () => "anew").joined).toBe(true);
    expect(recent.run("a", async () => "anew").joined).toBe(false);
  });
});
