import { fc, test } from "@fast-check/vitest";
import { foldLoginId, type ProjectUser } from "@cognito-to-descope/core";
import { describe, expect } from "vitest";
import { anyName, anyText } from "./any-text.ts";
import { aProjectUser, aRun, type OpenStore, openWithRun, splitAt } from "./samples.ts";

export function describeTargetScan(open: OpenStore): void {
  describe("scanning the target", () => {
    test("users are matched by sub and by any login ID, each once", async () => {
      await using store = await openWithRun(open);
      const alice = aProjectUser("U1", {
        loginIds: ["alice@example.com", "+15550001"],
        customAttributes: { cognitoSub: "sub-alice" },
      });
      const bob = aProjectUser("U2", { loginIds: ["bob"] });
      await store.beginTargetScan("run-1", "plan");
      await store.appendTargetUsers("run-1", "plan", [alice, bob], "cognitoSub");
      await store.finishTargetScan("run-1", "plan");
      const matches = await store.matchTargetUsers("run-1", "plan", [
        { sub: "sub-alice", loginIds: ["alice@example.com", "+15550001", "bob"] },
        { sub: "sub-alice", loginIds: [] },
        { sub: "unknown", loginIds: ["bob", "bob"] },
        { sub: "bob", loginIds: ["sub-alice"] },
        { sub: "", loginIds: [] },
      ]);
      expect(matches).toEqual([[alice, bob], [alice], [bob], [], []]);
    });

    test("login IDs of the target are folded, and what is asked for is taken as folded", async () => {
      await using store = await openWithRun(open);
      const user = aProjectUser("U1", { loginIds: [" ALICE@Example.com"] });
      await store.beginTargetScan("run-1", "plan");
      await store.appendTargetUsers("run-1", "plan", [user], "cognitoSub");
      await store.finishTargetScan("run-1", "plan");
      const query = { sub: "none", loginIds: [foldLoginId("Alice@example.COM ")] };
      expect(await store.matchTargetUsers("run-1", "plan", [query])).toEqual([[user]]);
    });

    test("only text in the named attribute is a sub", async () => {
      await using store = await openWithRun(open);
      const other = aProjectUser("U1", { customAttributes: { elsewhere: "sub-1" } });
      const numeric = aProjectUser("U2", { customAttributes: { cognitoSub: 1 } });
      await store.beginTargetScan("run-1", "plan");
      await store.appendTargetUsers("run-1", "plan", [other, numeric], "cognitoSub");
      await store.finishTargetScan("run-1", "plan");
      const queries = ["sub-1", "1", "undefined"].map((sub) => ({ sub, loginIds: [] }));
      expect(await store.matchTargetUsers("run-1", "plan", queries)).toEqual([[], [], []]);
    });

    test("a user that appears twice counts once, with what came later", async () => {
      await using store = await openWithRun(open);
      const before = aProjectUser("U1", { loginIds: ["old"], customAttributes: { cognitoSub: "s" } });
      const after = aProjectUser("U1", { loginIds: ["new"], customAttributes: { cognitoSub: "s" } });
      await store.beginTargetScan("run-1", "plan");
      await store.appendTargetUsers("run-1", "plan", [before, aProjectUser("U2")], "cognitoSub");
      await store.appendTargetUsers("run-1", "plan", [after], "cognitoSub");
      expect(await store.countTargetUsers("run-1", "plan")).toBe(2);
      await store.finishTargetScan("run-1", "plan");
      expect(await store.countTargetUsers("run-1", "plan")).toBe(2);
      const queries = [
        { sub: "s", loginIds: [] },
        { sub: "", loginIds: ["old"] },
        { sub: "", loginIds: ["new"] },
      ];
      expect(await store.matchTargetUsers("run-1", "plan", queries)).toEqual([[after], [], [after]]);
    });

    test("an empty target matches nothing, one answer for each query", async () => {
      await using store = await openWithRun(open);
      await store.beginTargetScan("run-1", "plan");
      await store.finishTargetScan("run-1", "plan");
      const queries = Array.from({ length: 3 }, () => ({ sub: "s", loginIds: ["l"] }));
      expect(await store.matchTargetUsers("run-1", "plan", queries)).toEqual([[], [], []]);
      expect(await store.matchTargetUsers("run-1", "plan", [])).toEqual([]);
    });

    test("a scan that was not made or not finished is not taken for an empty target", async () => {
      await using store = await openWithRun(open);
      const queries = [{ sub: "s", loginIds: [] }];
      await expect(store.matchTargetUsers("run-1", "plan", queries)).rejects.toThrow(RangeError);
      await store.beginTargetScan("run-1", "plan");
      await expect(store.matchTargetUsers("run-1", "plan", queries)).rejects.toThrow(RangeError);
      await store.finishTargetScan("run-1", "plan");
      await store.appendTargetUsers("run-1", "plan", [aProjectUser("U1")], "cognitoSub");
      await expect(store.matchTargetUsers("run-1", "plan", queries)).rejects.toThrow(RangeError);
    });

    test("a scan that begins afresh forgets its users, and no other scan's", async () => {
      await using store = await openWithRun(open);
      await store.createRun(aRun({ id: "run-2" }));
      for (const [run, scan] of [
        ["run-1", "plan"],
        ["run-1", "reconcile"],
        ["run-2", "plan"],
      ] as const) {
        await store.beginTargetScan(run, scan);
        await store.appendTargetUsers(run, scan, [aProjectUser("U1")], "cognitoSub");
        await store.finishTargetScan(run, scan);
      }
      await store.beginTargetScan("run-1", "plan");
      await store.finishTargetScan("run-1", "plan");
      expect(await store.countTargetUsers("run-1", "plan")).toBe(0);
      expect(await store.countTargetUsers("run-1", "reconcile")).toBe(1);
      const query = [{ sub: "", loginIds: ["u1@example.com"] }];
      expect(await store.matchTargetUsers("run-1", "plan", query)).toEqual([[]]);
      expect(await store.matchTargetUsers("run-2", "plan", query)).toEqual([[aProjectUser("U1")]]);
    });

    test.prop([fc.uniqueArray(anyText, { maxLength: 10 }), anyName], { numRuns: 60 })(
      "any text survives in user ids, login IDs and attributes",
      async (texts, attribute) => {
        await using store = await openWithRun(open);
        const users = texts.map((text) =>
          aProjectUser(text, { loginIds: [text], name: text, customAttributes: { [attribute]: text } }),
        );
        await store.beginTargetScan("run-1", "plan");
        await store.appendTargetUsers("run-1", "plan", users, attribute);
        await store.finishTargetScan("run-1", "plan");
        const bySub = texts.map((sub) => ({ sub, loginIds: [] }));
        expect(await store.matchTargetUsers("run-1", "plan", bySub)).toEqual(users.map((user) => [user]));
        const byLoginId = texts.map((text) => ({ sub: "no sub of theirs", loginIds: [foldLoginId(text)] }));
        const matches = await store.matchTargetUsers("run-1", "plan", byLoginId);
        expect(matches).toEqual(
          texts.map((text) => users.filter((user) => foldLoginId(user.userId) === foldLoginId(text))),
        );
      },
    );

    test.prop(
      [
        fc.array(fc.record({ id: fc.nat({ max: 8 }), login: fc.nat({ max: 8 }), sub: fc.nat({ max: 8 }) }), {
          maxLength: 30,
        }),
        fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
      ],
      { numRuns: 60 },
    )("page boundaries make no difference", async (reads, sizes) => {
      await using store = await openWithRun(open);
      const users = reads.map(({ id, login, sub }) =>
        aProjectUser(`U${id}`, { loginIds: [`l${login}`], customAttributes: { cognitoSub: `s${sub}` } }),
      );
      await store.beginTargetScan("run-1", "plan");
      for (const page of splitAt(users, sizes)) await store.appendTargetUsers("run-1", "plan", page, "cognitoSub");
      await store.finishTargetScan("run-1", "plan");
      const latest = [...new Map(users.map((user) => [user.userId, user])).values()];
      expect(await store.countTargetUsers("run-1", "plan")).toBe(latest.length);
      const queries = Array.from({ length: 9 }, (_, n) => ({ sub: `s${n}`, loginIds: [`l${8 - n}`] }));
      const matches = await store.matchTargetUsers("run-1", "plan", queries);
      const byId = (a: ProjectUser, b: ProjectUser): number => a.userId.localeCompare(b.userId);
      expect(matches.map((match) => match.toSorted(byId))).toEqual(
        queries.map(({ sub, loginIds }) =>
          latest
            .filter((user) => user.customAttributes["cognitoSub"] === sub || user.loginIds[0] === loginIds[0])
            .toSorted(byId),
        ),
      );
    });
  });
}
