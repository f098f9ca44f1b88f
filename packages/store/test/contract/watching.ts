import { type FailureClass, MAX_SAMPLES, type Outcome, type RunSample, SAMPLE_MS } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import { aRun, created, type OpenStore, openWithPlan, openWithRun, seqsOf } from "./samples.ts";

const BEGAN = 1_700_000_000_000;

function aSample(n: number, change: Partial<RunSample> = {}): RunSample {
  return {
    at: BEGAN + n * SAMPLE_MS,
    ms: SAMPLE_MS,
    step: "applying",
    done: n,
    total: 10_000,
    paused: false,
    buckets: { "user-create": { limit: { requests: 100, windowMs: 60_000 }, allowed: 50, inUse: n % 7 } },
    traffic: { descope: { requests: 2, retries: 1, throttles: 0, latency: { "40": 2 } } },
    ...change,
  };
}

function failed(seq: number, failure: FailureClass): Outcome {
  return { seq, outcome: "failed", failure, detail: "no such role" };
}

/** What operators look at while a run works, and afterwards. */
export function describeWatching(open: OpenStore): void {
  describe("watching", () => {
    test("samples come back in the order of time, from a time on, each run's own", async () => {
      await using store = await openWithRun(open);
      await store.createRun(aRun({ id: "run-2" }));
      for (const n of [2, 0, 1]) await store.addSample("run-1", aSample(n));
      expect(await store.readSamples("run-1", 0)).toEqual([aSample(0), aSample(1), aSample(2)]);
      expect(await store.readSamples("run-1", BEGAN + SAMPLE_MS)).toEqual([aSample(1), aSample(2)]);
      expect(await store.readSamples("run-2", 0)).toEqual([]);
      await expect(store.readSamples("nowhere", 0)).rejects.toThrow(RangeError);
      await expect(store.addSample("nowhere", aSample(0))).rejects.toThrow(RangeError);
    });

    test("samples of several processes and one stretch become one", async () => {
      await using store = await openWithRun(open);
      await Promise.all([3, 5, 4].map((done) => store.addSample("run-1", aSample(0, { done }))));
      expect(await store.readSamples("run-1", 0)).toEqual([
        aSample(0, { done: 5, traffic: { descope: { requests: 6, retries: 3, throttles: 0, latency: { "40": 6 } } } }),
      ]);
    });

    test("however long a run lasts, its samples stay few, and nothing that was counted is lost", async () => {
      await using store = await openWithRun(open);
      const count = MAX_SAMPLES + 60;
      for (let n = 0; n < count; n += 1) await store.addSample("run-1", aSample(n));
      const samples = await store.readSamples("run-1", 0);
      expect(samples.length).toBeLessThanOrEqual(MAX_SAMPLES / 2 + 60);
      expect(new Set(samples.map(({ ms }) => ms))).toEqual(new Set([2 * SAMPLE_MS]));
      expect(samples.reduce((sum, { traffic }) => sum + (traffic.descope?.requests ?? 0), 0)).toBe(2 * count);
      expect(samples.at(-1)?.done).toBe(count - 1);
    }, 120_000);

    test("failed users are found by number and by class, with what was planned for them", async () => {
      await using store = await openWithPlan(open, 6);
      await store.recordOutcomes("run-1", [
        created(1),
        failed(2, "refused"),
        failed(3, "target-error"),
        failed(5, "refused"),
        { seq: 6, outcome: "skipped" },
      ]);
      const read = async (after: number, limit: number, failure?: FailureClass): Promise<readonly number[]> =>
        seqsOf((await store.readFailedItems("run-1", after, limit, failure)).map(({ item }) => item));
      expect(await read(0, 10)).toEqual([2, 3, 5]);
      expect(await read(2, 1)).toEqual([3]);
      expect(await read(0, 10, "refused")).toEqual([2, 5]);
      expect(await read(2, 10, "refused")).toEqual([5]);
      expect(await read(0, 10, "login-id-taken")).toEqual([]);
      expect((await store.readFailedItems("run-1", 4, 10))[0]?.outcome).toEqual(failed(5, "refused"));
      // One that was tried again is a dead letter no more.
      await store.recordOutcomes("run-1", [created(2)]);
      expect(await read(0, 10)).toEqual([3, 5]);
    });

    test("failed users are made pending again one by one, and nobody else is", async () => {
      await using store = await openWithPlan(open, 4);
      await store.recordOutcomes("run-1", [
        failed(1, "refused"),
        failed(2, "refused"),
        created(3),
        failed(4, "target-error"),
      ]);
      expect(await store.reopenFailures("run-1", { seqs: [2, 3, 99] })).toBe(1);
      expect(seqsOf(await store.readPendingItems("run-1", 0, 10))).toEqual([2]);
      expect(await store.reopenFailures("run-1", { classes: ["refused"], seqs: [4] })).toBe(0);
      expect(await store.countFailures("run-1")).toEqual({ refused: 1, "target-error": 1 });
    });

    test("discrepancies are found by field, with their numbers", async () => {
      await using store = await openWithRun(open);
      const fields = ["email", "user", 'customAttributes."état\u0000"', "email"];
      const found = fields.map((field, index) => ({ seq: index, field, expected: '"\\u0000"', actual: "null" }));
      await store.appendDiscrepancies("run-1", found.slice(0, 3));
      await store.appendDiscrepancies("run-1", found.slice(3));
      const read = async (after: number, limit: number, field?: string): Promise<readonly unknown[]> =>
        (await store.findDiscrepancies("run-1", after, limit, field)).map(({ no, discrepancy }) => [
          no,
          discrepancy.field,
        ]);
      expect(await read(0, 10)).toEqual(fields.map((field, index) => [index + 1, field]));
      expect(await read(1, 1)).toEqual([[2, "user"]]);
      expect(await read(0, 10, "email")).toEqual([
        [1, "email"],
        [4, "email"],
      ]);
      expect(await read(1, 10, "email")).toEqual([[4, "email"]]);
      expect(await read(0, 10, fields[2])).toEqual([[3, fields[2]]]);
      expect((await store.findDiscrepancies("run-1", 0, 1))[0]?.discrepancy).toEqual(found[0]);
    });

    test("events are read from a number on, and backwards from one", async () => {
      await using store = await openWithRun(open);
      await store.createRun(aRun({ id: "run-2" }));
      const event = (at: number) => ({ at, type: "waited", data: { what: "cognito throttled" } });
      for (let at = 1; at <= 5; at += 1) {
        await store.appendEvent("run-1", event(at));
        await store.appendEvent("run-2", event(100 + at));
      }
      const all = await store.readEventRange("run-1", { after: 0 }, 10);
      expect(all.map((one) => one.event.at)).toEqual([1, 2, 3, 4, 5]);
      const [first, second, third] = all.map(({ no }) => no) as [number, number, number];
      const times = async (range: Parameters<typeof store.readEventRange>[1], limit: number) =>
        (await store.readEventRange("run-1", range, limit)).map((one) => one.event.at);
      expect(await times({ after: second }, 2)).toEqual([3, 4]);
      expect(await times({ before: third }, 10)).toEqual([1, 2]);
      expect(await times({ before: Number.MAX_SAFE_INTEGER }, 2)).toEqual([4, 5]);
      expect(await times({ before: first }, 2)).toEqual([]);
    });
  });
}
