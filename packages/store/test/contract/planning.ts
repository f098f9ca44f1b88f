import { fc, test } from "@fast-check/vitest";
import type { SharedLoginId, StateStore } from "@cognito-to-descope/core";
import { describe, expect } from "vitest";
import { anyText } from "./any-text.ts";
import { aPlanItem, aRun, openWithPlan, type OpenStore, openWithRun, planned, seqsOf, splitAt } from "./samples.ts";

export function describePlanning(open: OpenStore): void {
  describe("making a plan", () => {
    test("items are read as they were appended, by ascending number", async () => {
      await using store = await openWithRun(open);
      const full = aPlanItem(2, {
        operation: "patch",
        kind: "federated",
        patch: { loginId: "a", roleNames: ["x"], customAttributes: { age: 4.5 } },
        mergedInto: "other",
        findings: [{ rule: "user-without-email-and-phone" as never, subject: "email" }],
      });
      await store.appendPlanItems("run-1", [{ item: full, loginIds: ["a"] }, planned(3)]);
      await store.appendPlanItems("run-1", [planned(1)]);
      await store.appendPlanItems("run-1", []);
      expect(await store.readPlanItems("run-1", 0, 10)).toEqual([aPlanItem(1), full, aPlanItem(3)]);
    });

    test("items are paged by number, and filtered by operation", async () => {
      await using store = await openWithRun(open);
      const operations = ["create", "skip", "patch", "create", "none"] as const;
      await store.appendPlanItems(
        "run-1",
        operations.map((operation, index) => planned(index + 1, [], { operation })),
      );
      expect(seqsOf(await store.readPlanItems("run-1", 1, 2))).toEqual([2, 3]);
      expect(seqsOf(await store.readPlanItems("run-1", 0, 10, ["create", "none"]))).toEqual([1, 4, 5]);
      expect(seqsOf(await store.readPlanItems("run-1", 1, 1, ["create"]))).toEqual([4]);
      expect(seqsOf(await store.readPlanItems("run-1", 0, 10, []))).toEqual([]);
    });

    test("items are found by number, in the order asked for, and unknown numbers are left out", async () => {
      await using store = await openWithPlan(open, 3);
      expect(seqsOf(await store.readPlanItemsBySeq("run-1", [3, 7, 2]))).toEqual([3, 2]);
    });

    test("items are replaced by number, and one that is not there is refused with all of its call", async () => {
      await using store = await openWithPlan(open, 2);
      await store.replacePlanItems("run-1", [planned(2, [], { operation: "skip", reason: "merged" })]);
      expect((await store.readPlanItems("run-1", 0, 10)).map((item) => item.operation)).toEqual(["create", "skip"]);
      expect(seqsOf(await store.readPlanItems("run-1", 0, 10, ["skip"]))).toEqual([2]);
      const one = planned(1, [], { operation: "none" });
      await expect(store.replacePlanItems("run-1", [one, planned(9)])).rejects.toThrow(RangeError);
      expect(await store.readPlanItemsBySeq("run-1", [1, 9])).toEqual([aPlanItem(1)]);
    });

    test("a plan that is reset is empty, and other runs' plans stay", async () => {
      await using store = await openWithRun(open);
      await store.createRun(aRun({ id: "run-2" }));
      for (const id of ["run-1", "run-2"]) await store.appendPlanItems(id, [planned(1, ["a"]), planned(2, ["a"])]);
      await store.readSharedLoginIds("run-1", "", 10);
      await store.resetPlan("run-1");
      expect(await store.readPlanItems("run-1", 0, 10)).toEqual([]);
      expect(await store.readSharedLoginIds("run-1", "", 10)).toEqual([]);
      expect(await store.readSharedLoginIds("run-2", "", 10)).toEqual([{ loginId: "a", seqs: [1, 2] }]);
      await store.appendPlanItems("run-1", [planned(1, ["b"])]);
      expect(seqsOf(await store.readPlanItems("run-1", 0, 10))).toEqual([1]);
    });

    test("shared login IDs come in ascending order after a login ID, with the numbers of their items", async () => {
      await using store = await openWithRun(open);
      await store.appendPlanItems("run-1", [
        planned(1, ["c", "a"]),
        planned(2, ["b", "unshared"]),
        planned(3, ["a", "a", "b"]),
        planned(4, ["c", "twice by one", "twice by one"]),
        planned(10, ["a"]),
      ]);
      expect(await store.readSharedLoginIds("run-1", "", 2)).toEqual([
        { loginId: "a", seqs: [1, 3, 10] },
        { loginId: "b", seqs: [2, 3] },
      ]);
      expect(await store.readSharedLoginIds("run-1", "b", 2)).toEqual([{ loginId: "c", seqs: [1, 4] }]);
      expect(await store.readSharedLoginIds("run-1", "c", 2)).toEqual([]);
    });

    test("what begins with a blank comes before every login ID", async () => {
      await using store = await openWithRun(open);
      const claims = [" ada@example.com", "  U2ada", "+14155550100", "ada", "Ada", "1", "\u00e9"];
      await store.appendPlanItems("run-1", [planned(1, claims), planned(2, claims)]);
      const found = (await every(store, 2)).map(({ loginId }) => loginId);
      expect(found.slice(0, 2)).toEqual(["  U2ada", " ada@example.com"]);
      expect(found).toHaveLength(claims.length);
    });

    test("shared login IDs follow items that are replaced or appended", async () => {
      await using store = await openWithRun(open);
      await store.appendPlanItems("run-1", [planned(1, ["a", "b"]), planned(2, ["a"]), planned(3, ["c"])]);
      expect(await every(store)).toEqual([{ loginId: "a", seqs: [1, 2] }]);
      await store.replacePlanItems("run-1", [planned(1, ["b", "c"]), planned(2, [])]);
      expect(await every(store)).toEqual([{ loginId: "c", seqs: [1, 3] }]);
      await store.appendPlanItems("run-1", [planned(4, ["b"])]);
      expect(await every(store)).toEqual([
        { loginId: "b", seqs: [1, 4] },
        { loginId: "c", seqs: [1, 3] },
      ]);
      await store.replacePlanItems("run-1", [planned(3, [])]);
      expect(await every(store)).toEqual([{ loginId: "b", seqs: [1, 4] }]);
    });

    test.prop([fc.uniqueArray(anyText, { maxLength: 10 }), anyText], { numRuns: 60 })(
      "any text survives in login IDs and items",
      async (loginIds, text) => {
        await using store = await openWithRun(open);
        const change = { reason: text, sub: text };
        await store.appendPlanItems("run-1", [planned(1, loginIds, change), planned(2, loginIds, change)]);
        const shared = await every(store, 3);
        expect(shared.map(({ loginId }) => loginId).toSorted()).toEqual(loginIds.filter((id) => id !== "").toSorted());
        expect(shared.every(({ seqs }) => seqs.join() === "1,2")).toBe(true);
        expect(await store.readPlanItems("run-1", 0, 10)).toEqual([aPlanItem(1, change), aPlanItem(2, change)]);
      },
    );

    test.prop(
      [
        fc.array(fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f"), { maxLength: 3 }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 4 }),
        fc.dictionary(fc.constantFrom("1", "2", "3"), fc.array(fc.constantFrom("a", "b", "c", "z"), { maxLength: 3 })),
        fc.boolean(),
      ],
      { numRuns: 80 },
    )(
      "page boundaries make no difference, nor when items are replaced",
      async (wants, sizes, limit, changes, askFirst) => {
        await using store = await openWithRun(open);
        const items = wants.map((loginIds, index) => planned(index + 1, loginIds));
        for (const page of splitAt(items, sizes)) await store.appendPlanItems("run-1", page);
        if (askFirst) await store.readSharedLoginIds("run-1", "", limit);
        const now = new Map(items.map(({ item, loginIds }) => [item.seq, loginIds]));
        for (const [seq, loginIds] of Object.entries(changes)) {
          if (!now.has(Number(seq))) continue;
          now.set(Number(seq), loginIds);
          await store.replacePlanItems("run-1", [planned(Number(seq), loginIds)]);
        }
        const expected = ["a", "b", "c", "d", "e", "f", "z"]
          .map((loginId) => ({
            loginId,
            seqs: [...now].filter(([, ids]) => ids.includes(loginId)).map(([seq]) => seq),
          }))
          .filter(({ seqs }) => seqs.length > 1);
        expect(await every(store, limit)).toEqual(expected);
      },
    );
  });
}

async function every(store: StateStore, limit = 100): Promise<readonly SharedLoginId[]> {
  const found: SharedLoginId[] = [];
  for (;;) {
    const page = await store.readSharedLoginIds("run-1", found.at(-1)?.loginId ?? "", limit);
    if (page.length === 0) return found;
    found.push(...page);
  }
}
