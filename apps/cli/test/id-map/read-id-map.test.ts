import {
  type IdMapEntry,
  type IdMapOptions,
  type Outcome,
  type PlanItem,
  readIdMap,
  type Run,
  type StateStore,
} from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openMigration } from "../pipeline/migration.ts";
import { cognito, identitiesOf, migratedUser, startWorld, verified } from "../pipeline/world.ts";

let store: StateStore;
beforeEach(async () => {
  store = await openStateStore(":memory:");
});
afterEach(() => store[Symbol.asyncDispose]());

interface Settled {
  readonly item?: Partial<PlanItem>;
  readonly outcome?: Partial<Outcome>;
}

let runs = 0;
beforeEach(() => {
  runs = 0;
});

/** Adds a run that settled users, by the name of each. */
async function addRun(users: Readonly<Record<string, Settled>>, change: Partial<Run> = {}): Promise<void> {
  runs += 1;
  const id = `run-${runs}`;
  await store.createRun({
    id,
    kind: "migrate",
    state: "applied",
    startedAt: runs,
    updatedAt: runs,
    configHash: "hash",
    projectId: "P1",
    userPoolIds: ["eu-west-1_A"],
    ...change,
  });
  const entries = Object.entries(users);
  await store.appendPlanItems(
    id,
    entries.map(([name, { item }], index) => ({ item: planItem(index + 1, name, item), loginIds: [name] })),
  );
  await store.recordOutcomes(
    id,
    entries.map(([name, { outcome }], index) => ({
      seq: index + 1,
      outcome: "created",
      ...(outcome?.outcome === "skipped" || outcome?.outcome === "failed" ? {} : { userId: `U-${name}` }),
      ...outcome,
    })),
  );
}

function planItem(seq: number, name: string, change: Partial<PlanItem> = {}): PlanItem {
  const { planned: _planned, ...rest } = change;
  const isLeftOut = change.operation === "skip" || change.gone === true;
  return {
    seq,
    source: 0,
    sub: name,
    kind: "native",
    operation: "create",
    reason: "",
    contentHash: "hash",
    ...(isLeftOut
      ? {}
      : {
          planned: {
            loginId: name,
            additionalLoginIds: [],
            email: `${name}@example.com`,
            verifiedEmail: true,
            verifiedPhone: false,
            status: "enabled",
            roleNames: [],
            userTenants: [],
            customAttributes: { cognitoSub: name, cognitoUsername: `user ${name}` },
          },
        }),
    findings: [],
    ...rest,
  };
}

const LEFT_OUT: Settled = { item: { operation: "skip" }, outcome: { outcome: "skipped" } };
const mergedInto = (sub: string): Settled => ({
  item: { operation: "skip", mergedInto: sub },
  outcome: { outcome: "skipped" },
});

async function idMap(options?: IdMapOptions): Promise<ReadonlyMap<string, IdMapEntry>> {
  const entries: IdMapEntry[] = [];
  for await (const page of readIdMap(store, options)) entries.push(...page);
  const map = new Map(entries.map((entry) => [entry.sub, entry]));
  expect(map.size).toBe(entries.length);
  return map;
}

async function userIds(options?: IdMapOptions): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries([...(await idMap(options)).values()].map(({ sub, userId }) => [sub, userId]));
}

describe("the ID map", () => {
  test("has everybody whom a run brought in, found or changed, with the newest user ID", async () => {
    await addRun({ ada: {}, bob: { outcome: { outcome: "unchanged" } }, eve: { outcome: { outcome: "updated" } } });
    await addRun({ ada: { outcome: { outcome: "created", userId: "U-ada again" } } });
    expect(await userIds()).toEqual({ ada: "U-ada again", bob: "U-bob", eve: "U-eve" });
    expect((await idMap()).get("bob")).toEqual({
      userPoolId: "eu-west-1_A",
      sub: "bob",
      username: "user bob",
      userId: "U-bob",
      gone: false,
      email: "bob@example.com",
      phone: "",
    });
  });

  test("leads those who were merged to whom they were merged into, over several merges and pools", async () => {
    await addRun(
      {
        winner: { item: { source: 1 } },
        middle: mergedInto("winner"),
        loser: mergedInto("middle"),
        stray: mergedInto("nobody"),
      },
      { userPoolIds: ["eu-west-1_A", "us-east-1_B"] },
    );
    expect(await userIds()).toEqual({ winner: "U-winner", middle: "U-winner", loser: "U-winner" });
    expect((await idMap()).get("loser")).toMatchObject({
      mergedInto: "middle",
      userPoolId: "eu-west-1_A",
      username: "",
    });
  });

  test("comes to an end when merges go in a circle", async () => {
    await addRun({ a: mergedInto("b"), b: mergedInto("a"), c: {} });
    expect(await userIds()).toEqual({ c: "U-c" });
  });

  test("knows the username of a merged user while the pool's reading is kept", async () => {
    await addRun({ winner: {}, loser: mergedInto("winner") });
    const complete = { complete: true, at: 1 };
    const user = { sub: "loser", username: "google_1", attributes: {}, enabled: true, status: "CONFIRMED" as const };
    await store.appendSourceUsers("run-1", 0, [{ ...user, createdAt: 1, modifiedAt: 1 }], "users:0", complete);
    await store.finishReading("run-1");
    expect((await idMap()).get("loser")?.username).toBe("google_1");
  });

  test("leaves out who failed or was left out, and keeps who was brought in before that", async () => {
    await addRun({ ada: {}, bob: {}, dan: mergedInto("ada"), never: LEFT_OUT });
    await addRun({ failed: { outcome: { outcome: "failed", failure: "refused" } }, bob: LEFT_OUT, dan: LEFT_OUT });
    await addRun({ bob: LEFT_OUT, never: LEFT_OUT, ada: { outcome: { outcome: "failed", failure: "refused" } } });
    expect(await userIds()).toEqual({ ada: "U-ada", bob: "U-bob", dan: "U-ada" });
    expect((await idMap()).get("bob")?.username).toBe("user bob");
  });

  test("has who is gone only when asked for them", async () => {
    await addRun({ ada: {}, bob: {}, eve: {} });
    await addRun(
      {
        bob: { item: { operation: "patch", gone: true }, outcome: { outcome: "updated", userId: "U-bob" } },
        eve: { item: { operation: "delete" }, outcome: { outcome: "deleted", userId: "U-eve" } },
      },
      { kind: "sync" },
    );
    expect(await userIds()).toEqual({ ada: "U-ada" });
    expect(await userIds({ withGone: true })).toEqual({ ada: "U-ada", bob: "U-bob", eve: "U-eve" });
    expect((await idMap({ withGone: true })).get("bob")?.gone).toBe(true);
  });

  test("is that of every pool of the newest run's project, or of the named one", async () => {
    await addRun({ ada: {} });
    await addRun({ bob: {} }, { userPoolIds: ["us-east-1_B"] });
    await addRun({ other: {} }, { projectId: "P2" });
    await addRun({ eve: {} }, { userPoolIds: ["ap-south-1_C"] });
    expect(await userIds()).toEqual({ ada: "U-ada", bob: "U-bob", eve: "U-eve" });
    expect(await userIds({ projectId: "P2" })).toEqual({ other: "U-other" });
    expect((await idMap()).get("bob")?.userPoolId).toBe("us-east-1_B");
  });

  test.for<[string, () => Promise<void>, IdMapOptions]>([
    ["there is no run", async () => undefined, {}],
    ["there is no run of the project", () => addRun({ ada: {} }), { projectId: "P9" }],
    ["everybody was left out", () => addRun({ ada: LEFT_OUT }), {}],
  ])("is an error of its own when %s", async ([, prepare, options]) => {
    await prepare();
    await expect(idMap(options)).rejects.toMatchObject({ code: "ERR_ID_MAP_EMPTY" });
  });

  test("is read page by page", async () => {
    const many = Array.from({ length: 1203 }, (_, index): [string, Settled] => [`user${index}`, {}]);
    await addRun(Object.fromEntries(many));
    const sizes: number[] = [];
    for await (const page of readIdMap(store)) sizes.push(page.length);
    expect(sizes).toEqual([500, 500, 203]);
  });
});

test("the ID map follows the pool: who came later, who is gone, and who was merged by a sync", async () => {
  await using world = await startWorld();
  const { sandbox, pool } = world;
  const ada = pool.add("ada", verified("ada@example.com"));
  const bob = pool.add("bob", verified("bob@example.com"));
  await using migration = await openMigration(sandbox, { pools: [pool] });
  await migration.migrate();
  const late = pool.add("late", verified("late@example.com"));
  const again = pool.add(
    "google_1",
    { ...verified("ada@example.com"), identities: identitiesOf("Google", "1") },
    { status: "EXTERNAL_PROVIDER" },
  );
  await cognito(sandbox, "AdminDeleteUser", { UserPoolId: pool.userPoolId, Username: "bob" });
  await migration.sync();

  const read = async (options: IdMapOptions): Promise<Readonly<Record<string, string>>> => {
    const entries: IdMapEntry[] = [];
    for await (const page of readIdMap(migration.store, options)) entries.push(...page);
    return Object.fromEntries(entries.map(({ sub, userId }) => [sub, userId]));
  };
  const userIdOf = (sub: string): string => migratedUser(sandbox, sub)?.userId ?? "";
  const present = { [ada]: userIdOf(ada), [late]: userIdOf(late), [again]: userIdOf(ada) };
  expect(await read({})).toEqual(present);
  expect(await read({ withGone: true })).toEqual({ ...present, [bob]: userIdOf(bob) });
  expect(Object.values(present)).not.toContain("");
});
