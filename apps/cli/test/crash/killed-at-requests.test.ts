import { createSeededRandom, type FaultRule, type RequestLog } from "@cognito-to-descope/sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CrashPoint, playAll } from "./crash-points.ts";
import { type CrashScene, openStage, sceneFolder, setScene } from "./crash-scene.ts";
import { type Ending, expectKilled, expectSameEnding, migrateToTheEnd } from "./ending.ts";

const USERS = 600;
const BATCH = 50;

let scene: CrashScene;
/** The run that nothing happens to. */
let reference: Ending;
/** Requests of that run, to both services. */
let requests: number;
/** Those that write, by operation. */
let writes: ReturnType<RequestLog["counts"]>;

/** Points that a run ended before. */
let unreached: string[];

beforeEach(() => {
  unreached = [];
});
beforeAll(async () => {
  scene = await setScene(USERS, BATCH);
  await using stage = await openStage(scene);
  using folder = sceneFolder(scene);
  reference = await migrateToTheEnd(stage, folder.path);
  requests = stage.sandbox.requests.count();
  writes = stage.sandbox.requests.counts({ write: true });
});
afterAll(() => scene[Symbol.dispose]());

/** A request at which the process is killed. */
type Kill = Pick<FaultRule, "operation" | "nth"> & { readonly when: "before" | "after" };

function point(name: string, ...kills: readonly Kill[]): CrashPoint {
  return {
    name,
    async play(stage) {
      using folder = sceneFolder(scene);
      for (const { when, ...rule } of kills) {
        stage.sandbox.faults.add([{ ...rule, fault: { kind: "kill-client", when } }]);
        const result = await stage.migrate(folder.path);
        // How users fall into batches depends a little on time: a run may have made fewer requests, and have ended before this one.
        if (result.code === 0 && stage.sandbox.faults.neverHappened().length > 0) {
          unreached.push(name);
          break;
        }
        await expectKilled(result, stage, folder.path);
        stage.sandbox.faults.assertAllHappened();
        stage.sandbox.faults.clear();
      }
      stage.sandbox.faults.clear();
      expectSameEnding(await migrateToTheEnd(stage, folder.path), reference);
    },
  };
}

function* numbersTo(last: number): Generator<number> {
  for (let number = 1; number <= last; number += 1) yield number;
}

describe(`a run of ${USERS} users whose process is killed`, () => {
  test("before the work of any of its requests ends as one that was not", { timeout: 600_000 }, async () => {
    const points = [...numbersTo(requests)].map((nth) =>
      point(`before request ${nth}`, { operation: "*", nth, when: "before" }),
    );
    expect(requests).toBeGreaterThan(80);
    const { played, failures } = await playAll(`killed before each of ${requests} requests`, scene, points);
    expect(failures).toEqual([]);
    expect(played).toBe(requests);
    expect(unreached.length).toBeLessThan(4);
  });

  test(
    "after the work of any of its writes and before the answer ends as one that was not",
    { timeout: 300_000 },
    async () => {
      const points = writes.flatMap(({ operation, requests: count }) =>
        [...numbersTo(count)].map((nth) => point(`after ${operation} ${nth}`, { operation, nth, when: "after" })),
      );
      const { played, failures } = await playAll("killed after each write", scene, points);
      expect(failures).toEqual([]);
      expect(played - unreached.length).toBeGreaterThan(15);
    },
  );

  test("again while it recovers, and again, ends as one that was not", { timeout: 300_000 }, async () => {
    const random = createSeededRandom("killed again");
    const creates = writes.find(({ operation }) => operation.includes("create/batch"))?.requests ?? 0;
    const points = [...numbersTo(8)].map((number) => {
      const first = 1 + random.integer(creates);
      const [second, third] = [1 + random.integer(30), 1 + random.integer(30)];
      return point(
        `${number}: after batch ${first} of creates, before request ${second} of the next process and ${third} of the one after`,
        { operation: "POST /v1/mgmt/user/create/batch", nth: first, when: "after" },
        { operation: "*", nth: second, when: "before" },
        { operation: "*", nth: third, when: "before" },
      );
    });
    expect((await playAll("killed three times", scene, points)).failures).toEqual([]);
    expect(unreached).toEqual([]);
  });
});
