import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { anyName, anyText } from "./any-text.ts";
import {
  aPoolUser,
  aProjectUser,
  aRun,
  COMPLETE,
  everySourceUser,
  type OpenStore,
  openWithRun,
  seqsOf,
  splitAt,
  subOf,
  UNDERWAY,
} from "./samples.ts";

export function describeReading(open: OpenStore): void {
  describe("reading the sources", () => {
    test("a listing that was never read has no state, and one that was has the state of its last page", async () => {
      await using store = await openWithRun(open);
      expect(await store.readListing("run-1", "users:0")).toBeUndefined();
      await store.appendSourceUsers("run-1", 0, [], "users:0", UNDERWAY);
      expect(await store.readListing("run-1", "users:0")).toEqual(UNDERWAY);
      await store.appendMembers("run-1", 0, "admins", [], "members:0:admins", COMPLETE);
      expect(await store.readListing("run-1", "members:0:admins")).toEqual(COMPLETE);
      expect(await store.readListing("run-1", "users:1")).toBeUndefined();
    });

    test("users are numbered from 1 in the order they were read", async () => {
      await using store = await openWithRun(open);
      await store.appendSourceUsers(
        "run-1",
        0,
        [7, 3].map((n) => aPoolUser(subOf(n))),
        "users:0",
        UNDERWAY,
      );
      await store.appendSourceUsers(
        "run-1",
        0,
        [5].map((n) => aPoolUser(subOf(n))),
        "users:0",
        COMPLETE,
      );
      await store.finishReading("run-1");
      expect(await store.countSourceUsers("run-1")).toBe(3);
      expect(await everySourceUser(store, "run-1")).toEqual(
        [7, 3, 5].map((n, index) => ({ seq: index + 1, source: 0, user: aPoolUser(subOf(n)), groups: [] })),
      );
    });

    test("users cannot be asked for before reading is finished", async () => {
      await using store = await openWithRun(open);
      await store.appendSourceUsers("run-1", 0, [aPoolUser(subOf(1))], "users:0", COMPLETE);
      await expect(store.readSourceUsers("run-1", 0, 10)).rejects.toThrow(RangeError);
      await expect(store.readSourceUsersBySeq("run-1", [1])).rejects.toThrow(RangeError);
      await expect(store.readSourceUserBySub("run-1", subOf(1))).rejects.toThrow(RangeError);
    });

    test("a user that is read again is one user, in its first place and with what was read last", async () => {
      await using store = await openWithRun(open);
      const users = [1, 2, 3].map((n) => aPoolUser(subOf(n)));
      const again = aPoolUser(subOf(1), { enabled: false, status: "ARCHIVED" });
      await store.appendSourceUsers("run-1", 0, users, "users:0", UNDERWAY);
      await store.appendSourceUsers(
        "run-1",
        0,
        [users[1]!, aPoolUser(subOf(4)), users[0]!, again],
        "users:0",
        COMPLETE,
      );
      await store.appendMembers("run-1", 0, "admins", [subOf(1), subOf(4)], "members:0:admins", COMPLETE);
      await store.finishReading("run-1");
      expect(await store.countSourceUsers("run-1")).toBe(4);
      const read = await everySourceUser(store, "run-1");
      expect(seqsOf(read)).toEqual([1, 2, 3, 4]);
      expect(read.map(({ user }) => user)).toEqual([again, users[1], users[2], aPoolUser(subOf(4))]);
      expect(read.map(({ groups }) => groups)).toEqual([["admins"], [], [], ["admins"]]);
      expect((await store.readSourceUserBySub("run-1", subOf(4)))?.seq).toBe(4);
    });

    test("one sub in two sources is two users", async () => {
      await using store = await openWithRun(open);
      await store.appendSourceUsers("run-1", 1, [aPoolUser("same", { username: "one" })], "users:1", COMPLETE);
      await store.appendSourceUsers("run-1", 0, [aPoolUser("same", { username: "zero" })], "users:0", COMPLETE);
      await store.appendMembers("run-1", 1, "admins", ["same"], "members:1:admins", COMPLETE);
      await store.finishReading("run-1");
      const read = await everySourceUser(store, "run-1");
      expect(read.map(({ seq, source, user, groups }) => [seq, source, user.username, groups])).toEqual([
        [1, 1, "one", ["admins"]],
        [2, 0, "zero", []],
      ]);
      expect((await store.readSourceUserBySub("run-1", "same"))?.source).toBe(0);
    });

    test("groups are sorted, each once, however often and in whatever order their members came", async () => {
      await using store = await openWithRun(open);
      await store.appendMembers("run-1", 0, "staff", [subOf(1), subOf(1), "nobody"], "members:0:staff", UNDERWAY);
      await store.appendSourceUsers("run-1", 0, [aPoolUser(subOf(1)), aPoolUser("not a uuid")], "users:0", COMPLETE);
      await store.appendMembers("run-1", 0, "admins", ["not a uuid", subOf(1)], "members:0:admins", COMPLETE);
      await store.appendMembers("run-1", 0, "staff", [subOf(1), "not a uuid", subOf(9)], "members:0:staff", COMPLETE);
      await store.finishReading("run-1");
      const read = await everySourceUser(store, "run-1");
      expect(read.map(({ groups }) => groups)).toEqual([
        ["admins", "staff"],
        ["admins", "staff"],
      ]);
    });

    test("subs that differ by case or by hyphens are different users", async () => {
      await using store = await openWithRun(open);
      const subs = [subOf(11), subOf(11).toUpperCase(), subOf(11).replaceAll("-", ""), `${subOf(11)}-`];
      await store.appendSourceUsers(
        "run-1",
        0,
        subs.map((sub) => aPoolUser(sub)),
        "users:0",
        COMPLETE,
      );
      for (const [index, sub] of subs.entries()) {
        await store.appendMembers("run-1", 0, `group-${index}`, [sub], `members:0:group-${index}`, COMPLETE);
      }
      await store.finishReading("run-1");
      const read = await everySourceUser(store, "run-1");
      expect(read.map(({ user, groups }) => [user.sub, groups])).toEqual(
        subs.map((sub, index) => [sub, [`group-${index}`]]),
      );
    });

    test("a listing of users that is reset forgets its own users and starts again at 1", async () => {
      await using store = await openWithRun(open);
      await store.appendSourceUsers(
        "run-1",
        0,
        [1, 2].map((n) => aPoolUser(subOf(n))),
        "users:0",
        UNDERWAY,
      );
      await store.resetListing("run-1", 0, "users:0");
      expect(await store.readListing("run-1", "users:0")).toBeUndefined();
      expect(await store.countSourceUsers("run-1")).toBe(0);
      await store.appendSourceUsers(
        "run-1",
        0,
        [2, 3].map((n) => aPoolUser(subOf(n))),
        "users:0",
        COMPLETE,
      );
      await store.finishReading("run-1");
      const read = await everySourceUser(store, "run-1");
      expect(read.map(({ seq, user }) => [seq, user.sub])).toEqual([
        [1, subOf(2)],
        [2, subOf(3)],
      ]);
      expect(await store.readSourceUserBySub("run-1", subOf(1))).toBeUndefined();
    });

    test("a listing that is reset leaves the users and members of others, which close up", async () => {
      await using store = await openWithRun(open);
      await store.appendSourceUsers(
        "run-1",
        0,
        [1, 2].map((n) => aPoolUser(subOf(n))),
        "users:0",
        UNDERWAY,
      );
      await store.appendSourceUsers(
        "run-1",
        1,
        [3].map((n) => aPoolUser(subOf(n))),
        "users:1",
        COMPLETE,
      );
      await store.appendMembers("run-1", 1, "staff", [subOf(3)], "members:1:staff", COMPLETE);
      await store.appendMembers("run-1", 1, "admins", [subOf(3)], "members:1:admins", UNDERWAY);
      await store.resetListing("run-1", 0, "users:0");
      await store.resetListing("run-1", 1, "members:1:admins", "admins");
      await store.resetListing("run-1", 1, "never read");
      await store.finishReading("run-1");
      expect(await everySourceUser(store, "run-1")).toEqual([
        { seq: 1, source: 1, user: aPoolUser(subOf(3)), groups: ["staff"] },
      ]);
    });

    test("reading can be finished twice, and again after more was read", async () => {
      await using store = await openWithRun(open);
      await store.appendSourceUsers("run-1", 0, [aPoolUser(subOf(1))], "users:0", UNDERWAY);
      await store.appendMembers("run-1", 0, "staff", [subOf(1), subOf(2)], "members:0:staff", COMPLETE);
      await store.finishReading("run-1");
      const first = await everySourceUser(store, "run-1");
      await store.finishReading("run-1");
      expect(await everySourceUser(store, "run-1")).toEqual(first);
      await store.appendSourceUsers("run-1", 0, [aPoolUser(subOf(2))], "users:0", COMPLETE);
      await store.finishReading("run-1");
      const read = await everySourceUser(store, "run-1");
      expect(read.map(({ user, groups }) => [user.sub, groups])).toEqual([
        [subOf(1), ["staff"]],
        [subOf(2), ["staff"]],
      ]);
    });

    test("a run without users is read as such", async () => {
      await using store = await openWithRun(open);
      await store.finishReading("run-1");
      expect(await store.countSourceUsers("run-1")).toBe(0);
      expect(await store.readSourceUsers("run-1", 0, 10)).toEqual([]);
      expect(await store.readSourceUserBySub("run-1", subOf(1))).toBeUndefined();
    });

    test("users are found by number, in the order asked for, and unknown numbers are left out", async () => {
      await using store = await openWithRun(open);
      await store.appendSourceUsers(
        "run-1",
        0,
        [1, 2, 3].map((n) => aPoolUser(subOf(n))),
        "users:0",
        COMPLETE,
      );
      await store.finishReading("run-1");
      expect(seqsOf(await store.readSourceUsersBySeq("run-1", [3, 9, 1]))).toEqual([3, 1]);
      expect(await store.readSourceUsersBySeq("run-1", [])).toEqual([]);
    });

    test("a page ends at its limit, and pages never reach into the next run", async () => {
      await using store = await openWithRun(open);
      await store.createRun(aRun({ id: "run-2" }));
      await store.appendSourceUsers(
        "run-1",
        0,
        [1, 2, 3].map((n) => aPoolUser(subOf(n))),
        "users:0",
        COMPLETE,
      );
      await store.appendSourceUsers(
        "run-2",
        0,
        [4].map((n) => aPoolUser(subOf(n))),
        "users:0",
        COMPLETE,
      );
      await store.finishReading("run-1");
      await store.finishReading("run-2");
      expect(seqsOf(await store.readSourceUsers("run-1", 0, 2))).toEqual([1, 2]);
      expect(seqsOf(await store.readSourceUsers("run-1", 2, 100))).toEqual([3]);
      expect(seqsOf(await store.readSourceUsers("run-1", 3, 100))).toEqual([]);
      expect(await store.countSourceUsers("run-2")).toBe(1);
    });

    test("forgetting scans removes what other runs read, and keeps their plans and outcomes", async () => {
      await using store = await openWithRun(open);
      await store.createRun(aRun({ id: "run-2" }));
      for (const id of ["run-1", "run-2"]) {
        await store.appendSourceUsers(id, 0, [aPoolUser(subOf(1))], "users:0", COMPLETE);
        await store.appendMembers(id, 0, "staff", [subOf(1)], "members:0:staff", COMPLETE);
        await store.finishReading(id);
        await store.beginTargetScan(id, "plan");
        await store.appendTargetUsers(id, "plan", [aProjectUser("U1")], "cognitoSub");
        await store.finishTargetScan(id, "plan");
        await store.recordOutcomes(id, [{ seq: 1, outcome: "failed", failure: "refused" }]);
      }
      await store.forgetScans("run-2");
      expect(await store.countSourceUsers("run-1")).toBe(0);
      expect(await store.readListing("run-1", "users:0")).toBeUndefined();
      await expect(store.countTargetUsers("run-1", "plan")).rejects.toThrow(RangeError);
      expect(await store.countFailures("run-1")).toEqual({ refused: 1 });
      expect((await everySourceUser(store, "run-2")).map(({ groups }) => groups)).toEqual([["staff"]]);
      expect(await store.readListing("run-2", "users:0")).toEqual(COMPLETE);
      expect(await store.countTargetUsers("run-2", "plan")).toBe(1);
    });

    test.prop(
      [
        fc.uniqueArray(anyText, { maxLength: 12 }),
        fc.dictionary(anyName, anyText, { maxKeys: 5, noNullPrototype: true }),
        fc.uniqueArray(anyText, { minLength: 1, maxLength: 4 }),
        anyText,
      ],
      { numRuns: 60 },
    )("any text survives in subs, attributes, groups and tokens", async (subs, attributes, groups, token) => {
      await using store = await openWithRun(open);
      const users = subs.map((sub) => aPoolUser(sub, { attributes, username: token }));
      const state = { next: token, complete: false, at: 1 };
      await store.appendSourceUsers("run-1", 0, users, token, state);
      for (const group of groups) await store.appendMembers("run-1", 0, group, subs, `members:${group}`, COMPLETE);
      await store.finishReading("run-1");
      const sorted = groups.toSorted();
      expect(await everySourceUser(store, "run-1")).toEqual(
        users.map((user, index) => ({ seq: index + 1, source: 0, user, groups: sorted })),
      );
      expect(await store.readListing("run-1", token)).toEqual(state);
      for (const sub of subs) expect((await store.readSourceUserBySub("run-1", sub))?.user.sub).toBe(sub);
    });

    test.prop(
      [
        fc.array(fc.record({ n: fc.nat({ max: 12 }), version: fc.nat() }), { maxLength: 40 }),
        fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat({ max: 14 })), { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
      ],
      { numRuns: 60 },
    )("page boundaries make no difference, whatever is repeated", async (reads, memberships, sizes, limit) => {
      await using store = await openWithRun(open);
      const users = reads.map(({ n, version }) => aPoolUser(subOf(n), { createdAt: version }));
      for (const page of splitAt(users, sizes)) await store.appendSourceUsers("run-1", 0, page, "users:0", UNDERWAY);
      for (const page of splitAt(memberships, sizes)) {
        for (const [group, n] of page) {
          await store.appendMembers("run-1", 0, group, [subOf(n)], `members:0:${group}`, UNDERWAY);
        }
      }
      await store.finishReading("run-1");
      const latest = new Map(users.map((user) => [user.sub, user]));
      const expected = [...latest.values()].map((user, index) => ({
        seq: index + 1,
        source: 0,
        user,
        groups: [...new Set(memberships.filter(([, n]) => subOf(n) === user.sub).map(([group]) => group))].toSorted(),
      }));
      expect(await everySourceUser(store, "run-1", limit)).toEqual(expected);
      expect(await store.countSourceUsers("run-1")).toBe(expected.length);
    });
  });
}
