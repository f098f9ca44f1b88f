import { createSeededRandom, type FaultRule } from "@cognito-to-descope/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CrashPoint, playAll } from "./crash-points.ts";
import {
  type CrashScene,
  expectNothingButTrue,
  expectSameOutcomes,
  openStage,
  readOutcomes,
  type RecordedOutcomes,
  sceneFolder,
  setScene,
  type Stage,
} from "./crash-scene.ts";

const USERS = 600;
const BATCH = 50;

let scene: CrashScene;
/** The run that nothing happens to. */
let reference: {
  readonly project: unknown;
  readonly outcomes: RecordedOutcomes;
  /** Requests to both services. */
  readonly requests: number;
  /** Requests that write, by operation. */
  readonly writes: readonly { readonly operation: string; readonly requests: number }[];
};

beforeAll(async () => {
  scene = await setScene(USERS, BATCH);
  await using stage = await openStage(scene);
  using folder = sceneFolder(scene);
  const { code, stderr } = await stage.migrate(folder.path);
  expect(code, stderr).toBe(0);
  reference = {
    project: stage.project(),
    outcomes: await readOutcomes(folder.path),
    requests: stage.sandbox.requests.count(),
    writes: stage.sandbox.requests.counts({ write: true }),
  };
});
afterAll(() => scene[Symbol.dispose]());

/** Migrates until the process is killed as the rule says; what the state file says then must be true. */
async function migrateUntilKilled(
  stage: Stage,
  folder: string,
  rule: Omit<FaultRule, "fault">,
  when: "before" | "after",
): Promise<void> {
  stage.sandbox.faults.clear();
  stage.sandbox.faults.add([{ ...rule, fault: { kind: "kill-client", when } }]);
  const { code, stderr } = await stage.migrate(folder);
  expect({ code, stderr: code === null ? "" : stderr }).toEqual({ code: null, stderr: "" });
  stage.sandbox.faults.assertAllHappened();
  stage.sandbox.faults.clear();
  expectNothingButTrue(await readOutcomes(folder), stage.sandbox);
}

/** The same command again, uninterrupted: everything must be as if nothing had happened. */
async function expectWholeEnd(stage: Stage, folder: string): Promise<void> {
  const { code, stderr } = await stage.migrate(folder);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const outcomes = await readOutcomes(folder);
  expectNothingButTrue(outcomes, stage.sandbox);
  expectSameOutcomes(outcomes, reference.outcomes);
  expect(stage.project()).toEqual(reference.project);
}

function point(
  name: string,
  ...kills: readonly (readonly [Omit<FaultRule, "fault">, "before" | "after"])[]
): CrashPoint {
  return {
    name,
    async play(stage) {
      using folder = sceneFolder(scene);
      for (const [rule, when] of kills) await migrateUntilKilled(stage, folder.path, rule, when);
      await expectWholeEnd(stage, folder.path);
    },
  };
}

function* numbersTo(last: number): Generator<number> {
  for (let number = 1; number <= last; number += 1) yield number;
}

describe(`a run of ${USERS} users whose process is killed`, () => {
  test("before the work of any of its requests ends as one that was not", { timeout: 600_000 }, async () => {
    const points = [...numbersTo(reference.requests)].map((nth) =>
      point(`before request ${nth}`, [{ operation: "*", nth }, "before"]),
    );
    expect(points.length).toBeGreaterThanOrEqual(reference.requests);
    expect(reference.requests).toBeGreaterThan(80);
    expect(await playAll(`killed before each of ${reference.requests} requests`, scene, points)).toEqual([]);
  });

  test(
    "after the work of any of its writes and before the answer ends as one that was not",
    { timeout: 300_000 },
    async () => {
      const points = reference.writes.flatMap(({ operation, requests }) =>
        [...numbersTo(requests)].map((nth) => point(`after ${operation} ${nth}`, [{ operation, nth }, "after"])),
      );
      expect(points.length).toBeGreaterThan(15);
      expect(await playAll("killed after each write", scene, points)).toEqual([]);
    },
  );

  test("again while it recovers, and again, ends as one that was not", { timeout: 300_000 }, async () => {
    const random = createSeededRandom("killed again");
    const creates = reference.writes.find(({ operation }) => operation.includes("create/batch"))?.requests ?? 0;
    const points = [...numbersTo(8)].map((number) => {
      const first = 1 + random.integer(creates);
      const [second, third] = [1 + random.integer(30), 1 + random.integer(30)];
      return point(
        `${number}: after batch ${first} of creates, before request ${second} of the next process and ${third} of the one after`,
        [{ operation: "POST /v1/mgmt/user/create/batch", nth: first }, "after"],
        [{ operation: "*", nth: second }, "before"],
        [{ operation: "*", nth: third }, "before"],
      );
    });
    expect(await playAll("killed three times", scene, points)).toEqual([]);
  });
});
