import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { environmentFor } from "../commands/fast-world.ts";
import { type CommandResult, runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { type CrashScene, openStage, sceneFolder, setScene, type Stage } from "./crash-scene.ts";
import { type Ending, expectSameEnding, expectSameProject, migrateToTheEnd } from "./ending.ts";
import { preload } from "./preload.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

let scene: CrashScene;
let stage: Stage;
/** The migration with room enough. */
let reference: Ending;
let pages: number;

beforeAll(async () => {
  scene = await setScene(600, 50);
  stage = await openStage(scene);
  using folder = sceneFolder(scene);
  reference = await migrateToTheEnd(stage, folder.path);
  const database = new DatabaseSync(join(folder.path, ".c2d", "state.db"));
  pages = Number(database.prepare("PRAGMA page_count").get()?.["page_count"]);
  database.close();
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  scene[Symbol.dispose]();
});
beforeEach(() => stage.reset());

function expectFull({ code, stdout, stderr }: CommandResult): void {
  expect(code, stderr).toBe(2);
  const { error } = JSON.parse(stdout) as { readonly error: { readonly code: string; readonly suggestion: string } };
  expect(error).toMatchObject({ code: "ERR_STORE_FULL", message: "the disk that holds the state store is full" });
  expect(error.suggestion).toContain("Free space");
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
}

describe("a disk that fills up in the middle of a run", () => {
  test("stops it with one clear error wherever that is, and with room again it ends as one that never stopped", async () => {
    // From a state file that has no room for its first users to one that lacks its last page.
    const limits = [12, ...[0.3, 0.5, 0.7, 0.9].map((share) => Math.floor(pages * share)), pages - 1];
    for (const limit of limits) {
      await stage.reset();
      using folder = sceneFolder(scene);
      const env = preload("small-disk.ts", { STATE_PAGES: String(limit) });
      expectFull(await stage.migrate(folder.path, { env }));
      // Trying again without room fails as clearly, and makes nothing worse.
      expectFull(await stage.migrate(folder.path, { env }));
      expectSameEnding(await migrateToTheEnd(stage, folder.path), reference);
    }
  });

  test.skipIf(!canMount())("is recognised as such on a real file system", async () => {
    using folder = sceneFolder(scene);
    const disk = join(folder.path, "disk");
    mkdirSync(disk);
    mount("-t", "tmpfs", "-o", "size=1m", "none", disk);
    try {
      const migrate = (): Promise<CommandResult> =>
        runC2d(["migrate", "--json", "--no-log-file", "--state", join(disk, "state.db")], {
          cwd: folder.path,
          env: environmentFor(stage.sandbox),
        });
      expectFull(await migrate());
      expectFull(await migrate());
      mount("-o", "remount,size=64m", disk);
      const { code, stderr } = await migrate();
      expect(code, stderr).toBe(0);
      expect(stderr).toContain("going on with run");
      expectSameProject(stage.project(), reference);
    } finally {
      spawnSync("umount", [disk]);
    }
  });
});

function mount(...given: readonly string[]): void {
  const { status, stderr } = spawnSync("mount", given, { encoding: "utf8" });
  if (status !== 0) throw new Error(`mount: ${stderr}`);
}

function canMount(): boolean {
  using folder = temporaryFolder();
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder.path]).status !== 0) return false;
  return spawnSync("umount", [folder.path]).status === 0;
}
