import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { anyName } from "./any-text.ts";
import { aRun, type OpenStore, subOf } from "./samples.ts";

const POOL = "eu-west-1_Pool";

export function describeTouchedUsers(open: OpenStore): void {
  describe("touched users", () => {
    test("are noted once, with the latest time, and read from the one noted longest ago", async () => {
      await using store = await open();
      await store.touchUser("P1", POOL, subOf(1), 30);
      await store.touchUser("P1", POOL, subOf(2), 20);
      await store.touchUser("P1", "us-east-1_Other", subOf(2), 25);
      await store.touchUser("P1", POOL, subOf(2), 10);
      await store.touchUser("P1", POOL, subOf(3), 10);
      await store.touchUser("P1", POOL, subOf(3), 40);
      const expected = [
        { userPoolId: POOL, sub: subOf(2), at: 20 },
        { userPoolId: "us-east-1_Other", sub: subOf(2), at: 25 },
        { userPoolId: POOL, sub: subOf(1), at: 30 },
        { userPoolId: POOL, sub: subOf(3), at: 40 },
      ];
      expect(await store.readTouchedUsers("P1", 10)).toEqual(expected);
      expect(await store.readTouchedUsers("P1", 2)).toEqual(expected.slice(0, 2));
    });

    test("need no run, and are those of their project", async () => {
      await using store = await open();
      await store.touchUser("P1", POOL, subOf(1), 1);
      await store.createRun(aRun());
      await store.touchUser("P2", POOL, subOf(2), 2);
      expect(await store.readTouchedUsers("P1", 10)).toEqual([{ userPoolId: POOL, sub: subOf(1), at: 1 }]);
      expect(await store.readTouchedUsers("P2", 10)).toEqual([{ userPoolId: POOL, sub: subOf(2), at: 2 }]);
      expect(await store.readTouchedUsers("P3", 10)).toEqual([]);
    });

    test("are forgotten when they were looked at, unless they did something since", async () => {
      await using store = await open();
      for (const n of [1, 2, 3]) await store.touchUser("P1", POOL, subOf(n), n);
      await store.touchUser("P2", POOL, subOf(1), 1);
      const read = await store.readTouchedUsers("P1", 2);
      await store.touchUser("P1", POOL, subOf(2), 5);
      await store.clearTouchedUsers("P1", read);
      await store.clearTouchedUsers("P1", read);
      await store.clearTouchedUsers("P1", [{ userPoolId: "eu-west-1_Unknown", sub: subOf(3), at: 9 }]);
      const left = await store.readTouchedUsers("P1", 10);
      expect(left.map(({ sub, at }) => [sub, at])).toEqual([
        [subOf(3), 3],
        [subOf(2), 5],
      ]);
      expect(await store.readTouchedUsers("P2", 10)).toHaveLength(1);
    });

    test("are gone after a purge", async () => {
      await using store = await open();
      await store.touchUser("P1", POOL, subOf(1), 1);
      await store.purge();
      expect(await store.readTouchedUsers("P1", 10)).toEqual([]);
      await store.touchUser("P1", POOL, subOf(1), 2);
      expect(await store.readTouchedUsers("P1", 10)).toHaveLength(1);
    });

    test.prop([fc.uniqueArray(anyName, { minLength: 1, maxLength: 10 })], { numRuns: 30 })(
      "may have any sub",
      async (subs) => {
        await using store = await open();
        for (const [index, sub] of subs.entries()) await store.touchUser("P1", POOL, sub, index);
        const read = await store.readTouchedUsers("P1", 100);
        expect(read.map(({ sub }) => sub)).toEqual(subs);
        await store.clearTouchedUsers("P1", read);
        expect(await store.readTouchedUsers("P1", 100)).toEqual([]);
      },
    );
  });
}
