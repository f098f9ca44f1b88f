import { cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSeededRandom } from "@cognito-to-descope/sandbox";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type CrashScene, openStage, sceneFolder, setScene, type Stage } from "./crash-scene.ts";
import { type Ending, expectSameProject, migrateToTheEnd } from "./ending.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

const CREATE = "POST /v1/mgmt/user/create/batch";

let scene: CrashScene;
let stage: Stage;
/** The migration that nothing happens to. */
let reference: Ending;
let folder: ReturnType<typeof sceneFolder>;

beforeAll(async () => {
  scene = await setScene(130, 15);
  stage = await openStage(scene);
  using own = sceneFolder(scene);
  reference = await migrateToTheEnd(stage, own.path);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  scene[Symbol.dispose]();
});
beforeEach(async () => {
  await stage.reset();
  folder = sceneFolder(scene);
});
afterEach(() => folder[Symbol.dispose]());

const state = (name = ""): string => join(folder.path, ".c2d", name);

async function killAtBatch(nth: number): Promise<void> {
  const { faults } = stage.sandbox;
  faults.add([{ operation: CREATE, nth, fault: { kind: "kill-client", when: "after" } }]);
  expect((await stage.migrate(folder.path)).code).toBeNull();
  faults.clear();
}

/**
 * The project ends as in a migration that nothing happened to, and everybody is in it. Whom a lost state had recorded is found
 * in the project again, as there already.
 */
async function expectWholeProject(): Promise<void> {
  const { project, outcomes } = await migrateToTheEnd(stage, folder.path);
  expectSameProject(project, reference);
  expect(outcomes.size).toBe(reference.outcomes.size);
  expect([...outcomes.values()].flat().filter(({ kind }) => kind === "failed")).toEqual([]);
}

describe("a project that knows more than the state file", () => {
  test("because the machine was lost, and with it the file: a new run finds everybody", async () => {
    await killAtBatch(4);
    rmSync(state(), { recursive: true });
    await expectWholeProject();
  });

  test("because an older copy of the file was put back, the run goes on and doubles nobody", async () => {
    await killAtBatch(2);
    cpSync(state(), join(folder.path, "older"), { recursive: true });
    await killAtBatch(1);
    rmSync(state(), { recursive: true });
    cpSync(join(folder.path, "older"), state(), { recursive: true });
    await expectWholeProject();
  });

  test("because the file was copied without the log beside it, nobody is lost", async () => {
    await killAtBatch(4);
    rmSync(state("state.db-wal"));
    rmSync(state("state.db-shm"));
    await expectWholeProject();
  });

  test("because the power failed, which may tear the log anywhere, nobody is lost", async () => {
    await killAtBatch(4);
    cpSync(state(), join(folder.path, "killed"), { recursive: true });
    const project = [...stage.sandbox.descopeService.save()];
    const { size } = statSync(state("state.db-wal"));
    const random = createSeededRandom("torn");
    for (let torn = 1; torn <= 8; torn += 1) {
      await stage.sandbox.descopeService.restore(project);
      rmSync(state(), { recursive: true });
      cpSync(join(folder.path, "killed"), state(), { recursive: true });
      const log = state("state.db-wal");
      const at = random.integer(size);
      if (torn % 2 === 0) truncateSync(log, at);
      else {
        // A page that was being written when the power failed.
        const bytes = readFileSync(log);
        bytes.fill(0, at, at + 4096);
        writeFileSync(log, bytes);
      }
      rmSync(state("state.db-shm"), { force: true });
      await expectWholeProject();
    }
  });
});
