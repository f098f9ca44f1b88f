import { join } from "node:path";
import type { Run } from "@cognito-to-descope/core";
import type { SandboxOptions } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { environmentFor } from "../commands/fast-world.ts";
import { runC2d } from "../e2e/run-c2d.ts";
import { type CrashScene, openStage, sceneFolder, setScene, type Stage } from "./crash-scene.ts";
import { type Ending, expectSameEnding, expectSameProject, migrateToTheEnd } from "./ending.ts";
import { preload } from "./preload.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const HOUR_MS = 3_600_000;

let scene: CrashScene;
let stage: Stage;
/** The migration on a clock that is right. */
let reference: Ending;

// Signatures count, and those of another hour are refused: the SDK has to notice.
const strict: SandboxOptions = { cognito: { accessKeys: { AKIAEXAMPLE: "example" } } };

beforeAll(async () => {
  scene = await setScene(130, 25);
  stage = await openStage(scene, strict);
  using folder = sceneFolder(scene);
  reference = await migrateToTheEnd(stage, folder.path);
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  scene[Symbol.dispose]();
});
beforeEach(() => stage.reset());

async function newestRun(folder: string): Promise<Run> {
  await using store = await openStateStore(join(folder, ".c2d", "state.db"));
  const [run] = await store.listRuns();
  if (run === undefined) throw new Error("there is no run");
  return run;
}

describe("a clock that is set while a run is under way", () => {
  test.each([
    ["seven hours forward while the pool is read", 7, "ListUsersInGroup"],
    ["five hours back while the pool is read", -5, "ListUsersInGroup"],
    ["seven hours forward while users are written", 7, "POST /v1/mgmt/user/create/batch"],
    ["five hours back while users are written", -5, "POST /v1/mgmt/user/create/batch"],
  ])("%s changes nothing but the times that are written down", async (_how, hours, operation) => {
    using folder = sceneFolder(scene);
    // Long enough for the signal to arrive before the next request.
    stage.sandbox.faults.add([{ operation, nth: 2, fault: { kind: "slow", delayMs: 300 } }]);
    const { code, stderr } = await stage.migrate(folder.path, {
      env: preload("wrong-clock.ts", { CLOCK_JUMP_MS: String(hours * HOUR_MS) }),
      onStart: (child) => {
        const poll = setInterval(() => {
          if (stage.sandbox.requests.count({ operation }) < 2 && child.exitCode === null) return;
          clearInterval(poll);
          child.kill("SIGUSR2");
        }, 1);
      },
    });
    expect(code, stderr).toBe(0);
    stage.sandbox.faults.assertAllHappened();
    const { startedAt, updatedAt } = await newestRun(folder.path);
    expect((updatedAt - startedAt) / HOUR_MS).toBeCloseTo(hours, 1);
    stage.sandbox.faults.clear();
    expectSameProject(stage.project(), reference);
  });
});

describe("a clock that is set between two commands", () => {
  test.each([
    ["three hours back", -3],
    ["three hours forward", 3],
  ])("%s does not keep an interrupted run from going on", async (_how, hours) => {
    using folder = sceneFolder(scene);
    const { faults } = stage.sandbox;
    faults.add([
      { operation: "POST /v1/mgmt/user/create/batch", nth: 2, fault: { kind: "kill-client", when: "after" } },
    ]);
    expect((await stage.migrate(folder.path)).code).toBeNull();
    faults.clear();
    const { id } = await newestRun(folder.path);
    const env = preload("wrong-clock.ts", { CLOCK_OFFSET_MS: String(hours * HOUR_MS) });
    expectSameEnding(await migrateToTheEnd(stage, folder.path, env), reference);
    expect((await newestRun(folder.path)).id).toBe(id);
  });

  test("back does not make the plan before the last one the last", async () => {
    using folder = sceneFolder(scene);
    const c2d = (command: string, env: Readonly<Record<string, string>> = {}): ReturnType<typeof runC2d> =>
      runC2d([command, "--json"], { cwd: folder.path, env: { ...environmentFor(stage.sandbox), ...env } });
    const run = ({ stdout }: Awaited<ReturnType<typeof c2d>>): unknown =>
      (JSON.parse(stdout) as { readonly run: unknown }).run;
    const before = run(await c2d("plan"));
    const back = preload("wrong-clock.ts", { CLOCK_OFFSET_MS: String(-3 * HOUR_MS) });
    const last = run(await c2d("plan", back));
    expect(last).not.toBe(before);
    expect(run(await c2d("status"))).toBe(last);
    expect(run(await c2d("apply"))).toBe(last);
    expectSameProject(stage.project(), reference);
  });
});
