import { describe, expect, test } from "vitest";
import { aPool, aRun, type OpenStore, openWithRun } from "./samples.ts";

export function describeRuns(open: OpenStore): void {
  describe("runs", () => {
    test("a run is read as it was created, with all of its parts", async () => {
      await using store = await open();
      const run = aRun({
        state: "planned",
        plan: {
          hash: "ab",
          definitions: {
            attributes: { create: [{ name: "plan", type: "string", displayName: "Plan" }], unchanged: [] },
            roles: { create: [], unchanged: [] },
            tenants: { create: [], unchanged: [{ id: "t1", name: "one" }] },
          },
          counts: { read: 3, create: 2, patch: 0, none: 1, skip: 0, delete: 0 },
          findings: [],
          observations: [],
        },
        reconcile: { at: 5, checked: 3, fields: 30, discrepancies: 2, byField: { email: 2 }, notCompared: 1 },
      });
      await store.createRun(run);
      expect(await store.readRun(run.id)).toEqual(run);
    });

    test("a run that is not there is undefined, and everything else about it is refused", async () => {
      await using store = await open();
      expect(await store.readRun("nowhere")).toBeUndefined();
      await expect(store.updateRun("nowhere", { state: "planned" })).rejects.toThrow(RangeError);
      await expect(store.readPools("nowhere")).rejects.toThrow(RangeError);
      await expect(store.appendEvent("nowhere", { at: 1, type: "x", data: {} })).rejects.toThrow(RangeError);
    });

    test("an id is used once, and the first run of that id stays", async () => {
      await using store = await openWithRun(open);
      await expect(store.createRun(aRun({ configHash: "other" }))).rejects.toThrow(RangeError);
      expect((await store.readRun("run-1"))?.configHash).toBe("c0ffee");
    });

    test("an update changes what it names and nothing else", async () => {
      await using store = await openWithRun(open);
      await store.updateRun("run-1", { state: "planning", updatedAt: 7 });
      expect(await store.readRun("run-1")).toEqual(aRun({ state: "planning", updatedAt: 7 }));
    });

    test("runs are listed in the order they were created, newest first, also when the clock was set back meanwhile", async () => {
      await using store = await open();
      await store.createRun(aRun({ id: "first", startedAt: 20 }));
      await store.createRun(aRun({ id: "second", startedAt: 30 }));
      await store.createRun(aRun({ id: "third", startedAt: 10 }));
      await store.createRun(aRun({ id: "fourth", startedAt: 10 }));
      await store.updateRun("first", { state: "applied", updatedAt: 40 });
      const ids = (await store.listRuns()).map((run) => run.id);
      expect(ids).toEqual(["fourth", "third", "second", "first"]);
    });

    test("pools are read in the order of the sources, the last put of each", async () => {
      await using store = await openWithRun(open);
      await store.putPool("run-1", 1, aPool({ name: "second" }));
      await store.putPool("run-1", 10, aPool({ name: "eleventh" }));
      await store.putPool("run-1", 0, aPool({ name: "to be replaced" }));
      await store.putPool("run-1", 0, aPool({ name: "first" }));
      expect(await store.readPools("run-1")).toEqual([
        aPool({ name: "first" }),
        aPool({ name: "second" }),
        aPool({ name: "eleventh" }),
      ]);
    });

    test("events are read in the order they were appended, each run its own", async () => {
      await using store = await openWithRun(open);
      await store.createRun(aRun({ id: "run-2" }));
      const events = [3, 1, 2].map((at) => ({
        at,
        type: "throttled",
        data: { waitedMs: at, final: false, by: "source" },
      }));
      for (const event of events) await store.appendEvent("run-1", event);
      expect(await store.readEvents("run-1")).toEqual(events);
      expect(await store.readEvents("run-2")).toEqual([]);
    });

    test("discrepancies are read by offset, and are gone after a reset", async () => {
      await using store = await openWithRun(open);
      const found = Array.from({ length: 5 }, (_, n) => ({
        seq: n + 1,
        field: "email",
        expected: '"a"',
        actual: '"b"',
      }));
      await store.appendDiscrepancies("run-1", found.slice(0, 2));
      await store.appendDiscrepancies("run-1", []);
      await store.appendDiscrepancies("run-1", found.slice(2));
      expect(await store.readDiscrepancies("run-1", 0, 100)).toEqual(found);
      expect(await store.readDiscrepancies("run-1", 1, 3)).toEqual(found.slice(1, 4));
      expect(await store.readDiscrepancies("run-1", 5, 3)).toEqual([]);
      await store.resetDiscrepancies("run-1");
      expect(await store.readDiscrepancies("run-1", 0, 100)).toEqual([]);
      await store.appendDiscrepancies("run-1", found.slice(3));
      expect(await store.readDiscrepancies("run-1", 1, 1)).toEqual(found.slice(4));
    });
  });
}
