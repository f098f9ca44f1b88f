import { fc, test } from "@fast-check/vitest";
import type { Outcome, PlanItem, StateStore } from "@cognito-to-descope/core";
import { describe, expect } from "vitest";
import { anyText } from "./any-text.ts";
import { aPlanItem, aRun, created, type OpenStore, openWithPlan, openWithRun, planned, seqsOf } from "./samples.ts";

export function describeApplying(open: OpenStore): void {
  describe("applying a plan", () => {
    test("items are pending until they are in an open batch or have an outcome", async () => {
      await using store = await openWithPlan(open, 6);
      expect(seqsOf(await store.readPendingItems("run-1", 0, 4))).toEqual([1, 2, 3, 4]);
      await store.openBatch("run-1", [2, 4]);
      await store.recordOutcomes("run-1", [created(1), { seq: 6, outcome: "skipped" }]);
      expect(await store.readPendingItems("run-1", 0, 10)).toEqual([aPlanItem(3), aPlanItem(5)]);
      expect(seqsOf(await store.readPendingItems("run-1", 3, 10))).toEqual([5]);
      expect(seqsOf(await store.readPendingItems("run-1", 0, 1))).toEqual([3]);
    });

    test("a batch that is closed leaves those without an outcome pending again", async () => {
      await using store = await openWithPlan(open, 4);
      const id = await store.openBatch("run-1", [1, 2, 3]);
      expect(await store.readOpenBatches("run-1")).toEqual([{ id, seqs: [1, 2, 3] }]);
      await store.closeBatch("run-1", id, [
        created(1),
        { seq: 3, outcome: "failed", failure: "refused", detail: "no" },
      ]);
      expect(await store.readOpenBatches("run-1")).toEqual([]);
      expect(seqsOf(await store.readPendingItems("run-1", 0, 10))).toEqual([2, 4]);
    });

    test("batches are closed once, by their own run, and their ids are not used again", async () => {
      await using store = await openWithPlan(open, 3);
      await store.createRun(aRun({ id: "run-2" }));
      const first = await store.openBatch("run-1", [1]);
      const second = await store.openBatch("run-2", [1]);
      expect(second).not.toBe(first);
      await expect(store.closeBatch("run-2", first, [created(1)])).rejects.toThrow(RangeError);
      await store.closeBatch("run-2", second, []);
      await expect(store.closeBatch("run-2", second, [created(1)])).rejects.toThrow(RangeError);
      expect(await store.countOutcomes("run-2")).toMatchObject({ created: 0 });
      expect(await store.openBatch("run-2", [1])).not.toBe(second);
      expect(await store.readOpenBatches("run-1")).toEqual([{ id: first, seqs: [1] }]);
    });

    test("a batch of one run takes nothing from the pending items of another", async () => {
      await using store = await openWithPlan(open, 2);
      await store.createRun(aRun({ id: "run-2" }));
      await store.appendPlanItems("run-2", [planned(1)]);
      await store.openBatch("run-1", [1, 2]);
      expect(seqsOf(await store.readPendingItems("run-2", 0, 10))).toEqual([1]);
      expect(seqsOf(await store.readPendingItems("run-1", 0, 10))).toEqual([]);
    });

    test("the later outcome of a user holds", async () => {
      await using store = await openWithPlan(open, 1);
      await store.recordOutcomes("run-1", [{ seq: 1, outcome: "failed", failure: "target-error", detail: "500" }]);
      await store.recordOutcomes("run-1", [created(1)]);
      expect(await store.readAppliedItems("run-1", 0, 10)).toEqual([{ item: aPlanItem(1), outcome: created(1) }]);
      expect(await store.countFailures("run-1")).toEqual({});
    });

    test("outcomes and failures are counted for each run", async () => {
      await using store = await openWithPlan(open, 8);
      await store.createRun(aRun({ id: "run-2" }));
      const outcomes: Outcome[] = [
        created(1),
        created(2),
        { seq: 3, outcome: "updated" },
        { seq: 4, outcome: "unchanged" },
        { seq: 5, outcome: "skipped" },
        { seq: 6, outcome: "failed", failure: "refused" },
        { seq: 7, outcome: "failed", failure: "login-id-taken" },
        { seq: 8, outcome: "failed", failure: "refused" },
      ];
      await store.recordOutcomes("run-1", outcomes);
      await store.recordOutcomes("run-1", []);
      expect(await store.countOutcomes("run-1")).toEqual({
        created: 2,
        updated: 1,
        unchanged: 1,
        skipped: 1,
        failed: 3,
        deleted: 0,
      });
      expect(await store.countFailures("run-1")).toEqual({ "login-id-taken": 1, refused: 2 });
      expect(await store.countOutcomes("run-2")).toEqual({
        created: 0,
        updated: 0,
        unchanged: 0,
        skipped: 0,
        failed: 0,
        deleted: 0,
      });
      expect(await store.countFailures("run-2")).toEqual({});
    });

    test("items are read with what became of them, and without an outcome where there is none", async () => {
      await using store = await openWithPlan(open, 3);
      const failed: Outcome = { seq: 3, outcome: "failed", failure: "refused", detail: "no such role" };
      await store.recordOutcomes("run-1", [created(1), failed]);
      expect(await store.readAppliedItems("run-1", 0, 10)).toEqual([
        { item: aPlanItem(1), outcome: created(1) },
        { item: aPlanItem(2) },
        { item: aPlanItem(3), outcome: failed },
      ]);
      expect(seqsOf((await store.readAppliedItems("run-1", 1, 1)).map(({ item }) => item))).toEqual([2]);
    });

    test("items of a kind are those whose users are in the target", async () => {
      await using store = await openWithRun(open);
      const kinds = ["native", "federated", "federated", "federated", "federated", "federated"] as const;
      await store.appendPlanItems(
        "run-1",
        kinds.map((kind, index) => planned(index + 1, [], { kind })),
      );
      await store.recordOutcomes("run-1", [
        created(1),
        { seq: 2, outcome: "failed", failure: "refused" },
        { seq: 3, outcome: "skipped" },
        { seq: 4, outcome: "unchanged", userId: "U4" },
        created(5),
      ]);
      const read = async (limit: number): Promise<readonly number[]> =>
        seqsOf((await store.readAppliedItemsOfKind("run-1", "federated", limit)).map(({ item }) => item));
      expect(await read(10)).toEqual([4, 5]);
      expect(await read(1)).toEqual([4]);
      expect(await store.readAppliedItemsOfKind("run-1", "linked", 10)).toEqual([]);
    });

    test.prop([fc.array(anyText, { minLength: 1, maxLength: 8 })], { numRuns: 60 })(
      "any text survives in outcomes",
      async (texts) => {
        await using store = await openWithPlan(open, texts.length);
        const outcomes = texts.map((text, index): Outcome => ({
          seq: index + 1,
          outcome: "created",
          userId: text,
          detail: text,
        }));
        await store.recordOutcomes("run-1", outcomes);
        expect((await store.readAppliedItems("run-1", 0, 100)).map(({ outcome }) => outcome)).toEqual(outcomes);
      },
    );

    test.prop(
      [
        fc.integer({ min: 0, max: 25 }),
        fc.array(
          fc.record({ seqs: fc.uniqueArray(fc.integer({ min: 1, max: 25 })), closed: fc.boolean(), done: fc.nat() }),
          {
            maxLength: 6,
          },
        ),
        fc.integer({ min: 1, max: 7 }),
      ],
      { numRuns: 80 },
    )("pending items are the same however they are paged", async (count, batches, limit) => {
      await using store = await openWithPlan(open, count);
      const taken = new Set<number>();
      for (const { seqs, closed, done } of batches) {
        const id = await store.openBatch("run-1", seqs);
        const settled = seqs.slice(0, closed ? done % (seqs.length + 1) : seqs.length);
        if (closed) await store.closeBatch("run-1", id, settled.map(created));
        for (const seq of settled) taken.add(seq);
      }
      const everySeq = Array.from({ length: count }, (_, index) => index + 1);
      expect(seqsOf(await everyPending(store, limit))).toEqual(everySeq.filter((seq) => !taken.has(seq)));
    });
  });
}

async function everyPending(store: StateStore, limit: number): Promise<readonly PlanItem[]> {
  const items: PlanItem[] = [];
  for (;;) {
    const page = await store.readPendingItems("run-1", items.at(-1)?.seq ?? 0, limit);
    if (page.length === 0) return items;
    items.push(...page);
  }
}
