import { fc, test } from "@fast-check/vitest";
import type { VerdictCount } from "@cognito-to-descope/core";
import { describe, expect } from "vitest";
import { anyName } from "./any-text.ts";
import { aRun, type OpenStore, subOf } from "./samples.ts";

const POOL = "eu-west-1_Pool";
const OTHER_POOL = "us-east-1_Other";
const DAY_MS = 86_400_000;

export function describeCapturedUsers(open: OpenStore): void {
  describe("captured users", () => {
    test("are noted once, with the earliest time, and counted by day and pool", async () => {
      await using store = await open();
      const capture = (n: number, at: number, userPoolId = POOL) => ({ userPoolId, sub: subOf(n), at });
      await store.recordCaptures(
        "P1",
        [capture(1, 10 * DAY_MS), capture(2, 10 * DAY_MS + 5), capture(3, 11 * DAY_MS - 1)],
        [],
      );
      // The same user again, later, earlier, and twice at once.
      await store.recordCaptures("P1", [capture(1, 12 * DAY_MS), capture(2, 9 * DAY_MS), capture(1, 13 * DAY_MS)], []);
      await store.recordCaptures("P1", [capture(1, 11 * DAY_MS, OTHER_POOL), capture(4, 11 * DAY_MS)], []);
      expect(await store.countCaptured("P1")).toEqual([
        { userPoolId: POOL, day: 9, users: 1 },
        { userPoolId: POOL, day: 10, users: 2 },
        { userPoolId: POOL, day: 11, users: 1 },
        { userPoolId: OTHER_POOL, day: 11, users: 1 },
      ]);
      expect(await store.findCaptured("P1", POOL, [subOf(9), subOf(2), subOf(1)])).toEqual([
        undefined,
        9 * DAY_MS,
        10 * DAY_MS,
      ]);
      expect(await store.findCaptured("P1", "eu-west-1_Unknown", [subOf(1)])).toEqual([undefined]);
    });

    test("need no run, and are those of their project", async () => {
      await using store = await open();
      await store.recordCaptures("P1", [{ userPoolId: POOL, sub: subOf(1), at: 1 }], []);
      await store.createRun(aRun());
      await store.recordCaptures("P2", [{ userPoolId: POOL, sub: subOf(2), at: 2 }], []);
      expect(await store.findCaptured("P1", POOL, [subOf(1), subOf(2)])).toEqual([1, undefined]);
      expect(await store.countCaptured("P2")).toEqual([{ userPoolId: POOL, day: 0, users: 1 }]);
      expect(await store.countCaptured("P3")).toEqual([]);
    });

    test("come with counts of verdicts that add up", async () => {
      await using store = await open();
      const verdict = (count: number, change: Partial<VerdictCount> = {}): VerdictCount => ({
        userPoolId: POOL,
        day: 3,
        verdict: "ok",
        reason: "password-right",
        count,
        ...change,
      });
      await store.recordCaptures("P1", [], [verdict(2), verdict(1, { verdict: "throttled", reason: "quota" })]);
      await store.recordCaptures("P1", [], [verdict(5), verdict(4, { day: 2 }), verdict(1, { userPoolId: "-" })]);
      await store.recordCaptures("P2", [], [verdict(7)]);
      await store.recordCaptures("P1", [], []);
      expect(await store.countVerdicts("P1")).toEqual([
        verdict(4, { day: 2 }),
        verdict(1, { userPoolId: "-" }),
        verdict(7),
        verdict(1, { verdict: "throttled", reason: "quota" }),
      ]);
    });

    test("are gone after a purge, and so are the counts", async () => {
      await using store = await open();
      const day = { userPoolId: POOL, day: 1, verdict: "ok", reason: "password-right", count: 1 };
      await store.recordCaptures("P1", [{ userPoolId: POOL, sub: subOf(1), at: 1 }], [day]);
      await store.purge();
      expect(await store.countCaptured("P1")).toEqual([]);
      expect(await store.countVerdicts("P1")).toEqual([]);
      await store.recordCaptures("P1", [{ userPoolId: POOL, sub: subOf(1), at: 1 }], [day]);
      expect(await store.countVerdicts("P1")).toEqual([day]);
    });

    test.prop([fc.uniqueArray(anyName, { minLength: 1, maxLength: 10 })], { numRuns: 30 })(
      "may have any sub",
      async (subs) => {
        await using store = await open();
        await store.recordCaptures(
          "P1",
          subs.map((sub, at) => ({ userPoolId: POOL, sub, at })),
          [],
        );
        expect(await store.findCaptured("P1", POOL, subs)).toEqual([...subs.keys()]);
      },
    );
  });
}
