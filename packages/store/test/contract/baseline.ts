import { fc, test } from "@fast-check/vitest";
import type { Outcome, PlannedItem, SettledUser, StateStore } from "@cognito-to-descope/core";
import { describe, expect } from "vitest";
import { anyName } from "./any-text.ts";
import { aPlanItem, aPoolUser, aRun, COMPLETE, created, type OpenStore, planned, subOf } from "./samples.ts";

export function describeBaseline(open: OpenStore): void {
  describe("the baseline", () => {
    test("it has what the last run settled for each user, and what it was settled with", async () => {
      await using store = await open();
      await addRun(store, "run-1", [settled(1, "a"), settled(2, "b")], [created(1), created(2)]);
      await addRun(store, "run-2", [settled(2, "c")], [{ seq: 2, outcome: "updated", userId: "U2" }]);
      await store.foldBaseline("run-2");
      expect(await store.countBaseline("run-2", 0)).toBe(2);
      expect(await store.readBaselineHashes("run-2", 0, [subOf(1), subOf(2), subOf(3)])).toEqual(["a", "c", undefined]);
      expect(await store.readBaselineUsers("run-2", 0, [subOf(3), subOf(2)])).toEqual([
        undefined,
        {
          item: aPlanItem(2, { contentHash: "c" }),
          outcome: { seq: 2, outcome: "updated", userId: "U2" },
          contentHash: "c",
        },
      ]);
    });

    test("a user that failed keeps what it had, and one that was left out counts", async () => {
      await using store = await open();
      await addRun(store, "run-1", [settled(1, "a"), settled(2, "b")], [created(1), { seq: 2, outcome: "skipped" }]);
      await addRun(store, "run-2", [settled(1, "x")], [{ seq: 1, outcome: "failed", failure: "refused" }]);
      await store.foldBaseline("run-2");
      expect(await store.readBaselineHashes("run-2", 0, [subOf(1), subOf(2)])).toEqual(["a", "b"]);
    });

    test("a user that a rollback leaves keeps what it had", async () => {
      await using store = await open();
      await addRun(store, "run-1", [settled(1, "a"), settled(2, "b")], [created(1), created(2)]);
      await addRun(
        store,
        "run-2",
        [settled(1, "x"), settled(2, "y")],
        [
          { seq: 1, outcome: "skipped" },
          { seq: 2, outcome: "updated" },
        ],
        { kind: "rollback", rollsBack: "run-1" },
      );
      await store.foldBaseline("run-2");
      expect(await store.readBaselineHashes("run-2", 0, [subOf(1), subOf(2)])).toEqual(["a", "y"]);
    });

    test("outcomes that come after it was asked for are taken in as well", async () => {
      await using store = await open();
      await addRun(store, "run-1", [settled(1, "a"), settled(2, "b")], [created(1)]);
      await store.foldBaseline("run-1");
      expect(await store.countBaseline("run-1", 0)).toBe(1);
      await store.recordOutcomes("run-1", [created(2)]);
      await store.foldBaseline("run-1");
      expect(await store.countBaseline("run-1", 0)).toBe(2);
    });

    test("users that are gone or deleted are no part of it, but can still be looked up", async () => {
      await using store = await open();
      await addRun(store, "run-1", [settled(1, "a"), settled(2, "b"), settled(3, "c")], [1, 2, 3].map(created));
      await addRun(
        store,
        "run-2",
        [
          { item: aPlanItem(1, { contentHash: "a", gone: true, operation: "patch" }), loginIds: [] },
          { item: aPlanItem(2, { contentHash: "b", operation: "delete" }), loginIds: [] },
        ],
        [
          { seq: 1, outcome: "updated", userId: "U1" },
          { seq: 2, outcome: "deleted", userId: "U2" },
        ],
      );
      await store.foldBaseline("run-2");
      expect(await store.countBaseline("run-2", 0)).toBe(1);
      expect(await store.readBaselineHashes("run-2", 0, [subOf(1), subOf(2)])).toEqual([undefined, undefined]);
      const [gone, deleted] = await store.readBaselineUsers("run-2", 0, [subOf(1), subOf(2)]);
      expect(gone?.outcome).toEqual({ seq: 1, outcome: "updated", userId: "U1" });
      expect(deleted?.outcome?.outcome).toBe("deleted");
    });

    test("it knows the users that a run has not read, in pages", async () => {
      await using store = await open();
      const seqs = [1, 2, 3, 4, 5];
      await addRun(
        store,
        "run-1",
        seqs.map((seq) => settled(seq, "h")),
        seqs.map(created),
      );
      await store.createRun(aRun({ id: "run-2" }));
      await store.appendSourceUsers(
        "run-2",
        0,
        [2, 4, 9].map((n) => aPoolUser(subOf(n))),
        "users:0",
        COMPLETE,
      );
      await store.finishReading("run-2");
      await store.foldBaseline("run-2");
      const gone: SettledUser[] = [];
      for (;;) {
        const page = await store.readGoneUsers("run-2", 0, gone.at(-1)?.item.sub, 2);
        if (page.length === 0) break;
        gone.push(...page);
      }
      expect(gone.map(({ item }) => item.sub).sort()).toEqual([1, 3, 5].map(subOf).sort());
      expect(
        await store.findSourceUsers("run-2", [
          { source: 0, sub: subOf(4) },
          { source: 0, sub: subOf(1) },
          { source: 1, sub: subOf(4) },
        ]),
      ).toEqual([2, undefined, undefined]);
    });

    test("it knows who wanted a login ID when last settled, also who did not get it", async () => {
      await using store = await open();
      const kept = { item: aPlanItem(1, { contentHash: "a" }), loginIds: ["x", "y"] };
      const lost = { item: aPlanItem(2, { contentHash: "b", wantedLoginIds: ["y", "z"] }), loginIds: ["z"] };
      await addRun(store, "run-1", [kept, lost], [created(1), created(2)]);
      await addRun(store, "run-2", [{ item: aPlanItem(1, { contentHash: "c" }), loginIds: ["x"] }], [created(1)]);
      await store.foldBaseline("run-2");
      const claimants = async (...loginIds: string[]): Promise<readonly string[]> =>
        (await store.readBaselineClaimants("run-2", loginIds)).map(({ sub }) => sub).sort();
      expect(await claimants("x")).toEqual([subOf(1)]);
      expect(await claimants("y")).toEqual([subOf(2)]);
      expect(await claimants("x", "z")).toEqual([subOf(1), subOf(2)].sort());
      expect(await claimants("nobody")).toEqual([]);
    });

    test("it is kept apart for each pool and each project", async () => {
      await using store = await open();
      await addRun(store, "run-1", [settled(1, "a")], [created(1)]);
      await addRun(store, "run-2", [settled(1, "b")], [created(1)], { projectId: "P2" });
      await addRun(store, "run-3", [settled(1, "c")], [created(1)], { userPoolIds: ["eu-west-1_Other"] });
      for (const [run, hash] of [
        ["run-1", "a"],
        ["run-2", "b"],
        ["run-3", "c"],
      ] as const) {
        await store.foldBaseline(run);
        expect(await store.readBaselineHashes(run, 0, [subOf(1)])).toEqual([hash]);
        expect(await store.readBaselineClaimants(run, ["user1"])).toHaveLength(1);
      }
    });

    test("a run knows how its users were settled before it", async () => {
      await using store = await open();
      await addRun(store, "run-1", [settled(1, "a")], [created(1)]);
      await addRun(store, "run-2", [settled(1, "b"), settled(2, "b")], [{ seq: 1, outcome: "updated" }, created(2)]);
      await addRun(store, "run-3", [settled(1, "c")], [{ seq: 1, outcome: "updated" }]);
      await store.foldBaseline("run-3");
      const before = await store.readSettledBefore("run-2", [1, 2]);
      expect(before.map((user) => user?.contentHash)).toEqual(["a", undefined]);
      expect(before[0]?.outcome).toEqual(created(1));
    });

    test("a run that is removed takes with it what it settled", async () => {
      await using store = await open();
      await addRun(store, "run-1", [settled(1, "a")], [created(1)]);
      await addRun(store, "run-2", [settled(1, "b")], [{ seq: 1, outcome: "updated" }]);
      await store.foldBaseline("run-2");
      await store.removeRun("run-2");
      expect(await store.readRun("run-2")).toBeUndefined();
      expect(await store.readBaselineHashes("run-1", 0, [subOf(1)])).toEqual(["a"]);
      await store.createRun(aRun({ id: "run-2" }));
      expect(await store.readPlanItems("run-2", 0, 10)).toEqual([]);
    });

    test("failed users become pending again, of some classes or of all", async () => {
      await using store = await open();
      await addRun(
        store,
        "run-1",
        [1, 2, 3].map((seq) => settled(seq, "h")),
        [
          created(1),
          { seq: 2, outcome: "failed", failure: "refused" },
          { seq: 3, outcome: "failed", failure: "target-error" },
        ],
      );
      expect(await store.reopenFailures("run-1", { classes: ["refused", "login-id-taken"] })).toBe(1);
      expect((await store.readPendingItems("run-1", 0, 10)).map(({ seq }) => seq)).toEqual([2]);
      expect(await store.reopenFailures("run-1")).toBe(1);
      expect(await store.countOutcomes("run-1")).toMatchObject({ created: 1, failed: 0 });
    });

    test.prop([fc.uniqueArray(anyName, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 5 })], {
      numRuns: 40,
    })("users of any sub are read once, however they are paged", async (subs, limit) => {
      await using store = await open();
      const items = subs.map((sub, index): PlannedItem => ({
        item: aPlanItem(index + 1, { sub, contentHash: `hash ${index}` }),
        loginIds: [sub],
      }));
      await addRun(
        store,
        "run-1",
        items,
        items.map(({ item }) => created(item.seq)),
      );
      await store.foldBaseline("run-1");
      const read: SettledUser[] = [];
      for (;;) {
        const page = await store.readBaseline("run-1", 0, read.at(-1)?.item.sub, limit);
        if (page.length === 0) break;
        read.push(...page);
      }
      expect(read.map(({ item }) => item.sub).sort()).toEqual([...subs].sort());
      expect(await store.readBaselineHashes("run-1", 0, subs)).toEqual(subs.map((_, index) => `hash ${index}`));
      const claimants = await store.readBaselineClaimants("run-1", subs);
      expect(claimants.map(({ sub }) => sub).sort()).toEqual([...subs].sort());
    });
  });
}

function settled(seq: number, contentHash: string): PlannedItem {
  return planned(seq, [`user${seq}`], { contentHash });
}

async function addRun(
  store: StateStore,
  id: string,
  items: readonly PlannedItem[],
  outcomes: readonly Outcome[],
  change: Parameters<typeof aRun>[0] = {},
): Promise<void> {
  await store.createRun(aRun({ id, startedAt: Number(id.slice(-1)), ...change }));
  await store.appendPlanItems(id, items);
  await store.recordOutcomes(id, outcomes);
}
