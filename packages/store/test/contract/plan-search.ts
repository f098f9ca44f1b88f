import { setImmediate as nextTurn } from "node:timers/promises";
import { fc, test } from "@fast-check/vitest";
import {
  type AppliedItem,
  foldLoginId,
  type Outcome,
  type PlanItem,
  type PlanSearch,
  type PoolUser,
  type StateStore,
} from "@cognito-to-descope/core";
import { describe, expect } from "vitest";
import { anyText } from "./any-text.ts";
import { aPlan, aPlanItem, aPoolUser, aRun, COMPLETE, type OpenStore, openWithRun, planned, subOf } from "./samples.ts";

const PLAN = aPlan();

export function describePlanSearch(open: OpenStore): void {
  describe("searching a plan", () => {
    test("finds a user by every value of both sides, whole, by its beginning and by what is in it", async () => {
      await using store = await openWithUsers(open, [
        {
          user: {
            username: "Ada.L",
            attributes: {
              email: "Ada@Example.com",
              phone_number: "+4915112345678",
              name: "Ada King",
              given_name: "Augusta",
              family_name: "Löwe",
              preferred_username: "countess",
            },
          },
          item: {
            existing: { userId: "U2x9", loginIds: ["old-login"], email: "was@example.org" } as never,
            mergedSubs: ["other-sub"],
          },
        },
        { user: { username: "bob", attributes: { email: "bob@example.com" } } },
      ]);
      for (const text of [
        "ada@example.com",
        "ADA@EXAMPLE.COM ",
        "+4915112345678",
        "ada.l",
        "ada king",
        "augusta",
        "lo\u0308we",
        "countess",
        "U2x9",
        "old-login",
        "was@example.org",
        "other-sub",
        "user1@example.com",
        subOf(1),
      ]) {
        expect(await found(store, { text, match: "exact" }), text).toEqual([1]);
        expect(await found(store, { text: text.slice(0, 5), match: "prefix" }), text).toContain(1);
        expect(await found(store, { text }), text).toEqual([1]);
      }
      expect(await found(store, { text: "example.com" })).toEqual([1, 2]);
      expect(await found(store, { text: "xampl", match: "prefix" })).toEqual([]);
      expect(await found(store, { text: "ada", match: "exact" })).toEqual([]);
      expect(await found(store, { text: "king augus" })).toEqual([1]);
      expect(await found(store, { text: "king bob" })).toEqual([]);
      expect(await found(store, { text: "b" })).toEqual([2]);
      expect(await found(store, { text: subOf(2).slice(0, 4) })).toEqual([2]);
    });

    test("finds nothing in a run without a plan, and says that it waits", async () => {
      await using store = await openWithRun(open);
      await store.appendPlanItems("run-1", [planned(1)]);
      expect(await store.indexPlan("run-1")).toEqual({ items: 0, complete: false });
      expect(await store.searchPlanItems("run-1", { operation: "create" }, 0, 10)).toEqual({
        items: [],
        next: 0,
        waits: true,
      });
      expect(await store.searchPlanItems("run-1", { text: " " }, 0, 10)).toMatchObject({ waits: false });
      await store.updateRun("run-1", { plan: PLAN });
      await indexAll(store);
      expect(await found(store, { operation: "create" })).toEqual([1]);
      await expect(store.searchPlanItems("nowhere", { text: "a" }, 0, 1)).rejects.toThrow(RangeError);
      await expect(store.searchPlanItems("run-1", { text: "a" }, 0, 0)).rejects.toThrow(RangeError);
    });

    test("finds an item as it is after it was replaced, whether it was indexed before or not", async () => {
      await using store = await openWithUsers(open, [{}, {}, {}]);
      await store.replacePlanItems("run-1", [
        planned(2, [], { operation: "skip", findings: [{ rule: "login-id-taken" }], planned: plannedAs("new@home") }),
      ]);
      expect(await found(store, { operation: "skip" })).toEqual([2]);
      expect(await found(store, { text: "new@home" })).toEqual([2]);
      expect(await found(store, { rule: "login-id-taken" })).toEqual([2]);
      expect(await found(store, { operation: "create" })).toEqual([1, 3]);
      expect(await found(store, { text: "user2@" })).toEqual([]);
    });

    test("follows outcomes as they come and go", async () => {
      await using store = await openWithUsers(open, [{}, {}, {}, {}]);
      expect(await found(store, { outcome: "pending" })).toEqual([1, 2, 3, 4]);
      await store.recordOutcomes("run-1", [
        { seq: 1, outcome: "created" },
        { seq: 2, outcome: "failed", failure: "refused" },
        { seq: 3, outcome: "failed", failure: "target-error" },
      ]);
      expect(await found(store, { outcome: "failed" })).toEqual([2, 3]);
      expect(await found(store, { failure: "refused" })).toEqual([2]);
      expect(await found(store, { outcome: "created" })).toEqual([1]);
      expect(await found(store, { outcome: "pending" })).toEqual([4]);
      expect(await found(store, { outcome: "created", failure: "refused" })).toEqual([]);
      await store.reopenFailures("run-1");
      expect(await found(store, { outcome: "failed" })).toEqual([]);
      expect(await found(store, { outcome: "pending", text: "user2@" })).toEqual([2]);
    });

    test("a plan that is reset or removed leaves nothing to find, and other runs' stay", async () => {
      await using store = await openWithUsers(open, [{}, {}]);
      await store.createRun(aRun({ id: "run-2" }));
      await store.appendPlanItems("run-2", [planned(1)]);
      await store.updateRun("run-2", { plan: PLAN });
      await indexAll(store, "run-2");
      await store.resetPlan("run-1");
      await store.appendPlanItems("run-1", [planned(2)]);
      await indexAll(store);
      expect(await found(store, { operation: "create" })).toEqual([2]);
      await store.removeRun("run-1");
      await store.createRun(aRun());
      expect(await store.readSearchIndex("run-1")).toEqual({ items: 0, complete: false });
      expect(await found(store, { operation: "create" }, "run-2")).toEqual([1]);
    });

    test("plans of many blocks, with gaps between their numbers, are indexed block by block", async () => {
      await using store = await openWithRun(open);
      const seqs = [3, 16_384, 16_385, 70_001, 70_002, 1_000_000];
      await store.appendPlanItems(
        "run-1",
        seqs.map((seq) => planned(seq, [], { kind: seq === 70_001 ? "linked" : "native" })),
      );
      await store.updateRun("run-1", { plan: PLAN });
      expect(await store.indexPlan("run-1")).toEqual({ items: 2, complete: false });
      expect(await store.searchPlanItems("run-1", { kind: "native" }, 0, 10)).toMatchObject({
        next: 16_384,
        waits: true,
      });
      await Promise.all([indexAll(store), indexAll(store)]);
      expect(await store.readSearchIndex("run-1")).toEqual({ items: 6, complete: true });
      expect(await found(store, { kind: "native" })).toEqual([3, 16_384, 16_385, 70_002, 1_000_000]);
      expect(await found(store, { outcome: "pending" })).toEqual(seqs);
      expect(await found(store, { text: "user70001@" })).toEqual([70_001]);
    });

    test("users are found as before when what was read is forgotten, or else by what the plan says of them", async () => {
      await using store = await openWithUsers(open, [{ user: { username: "only-there", attributes: {} } }]);
      expect(await found(store, { text: "only-there" })).toEqual([1]);
      await store.createRun(aRun({ id: "run-2" }));
      await store.forgetScans("run-2");
      expect(await found(store, { text: "only-there" })).toEqual([1]);
      await store.resetPlan("run-1");
      await store.appendPlanItems("run-1", [planned(1)]);
      await indexAll(store);
      expect(await found(store, { text: "only-there" })).toEqual([]);
      expect(await found(store, { text: "user1@" })).toEqual([1]);
    });

    test("users that are left out are found as before when what was read is forgotten before anybody searched", async () => {
      await using store = await openWithUsers(
        open,
        [
          { user: { username: "left-out", attributes: { name: "Ada King" } }, item: { operation: "skip" } },
          { user: { username: "taken-along", attributes: {} } },
        ],
        { skip: 1 },
      );
      await store.createRun(aRun({ id: "run-2" }));
      await store.forgetScans("run-2");
      await store.forgetScans("run-2");
      expect(await store.readSearchIndex("run-1")).toEqual({ items: 0, complete: false });
      await indexAll(store);
      expect(await found(store, { text: "left-out", match: "exact" })).toEqual([1]);
      expect(await found(store, { text: "ada king" })).toEqual([1]);
      expect(await found(store, { text: "user2@" })).toEqual([2]);
      // They go with the plan.
      await store.resetPlan("run-1");
      await store.appendPlanItems("run-1", [planned(1)]);
      await indexAll(store);
      expect(await found(store, { text: "left-out" })).toEqual([]);
    });

    test("what is indexed of a block before all of it is gives nothing yet", async () => {
      await using store = await openWithUsers(open, [{}, {}], { isIndexed: false });
      const indexing = store.indexPlan("run-1");
      for (let isOver = false; !isOver;) {
        isOver = await Promise.race([indexing.then(() => true), nextTurn(false)]);
        const { items, waits } = await store.searchPlanItems("run-1", { operation: "create" }, 0, 10);
        expect([0, 2]).toContain(items.length);
        expect(waits).toBe(items.length === 0);
      }
      expect(await indexing).toEqual({ items: 2, complete: true });
    });

    test("tells those that are done in blocks of which some, all or none are", async () => {
      await using store = await openWithRun(open);
      const seqs = [1, 16_384, 32_768].flatMap((first) => Array.from({ length: 150 }, (_, index) => first + index));
      await store.appendPlanItems(
        "run-1",
        seqs.map((seq) => planned(seq)),
      );
      await store.updateRun("run-1", { plan: PLAN });
      await indexAll(store);
      const done = seqs.filter((seq) => seq < 16_384 || (seq % 3 === 0 && seq < 32_768));
      await store.recordOutcomes(
        "run-1",
        done.map((seq) => ({ seq, outcome: seq % 2 === 0 ? "created" : "unchanged" })),
      );
      const those = (fits: (seq: number) => boolean): readonly number[] => seqs.filter(fits);
      expect(await found(store, { outcome: "pending" }, "run-1", 40)).toEqual(those((seq) => !done.includes(seq)));
      for (const [outcome, rest] of [
        ["created", 0],
        ["unchanged", 1],
      ] as const) {
        const expected = those((seq) => done.includes(seq) && seq % 2 === rest);
        expect(await found(store, { outcome }, "run-1", 40)).toEqual(expected);
        expect(await found(store, { outcome, text: "example" }, "run-1", 40)).toEqual(expected);
      }
    });

    test.prop(
      [
        fc.array(fc.record({ user: anyUser(), item: anyItem(), outcome: anyOutcome() }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.array(fc.tuple(anySearch(), fc.nat(), fc.nat(20)), { minLength: 5, maxLength: 25 }),
        fc.integer({ min: 1, max: 5 }),
      ],
      { numRuns: 12 },
    )("gives what a look at every item gives, for any users and any search", async (users, searches, limit) => {
      await using store = await openWithUsers(open, users);
      await store.recordOutcomes(
        "run-1",
        users.flatMap(({ outcome }, index) => (outcome === undefined ? [] : [{ seq: index + 1, ...outcome }])),
      );
      const everyItem = await store.readAppliedItems("run-1", 0, 100);
      for (const [asked, which, cut] of searches) {
        const search = aimed(asked, users, which, cut);
        const expected = everyItem.filter((applied, index) => naiveFits(search, applied, users[index]?.user));
        expect(await found(store, search, "run-1", limit), JSON.stringify(search)).toEqual(
          expected.map(({ item }) => item.seq),
        );
      }
    });
  });
}

interface User {
  readonly user?: Partial<PoolUser>;
  readonly item?: Partial<PlanItem>;
}

function plannedAs(loginId: string): NonNullable<PlanItem["planned"]> {
  return { ...(aPlanItem(1).planned as NonNullable<PlanItem["planned"]>), loginId };
}

/** A store with users that were read and planned, numbered from 1, and indexed unless any is left out. */
async function openWithUsers(
  open: OpenStore,
  users: readonly User[],
  { skip = 0, isIndexed = skip === 0 }: { readonly skip?: number; readonly isIndexed?: boolean } = {},
): Promise<StateStore> {
  const store = await openWithRun(open);
  await store.appendSourceUsers(
    "run-1",
    0,
    users.map(({ user }, index) => aPoolUser(subOf(index + 1), user)),
    "users:0",
    COMPLETE,
  );
  await store.finishReading("run-1");
  await store.appendPlanItems(
    "run-1",
    users.map(({ item }, index) => planned(index + 1, [], item)),
  );
  await store.updateRun("run-1", { plan: { ...PLAN, counts: { ...PLAN.counts, skip } } });
  if (isIndexed) await indexAll(store);
  return store;
}

async function indexAll(store: StateStore, runId = "run-1"): Promise<void> {
  while (!(await store.indexPlan(runId)).complete);
}

async function found(store: StateStore, search: PlanSearch, runId = "run-1", limit = 3): Promise<readonly number[]> {
  const seqs: number[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const { items, next, waits } = await store.searchPlanItems(runId, search, after, limit);
    expect(waits).toBe(false);
    expect(items.length).toBeLessThanOrEqual(limit);
    expect(next ?? Infinity).toBeGreaterThan(after);
    seqs.push(...items.map(({ item }) => item.seq));
    after = next;
  }
  return seqs;
}

const [OPERATIONS, KINDS] = [["create", "skip", "patch"] as const, ["native", "linked"] as const];
const RULES = ["user-disabled", "login-id-taken"] as const;

function anyUser(): fc.Arbitrary<Partial<PoolUser>> {
  const value = fc.oneof(anyText, fc.constantFrom("ada", "Ada King", "AdA@x.example", "ада", "ẞ", "\u0130x"));
  return fc.record({
    username: value,
    attributes: fc.record({ email: value, name: value, phone_number: value }, { requiredKeys: [] }),
  });
}

function anyItem(): fc.Arbitrary<Partial<PlanItem>> {
  return fc.record({
    operation: fc.constantFrom(...OPERATIONS),
    kind: fc.constantFrom(...KINDS),
    findings: fc.subarray([...RULES]).map((rules) => rules.map((rule) => ({ rule }))),
  });
}

function anyOutcome(): fc.Arbitrary<Omit<Outcome, "seq"> | undefined> {
  return fc.constantFrom<Omit<Outcome, "seq"> | undefined>(
    undefined,
    { outcome: "created" },
    { outcome: "failed", failure: "refused" },
    { outcome: "skipped" },
  );
}

function anySearch(): fc.Arbitrary<PlanSearch> {
  return fc.record(
    {
      text: fc.oneof(anyText, fc.constantFrom("%", "_", "*", '"', "OR", "NEAR(a b)", "-", "a", "ad", "ada", "king a")),
      match: fc.constantFrom("contains", "prefix", "exact"),
      operation: fc.constantFrom(...OPERATIONS),
      kind: fc.constantFrom(...KINDS),
      rule: fc.constantFrom(...RULES),
      outcome: fc.constantFrom("created", "failed", "skipped", "pending"),
      failure: fc.constantFrom("refused", "target-error"),
    },
    { requiredKeys: [] },
  );
}

/** A search by a part of what one of the users has, in place of one that finds somebody by chance only. */
function aimed(search: PlanSearch, users: readonly User[], which: number, cut: number): PlanSearch {
  if (search.text === undefined || which % 3 === 0) return search;
  const { username = "", attributes = {} } = users[which % users.length]?.user ?? {};
  const text = which % 2 === 0 ? username : (attributes["email"] ?? subOf(1));
  return {
    ...search,
    text: search.match === "exact" ? text : text.slice(search.match === "prefix" ? 0 : cut, cut + 9),
  };
}

/** The rules of a search once more, as plainly as they can be said. */
function naiveFits(search: PlanSearch, { item, outcome }: AppliedItem, user: Partial<PoolUser> | undefined): boolean {
  const fold = (text: string): string => foldLoginId(text).slice(0, 256);
  const values = [
    item.sub,
    item.planned?.loginId ?? "",
    user?.username ?? "",
    ...Object.values(user?.attributes ?? {}),
  ].map(fold);
  const uuid = fold(item.sub);
  const inside = (word: string): boolean =>
    values.some((value) => (word.length < 3 || value === uuid ? value.startsWith(word) : value.includes(word)));
  const text = fold(search.text ?? "");
  const fits = {
    exact: () => values.includes(text),
    prefix: () => values.some((value) => value.startsWith(text)),
    contains: () => text.split(/\s+/).every((word) => word === "" || inside(word)),
  }[search.match ?? "contains"];
  return (
    (text === "" || fits()) &&
    [undefined, item.operation].includes(search.operation) &&
    [undefined, item.kind].includes(search.kind) &&
    (search.rule === undefined || item.findings.some(({ rule }) => rule === search.rule)) &&
    [undefined, outcome?.outcome ?? "pending"].includes(search.outcome) &&
    [undefined, outcome?.failure].includes(search.failure)
  );
}
