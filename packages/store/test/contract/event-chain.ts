import { createHash } from "node:crypto";
import { checkChain, type Digest, type StateStore } from "@cognito-to-descope/core";
import { fc, test as propertyTest } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { aRun, created, type OpenStore, openWithRun, planned } from "./samples.ts";

export const digest: Digest = { sha256: (text) => createHash("sha256").update(text).digest("hex") };

/** What is wrong with the chain of a run in a store. */
export async function chainProblems(store: StateStore, run = "run-1"): Promise<readonly string[]> {
  return checkChain(digest, { run, ...(await store.readRecord(run)) });
}

export function describeEventChain(open: OpenStore): void {
  describe("the chain of events", () => {
    test("each event has its number and follows from the one before, each run with a chain of its own", async () => {
      await using store = await openWithRun(open);
      await store.createRun(aRun({ id: "run-2" }));
      expect(await store.readRecord("run-1")).toEqual({ earlier: [], events: [], head: undefined });
      const heads = [];
      for (const run of ["run-1", "run-2", "run-1"]) {
        heads.push(await store.appendEvent(run, { at: 1, type: "said", data: { what: "Grüße \u{d800}", ok: true } }));
      }
      expect(heads.map(({ events }) => events)).toEqual([1, 1, 2]);
      const { events, head } = await store.readRecord("run-1");
      expect(head).toEqual(heads[2]);
      expect(events[1]).toMatchObject({
        seq: 2,
        previous: events[0]?.hash,
        data: { what: "Grüße \u{d800}", ok: true },
      });
      expect(await chainProblems(store)).toEqual([]);
      expect(await chainProblems(store, "run-2")).toEqual([]);
    });

    test("events that are appended at the same time stand one behind the other", async () => {
      await using store = await openWithRun(open);
      const appended = Array.from({ length: 20 }, (_, at) =>
        store.appendEvent("run-1", { at, type: "said", data: {} }),
      );
      const heads = await Promise.all(appended);
      expect(new Set(heads.map(({ events }) => events)).size).toBe(20);
      expect((await store.readRecord("run-1")).events).toHaveLength(20);
      expect(await chainProblems(store)).toEqual([]);
    });

    propertyTest.prop(
      [
        fc.array(fc.dictionary(fc.string({ unit: "binary" }), fc.oneof(fc.string(), fc.double(), fc.boolean())), {
          maxLength: 4,
        }),
      ],
      { numRuns: 10 },
    )("whatever an event says, what is read is what was hashed", async (data) => {
      await using store = await openWithRun(open);
      for (const [at, said] of data.entries()) await store.appendEvent("run-1", { at, type: "said", data: said });
      expect(await chainProblems(store)).toEqual([]);
    });

    test("outcomes are read by number with the sub of their users", async () => {
      await using store = await openWithRun(open);
      await store.appendPlanItems("run-1", [planned(1), planned(2), planned(3)]);
      await store.recordOutcomes("run-1", [
        created(3),
        { seq: 1, outcome: "failed", failure: "refused", detail: "no \u0000" },
      ]);
      expect(await store.readOutcomes("run-1", 0, 10)).toEqual([
        { seq: 1, sub: planned(1).item.sub, outcome: "failed", failure: "refused", detail: "no \u0000" },
        { ...created(3), sub: planned(3).item.sub },
      ]);
      expect(await store.readOutcomes("run-1", 1, 1)).toHaveLength(1);
      expect(await store.readOutcomes("run-1", 3, 1)).toEqual([]);
    });

    test("a run that is removed takes its chain along", async () => {
      await using store = await openWithRun(open);
      await store.appendEvent("run-1", { at: 1, type: "said", data: {} });
      await store.removeRun("run-1");
      await store.createRun(aRun());
      expect(await store.readRecord("run-1")).toEqual({ earlier: [], events: [], head: undefined });
    });
  });
}
