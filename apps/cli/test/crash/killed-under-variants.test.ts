import {
  createSeededRandom,
  type Fault,
  type FaultRule,
  type SandboxOptions,
  variants,
} from "@cognito-to-descope/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CrashPoint, playAll } from "./crash-points.ts";
import { type CrashScene, sceneFolder, setScene } from "./crash-scene.ts";
import { expectKilled, expectSameEnding, migrateToTheEnd } from "./ending.ts";

const USERS = 130;
const BATCH = 25;

/** How much faster time passes in the sandbox: searches lag for a tenth of a second, and not for two. */
const SPEED = 20;

let scene: CrashScene;

beforeAll(async () => {
  scene = await setScene(USERS, BATCH);
});
afterAll(() => scene[Symbol.dispose]());

const random = createSeededRandom("killed under variants");

/** One of the places where something is under way: a write that was worked on, or any request. */
function anyKill(): FaultRule {
  const write = random.pick(["POST /v1/mgmt/user/create/batch", "PATCH /v1/mgmt/user/patch/batch"]);
  return random.chance(0.6)
    ? { operation: write, nth: 1 + random.integer(2), fault: { kind: "kill-client", when: "after" } }
    : { operation: "*", nth: 30 + random.integer(30), fault: { kind: "kill-client", when: "before" } };
}

/** What happens here and there, to both processes. */
function anyFaults(): readonly FaultRule[] {
  const faults: readonly Fault[] = [
    { kind: "answer-lost" },
    { kind: "reset-before" },
    { kind: "throttle", retryAfterMs: 5 },
    { kind: "status", status: 500, afterWork: true },
    { kind: "html" },
  ];
  const seed = random.integer(1_000_000);
  return [
    ...faults.map((fault): FaultRule => ({
      service: "descope",
      operation: "*",
      probability: 0.02,
      seed,
      times: 2,
      fault,
    })),
    { service: "cognito", operation: "*", probability: 0.05, seed, times: 2, fault: { kind: "throttle" } },
  ];
}

function pointUnder(name: string, options: SandboxOptions): CrashPoint {
  const [kill, faults] = [anyKill(), anyFaults()];
  return {
    name: `${name}, killed at ${kill.operation} ${kill.nth}`,
    options,
    async play(stage) {
      using undisturbed = sceneFolder(scene);
      const reference = await migrateToTheEnd(stage, undisturbed.path);
      await stage.reset();
      using folder = sceneFolder(scene);
      // Where two rules strike at once the first one counts.
      stage.sandbox.faults.add([kill, ...faults]);
      await expectKilled(await stage.migrate(folder.path), stage, folder.path);
      stage.sandbox.faults.clear();
      stage.sandbox.faults.add(faults);
      expectSameEnding(await migrateToTheEnd(stage, folder.path), reference);
    },
  };
}

describe(`a run of ${USERS} users that is killed among random faults`, () => {
  test("ends as one that was not, under every variant of the project", { timeout: 600_000 }, async () => {
    const start = Date.now();
    const clock = (): number => start + (Date.now() - start) * SPEED;
    const every = variants("users");
    const points = every.map(({ name, variants: chosen }) => pointUnder(name, { variants: chosen, clock }));
    const { played, failures } = await playAll("killed under each variant", scene, points);
    expect(failures).toEqual([]);
    expect(played).toBe(every.length);
  });
});
