import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { FaultRule } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type CommandResult, runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { projectUsers, startWorld, verified } from "../pipeline/world.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const CREATE = "POST /v1/mgmt/user/create/batch";
const refuseCreates: FaultRule = {
  service: "descope",
  operation: CREATE,
  fault: { kind: "status", status: 400, body: '{"errorCode":"E011003","errorDescription":"Request is invalid"}' },
};

interface RetryDocument {
  readonly run: string | null;
  readonly retried: number;
  readonly users: Readonly<Record<"read" | "created" | "failed", number>>;
  readonly reconcile: { readonly checked: number; readonly discrepancies: number };
}

let world: Awaited<ReturnType<typeof startWorld>>;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  world = await startWorld();
  for (let index = 0; index < 30; index += 1) world.pool.add(`user${index}`, verified(`user${index}@example.com`));
  folder = temporaryFolder();
  writeFastConfig(folder.path, { target: { batchSize: 10 } });
});
afterEach(async () => {
  folder[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

function c2d(...commandArguments: readonly string[]): Promise<CommandResult> {
  const env = { ...environmentFor(world.sandbox), COGNITO_USER_POOL_ID: world.pool.userPoolId };
  return runC2d(commandArguments, { cwd: folder.path, env });
}

/** Migrates while the project refuses everybody. */
async function migrateInVain(): Promise<void> {
  world.sandbox.faults.add([refuseCreates]);
  const { code, stderr } = await c2d("migrate", "--no-log-file", "--json");
  expect(code, stderr).toBe(3);
  world.sandbox.faults.clear();
}

describe("retry", () => {
  test("tries the users again that failed, reconciles, and says what became of them", async () => {
    await migrateInVain();
    expect((await c2d("status")).stdout).toContain("c2d retry tries them again");
    const { code, stdout, stderr } = await c2d("retry", "--json");
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      retried: 30,
      users: { read: 30, created: 30, failed: 0 },
      reconcile: { checked: 30, discrepancies: 0 },
    });
    expect(stderr).not.toMatch(/\S@\S+\.\w/);
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".log"))).toHaveLength(1);
    expect((await c2d("status")).stdout).toContain("nothing is left to do");
  });

  test("tries single users again by their numbers, and leaves the others as they are", async () => {
    await migrateInVain();
    const { code, stdout } = await c2d("retry", "--user", "3", "--user", "5", "99", "--no-log-file", "--json");
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ retried: 2, users: { read: 30, created: 2, failed: 28 } });
    const again = await c2d("retry", "--user", "3", "--only", "refused");
    expect(again.stdout).toContain("nothing to retry: none of these users failed with refused in run");
  });

  test("does not compare the project with a run that takes another one back", async () => {
    await migrateInVain();
    const store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    const [run] = await store.listRuns();
    await store.updateRun(run?.id ?? "", { kind: "rollback" });
    await store[Symbol.asyncDispose]();
    const { code, stdout, stderr } = await c2d("retry", "--no-log-file", "--json");
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ retried: 30, users: { created: 30 }, reconcile: { checked: 0 } });
  });

  test("ends with 3 while users still fail", async () => {
    await migrateInVain();
    world.sandbox.faults.add([refuseCreates]);
    const { code, stdout } = await c2d("retry", "--no-log-file");
    expect(code).toBe(3);
    expect(stdout).toContain("30 × refused");
  });

  test.each([
    ["the same command", ["retry", "--only", "refused"], "nothing is left to do"],
    ["apply, after which it has to be compared once more", ["apply"], "next: c2d reconcile"],
  ])("goes on after a kill in the middle with %s", async (_how, goOn, next) => {
    await migrateInVain();
    world.sandbox.faults.add([
      { service: "descope", operation: CREATE, nth: 2, fault: { kind: "slow", delayMs: 60_000 } },
    ]);
    const before = world.sandbox.requests.count({ operation: CREATE });
    const killed = await runC2d(["retry", "--only", "refused", "--no-log-file"], {
      cwd: folder.path,
      env: { ...environmentFor(world.sandbox), COGNITO_USER_POOL_ID: world.pool.userPoolId },
      onStart: (child) => {
        const poll = setInterval(() => {
          const sent = world.sandbox.requests.count({ operation: CREATE }) - before;
          if (sent < 2 && child.exitCode === null) return;
          clearInterval(poll);
          child.kill("SIGKILL");
        }, 10);
      },
    });
    expect(killed.code).toBeNull();
    world.sandbox.faults.clear();
    expect((await c2d("status")).stdout).toContain("c2d apply: it goes on from here");
    const { code, stdout, stderr } = await c2d(...goOn, "--no-log-file", "--json");
    expect(code, stderr).toBe(0);
    expect((JSON.parse(stdout) as RetryDocument).users).toMatchObject({ created: 30, failed: 0 });
    expect(projectUsers(world.sandbox)).toHaveLength(30);
    expect((await c2d("status")).stdout).toContain(next);
  });

  test("has nothing to do without a run, with an unapplied plan and when nobody failed, and makes no file then", async () => {
    const none = await c2d("retry", "--json");
    expect([none.code, JSON.parse(none.stdout)]).toEqual([0, { run: null, retried: 0 }]);
    expect(existsSync(join(folder.path, ".c2d"))).toBe(false);
    await c2d("plan");
    const planned = await c2d("retry");
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining("is not applied yet")]);
    await c2d("apply", "--no-log-file");
    world.sandbox.requests.reset();
    const applied = await c2d("retry", "--only", "refused", "target-error");
    expect(applied.code).toBe(0);
    expect(applied.stdout).toContain("nothing to retry: nobody failed with refused or target-error in run");
    expect(world.sandbox.requests.count()).toBe(0);
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".log"))).toEqual([]);
  });

  test("refuses a class that is none, and lists those that are", async () => {
    const { code, stderr } = await c2d("retry", "--only", "refuse");
    expect(code).toBe(2);
    for (const name of ["ERR_USAGE", "login-id-taken", "refused", "target-error", "changed-since"]) {
      expect(stderr).toContain(name);
    }
  });

  test("refuses a plan of another config, and leaves the run as it was", async () => {
    await migrateInVain();
    writeFastConfig(folder.path, { mapping: { unconfirmed: "skip" } });
    const { code, stderr } = await c2d("retry", "--no-log-file");
    expect(code).toBe(2);
    expect(stderr).toContain("ERR_PLAN_STALE");
    const store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    expect((await store.listRuns())[0]?.state).toBe("applied");
    await store[Symbol.asyncDispose]();
  });
});
