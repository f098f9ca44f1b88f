import { describe, expect, test } from "vitest";
import { describeApplying } from "./applying.ts";
import { describeBaseline } from "./baseline.ts";
import { describeCapturedUsers } from "./captured-users.ts";
import { describeControl } from "./control.ts";
import { describeEventChain } from "./event-chain.ts";
import { describePlanning } from "./planning.ts";
import { describePlanSearch } from "./plan-search.ts";
import { describeReading } from "./reading.ts";
import { describeRuns } from "./runs.ts";
import {
  aPool,
  aProjectUser,
  aPoolUser,
  aRun,
  COMPLETE,
  everySourceUser,
  type OpenStore,
  openWithRun,
  planned,
} from "./samples.ts";
import { describeTargetScan } from "./target-scan.ts";
import { describeSsoRecords } from "./sso-records.ts";
import { describeTouchedUsers } from "./touched-users.ts";
import { describeWatching } from "./watching.ts";

/**
 * What every implementation of the port `StateStore` must do.
 *
 * @param name - Which implementation, for the titles.
 * @param open - Opens an empty store of its own for each test, which disposes of it.
 */
export function describeStateStore(name: string, open: OpenStore): void {
  describe(`${name} keeps the contract of a state store`, () => {
    describeRuns(open);
    describeReading(open);
    describeTargetScan(open);
    describeBaseline(open);
    describePlanning(open);
    describePlanSearch(open);
    describeApplying(open);
    describeControl(open);
    describeTouchedUsers(open);
    describeSsoRecords(open);
    describeCapturedUsers(open);
    describeEventChain(open);
    describeWatching(open);

    test("a purge removes everything of every run, and leaves a store to start anew with", async () => {
      await using store = await openWithRun(open);
      const fill = async (): Promise<void> => {
        await store.putPool("run-1", 0, aPool());
        await store.appendSourceUsers("run-1", 0, [aPoolUser("s")], "users:0", COMPLETE);
        await store.appendMembers("run-1", 0, "staff", ["s"], "members:0:staff", COMPLETE);
        await store.finishReading("run-1");
        await store.beginTargetScan("run-1", "plan");
        await store.appendTargetUsers("run-1", "plan", [aProjectUser("U1")], "cognitoSub");
        await store.finishTargetScan("run-1", "plan");
        await store.appendPlanItems("run-1", [planned(1, ["a"]), planned(2, ["a"])]);
        await store.openBatch("run-1", [1]);
        await store.recordOutcomes("run-1", [{ seq: 2, outcome: "created" }]);
        await store.appendDiscrepancies("run-1", [{ field: "role", expected: "1", actual: "2" }]);
        await store.appendEvent("run-1", { at: 1, type: "started", data: {} });
        await store.addSample("run-1", {
          at: 5000,
          ms: 5000,
          done: 0,
          total: 0,
          paused: false,
          buckets: {},
          traffic: {},
        });
      };
      await fill();
      await store.purge();
      expect(await store.listRuns()).toEqual([]);
      await store.createRun(aRun());
      expect(await store.readPools("run-1")).toEqual([]);
      expect(await store.countSourceUsers("run-1")).toBe(0);
      expect(await store.readListing("run-1", "users:0")).toBeUndefined();
      await expect(store.countTargetUsers("run-1", "plan")).rejects.toThrow(RangeError);
      expect(await store.readPlanItems("run-1", 0, 10)).toEqual([]);
      expect(await store.readSharedLoginIds("run-1", "", 10)).toEqual([]);
      expect(await store.readOpenBatches("run-1")).toEqual([]);
      expect(await store.countOutcomes("run-1")).toMatchObject({ created: 0 });
      expect(await store.readDiscrepancies("run-1", 0, 10)).toEqual([]);
      expect(await store.readEvents("run-1")).toEqual([]);
      expect(await store.readSamples("run-1", 0)).toEqual([]);
      await fill();
      expect((await everySourceUser(store, "run-1")).map(({ groups }) => groups)).toEqual([["staff"]]);
    });

    test("a call that is refused leaves nothing behind", async () => {
      await using store = await openWithRun(open);
      await store.appendPlanItems("run-1", [planned(2)]);
      await expect(store.appendPlanItems("run-1", [planned(1), planned(2)])).rejects.toThrow(RangeError);
      expect((await store.readPlanItems("run-1", 0, 10)).map((item) => item.seq)).toEqual([2]);
    });

    test("a store is closed more than once without harm, and answers nothing afterwards", async () => {
      const store = await openWithRun(open);
      await store[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await expect(store.listRuns()).rejects.toBeInstanceOf(Error);
    });
  });
}
