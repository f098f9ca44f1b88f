import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CrashPoint, playAll } from "./crash-points.ts";
import { type CrashScene, openStage, sceneFolder, setScene } from "./crash-scene.ts";
import { type Ending, expectKilled, expectSameEnding, migrateToTheEnd } from "./ending.ts";
import { preload } from "./preload.ts";

const USERS = 130;
const BATCH = 25;

let scene: CrashScene;
/** The run that nothing happens to. */
let reference: Ending;
let commits: number;

/** The environment in which a process kills itself at one of its transactions. */
function killing(at: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return preload("kill-at-commit.ts", { KILL_AT_COMMIT: at, ...more });
}

beforeAll(async () => {
  scene = await setScene(USERS, BATCH);
  await using stage = await openStage(scene);
  using folder = sceneFolder(scene);
  const countFile = join(folder.path, "commits");
  reference = await migrateToTheEnd(stage, folder.path, killing("never", { KILL_COUNT_FILE: countFile }));
  commits = Number(readFileSync(countFile, "utf8"));
});
afterAll(() => scene[Symbol.dispose]());

describe(`a run of ${USERS} users whose process is killed`, () => {
  test(
    "inside any transaction of its store, and right after it, ends as one that was not",
    { timeout: 600_000 },
    async () => {
      const points = Array.from({ length: commits }, (_, index) => index + 1).flatMap((number) =>
        ["before", "after"].map((when): CrashPoint => ({
          name: `${when} commit ${number}`,
          async play(stage) {
            using folder = sceneFolder(scene);
            const killed = await stage.migrate(folder.path, { env: killing(`${when} ${number}`) });
            await expectKilled(killed, stage, folder.path);
            expectSameEnding(await migrateToTheEnd(stage, folder.path), reference);
          },
        })),
      );
      expect(commits).toBeGreaterThan(40);
      const { played, failures } = await playAll(`killed at each of ${commits} transactions`, scene, points);
      expect(failures).toEqual([]);
      expect(played).toBe(commits * 2);
    },
  );
});
