import type { Heartbeat } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import { aRun, type OpenStore, openWithRun } from "./samples.ts";

const HALF = { requests: 50, windowMs: 60_000 };
const PAUSE = { since: 1_700_000_000_000, by: "ana@build-7" };

function aHeartbeat(change: Partial<Heartbeat> = {}): Heartbeat {
  return {
    worker: "w1",
    host: "build-7",
    pid: 4711,
    startedAt: 1_700_000_000_000,
    at: 1_700_000_000_000,
    paused: false,
    step: "applying",
    done: 300,
    total: 1000,
    perSecond: 12.5,
    buckets: [
      {
        bucket: "UserList",
        scope: "eu-west-1",
        limit: { requests: 30, windowMs: 1000 },
        rate: 15,
        allowed: 7,
        inUse: 3,
        throttles: 1,
      },
    ],
    lastWait: { at: 1_699_999_999_000, what: "cognito throttled" },
    ...change,
  };
}

export function describeControl(open: OpenStore): void {
  describe("control", () => {
    test("a run that nobody has touched is neither paused nor slowed down", async () => {
      await using store = await openWithRun(open);
      expect(await store.readControl("run-1")).toEqual({ rates: {} });
    });

    test("a change leaves what it does not name, and null takes away", async () => {
      await using store = await openWithRun(open);
      const quarter = { requests: 25, windowMs: 60_000 };
      expect(await store.changeControl("run-1", { rates: { "user-create": HALF, UserList: quarter } })).toEqual({
        rates: { "user-create": HALF, UserList: quarter },
      });
      expect(await store.changeControl("run-1", { pause: PAUSE })).toEqual({
        pause: PAUSE,
        rates: { "user-create": HALF, UserList: quarter },
      });
      await store.changeControl("run-1", { rates: { UserList: null, "user-create": quarter } });
      expect(await store.readControl("run-1")).toEqual({ pause: PAUSE, rates: { "user-create": quarter } });
      await store.changeControl("run-1", { pause: null });
      expect(await store.readControl("run-1")).toEqual({ rates: { "user-create": quarter } });
    });

    test("each run has its own, also for a bucket with a name of any kind", async () => {
      await using store = await openWithRun(open);
      await store.createRun(aRun({ id: "run-2" }));
      await store.changeControl("run-2", { pause: PAUSE, rates: { 'UserList@eu-west-1/"état"': HALF } });
      expect(await store.readControl("run-1")).toEqual({ rates: {} });
      expect(await store.readControl("run-2")).toEqual({
        pause: PAUSE,
        rates: { 'UserList@eu-west-1/"état"': HALF },
      });
    });

    test("of each process the newest sign of life is kept, the newest of all first", async () => {
      await using store = await openWithRun(open);
      await store.createRun(aRun({ id: "run-2" }));
      const {
        step: _step,
        lastWait: _wait,
        ...bare
      } = aHeartbeat({ worker: "w2", at: 1_700_000_000_500, buckets: [] });
      await store.putHeartbeat("run-1", aHeartbeat());
      await store.putHeartbeat("run-1", bare);
      await store.putHeartbeat("run-2", aHeartbeat({ worker: "w3" }));
      expect(await store.readHeartbeats("run-1")).toEqual([bare, aHeartbeat()]);
      const last = aHeartbeat({ at: 1_700_000_001_000, done: 400, ended: "interrupted" });
      await store.putHeartbeat("run-1", last);
      expect(await store.readHeartbeats("run-1")).toEqual([last, bare]);
      expect(await store.readHeartbeats("run-2")).toHaveLength(1);
    });

    test("a run that is not there has no control and no signs of life", async () => {
      await using store = await open();
      await expect(store.readControl("nowhere")).rejects.toThrow(RangeError);
      await expect(store.changeControl("nowhere", { pause: PAUSE })).rejects.toThrow(RangeError);
      await expect(store.putHeartbeat("nowhere", aHeartbeat())).rejects.toThrow(RangeError);
      await expect(store.readHeartbeats("nowhere")).rejects.toThrow(RangeError);
    });

    test("a purge removes them too", async () => {
      await using store = await openWithRun(open);
      await store.changeControl("run-1", { pause: PAUSE });
      await store.putHeartbeat("run-1", aHeartbeat());
      await store.purge();
      await store.createRun(aRun());
      expect(await store.readControl("run-1")).toEqual({ rates: {} });
      expect(await store.readHeartbeats("run-1")).toEqual([]);
    });
  });
}
