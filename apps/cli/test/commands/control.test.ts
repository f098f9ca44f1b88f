import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { thisOperator } from "../../src/control/this-process.ts";
import type { RunStatus } from "../../src/status/run-status.ts";
import { type CommandResult, runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { projectUsers } from "../pipeline/world.ts";
import { environmentFor, FAST_LIMITS, writeFastConfig } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const CREATE = "POST /v1/mgmt/user/create/batch";
const USERS = 240;

/** A run that takes many seconds, as commands may take some to start: batches of three, ten in a second. */
const SLOW_CONFIG = {
  target: { batchSize: 3 },
  limits: {
    cognito: FAST_LIMITS.cognito,
    descope: { ...FAST_LIMITS.descope, "user-create": { requests: 10, windowMs: 1000 } },
  },
};

let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;
let running: { readonly child: ChildProcess; readonly ended: Promise<CommandResult> }[];

beforeEach(async () => {
  sandbox = await startSandbox({ users: USERS, groups: 2 });
  folder = temporaryFolder();
  running = [];
  writeFastConfig(folder.path, SLOW_CONFIG);
});
afterEach(async () => {
  for (const { child } of running) child.kill("SIGKILL");
  await Promise.all(running.map(({ ended }) => ended));
  folder[Symbol.dispose]();
  await sandbox.stop();
});

function c2d(...commandArguments: readonly string[]): Promise<CommandResult> {
  return runC2d(commandArguments, { cwd: folder.path, env: environmentFor(sandbox) });
}

function inProcess(...commandArguments: readonly string[]): Promise<CommandResult> {
  return runInProcess(commandArguments, { cwd: folder.path, env: environmentFor(sandbox) });
}

/** Starts a command that goes on beside the test. */
function start(...commandArguments: readonly string[]) {
  let child: ChildProcess | undefined;
  const ended = runC2d(commandArguments, {
    cwd: folder.path,
    env: environmentFor(sandbox),
    onStart: (started) => (child = started),
  });
  if (child === undefined) throw new Error("the command did not start");
  running.push({ child, ended });
  return { child, ended };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries > 600) throw new Error("it never came to that");
    await pass(50);
  }
}

const pass = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
const batches = (): number => sandbox.requests.count({ operation: CREATE });
const json = async <T>(result: Promise<CommandResult>): Promise<T> => JSON.parse((await result).stdout) as T;

/** The most requests of an operation that the sandbox answered in any window, from a time on. */
function mostInOneWindow(operation: string, windowMs: number, from: number): number {
  const times = sandbox.requests.entries({ operation }).flatMap(({ at }) => (at >= from ? [at] : []));
  return Math.max(0, ...times.map((first) => times.filter((at) => at >= first && at < first + windowMs).length));
}

describe("a migration that is paused", () => {
  test("sends nothing more, says so, goes on where it stood, and moves every user once", async () => {
    const migrate = start("migrate", "--yes");
    let printed = "";
    migrate.child.stderr?.on("data", (text: string) => (printed += text));
    await until(() => batches() >= 3);
    const paused = await c2d("pause");
    expect(paused.code, paused.stderr).toBe(0);
    expect(paused.stdout).toMatch(/^run \S+ is paused\n {2}the process at work sends nothing more\n/);
    // What was under way when it was paused has its answer by now.
    await pass(300);
    const sent = sandbox.requests.count();
    await pass(2500);
    expect(sandbox.requests.count()).toBe(sent);
    expect(printed).toMatch(/paused until c2d resume, since \d\d:\d\d:\d\d UTC, by \S+@\S+/);

    const status = await json<RunStatus>(c2d("status", "--json"));
    expect(status).toMatchObject({
      state: "applying",
      workers: [{ state: "working", paused: true, step: "applying" }],
    });
    expect(status.paused?.by).toMatch(/@/);
    expect(status.next).toContain("c2d resume");

    const again = await c2d("pause");
    expect(again.stdout).toContain("was paused before, at ");
    // Before it goes on: the run may be through by the time that another command has started.
    expect((await c2d("throttle", "user-create", "reset")).code).toBe(0);
    const resumed = await c2d("resume");
    expect(resumed.stdout).toMatch(/^run \S+ goes on\n {2}the process at work sends again\n/);
    const { code, stderr } = await migrate.ended;
    expect(code, stderr).toBe(0);
    expect(projectUsers(sandbox).length).toBe(
      new Set(projectUsers(sandbox).map(({ customAttributes }) => customAttributes["cognitoSub"])).size,
    );
    expect((await c2d("resume")).code).toBe(2);
  });

  test("stays paused when its process is killed, and ends at Ctrl-C", async () => {
    const first = start("migrate", "--yes");
    await until(() => batches() >= 3);
    expect((await c2d("pause")).code).toBe(0);
    first.child.kill("SIGKILL");
    await first.ended;
    const alone = await c2d("status");
    expect(alone.stdout).toMatch(
      /at work: nobody; last heartbeat .+ ago: process \d+ on \S+ is gone; the same command/,
    );
    expect(alone.stdout).toContain("next: c2d resume; then c2d apply");
    const sent = sandbox.requests.count();

    const second = start("migrate", "--yes", "--log-file", "second.log");
    let printed = "";
    second.child.stderr?.on("data", (text: string) => (printed += text));
    await until(() => printed.includes("paused until c2d resume"));
    await pass(1500);
    expect(sandbox.requests.count()).toBe(sent);
    second.child.kill("SIGINT");
    expect((await second.ended).code).toBe(130);
    expect(sandbox.requests.count()).toBe(sent);

    const resumed = await json<{ workers: number; paused: null }>(c2d("resume", "--json"));
    expect(resumed).toMatchObject({ workers: 0, paused: null });
    const third = await c2d("migrate", "--yes", "--json");
    expect(third.code, third.stderr).toBe(0);
    expect(third.stderr).not.toContain("paused");
  });
});

test("a migration keeps to a rate from the moment it is told, as the sandbox counts", async () => {
  // Enough batches that the run is still at work after every command, however long the commands take to start.
  writeFastConfig(folder.path, { ...SLOW_CONFIG, target: { batchSize: 2 } });
  const migrate = start("migrate", "--yes");
  await until(() => batches() >= 12);
  const slowed = await c2d("throttle", "user-create", "30%");
  expect(slowed.code, slowed.stderr).toBe(0);
  expect(slowed.stdout).toMatch(
    /^run \S+: user-create at 3 in 1 s; the quota is 10\n {2}the process at work keeps to it\n/,
  );
  const slowFrom = Date.now() + 50;
  await pass(4000);
  const sentSlowly = sandbox.requests.entries({ operation: CREATE }).filter(({ at }) => at >= slowFrom).length;
  expect(mostInOneWindow(CREATE, 1000, slowFrom)).toBeLessThanOrEqual(3);
  expect(sentSlowly).toBeGreaterThan(3);
  const status = await c2d("status");
  expect(status.stdout).toContain("rates chosen: user-create 3 in 1 s");
  expect(status.stdout).toMatch(/user-create\s+\d of 3 in 1 s, quota 10/);

  const reset = await json<{ rates: object; rate: object }>(c2d("throttle", "user-create", "reset", "--json"));
  expect(reset).toMatchObject({ rates: {}, rate: { requests: 10, windowMs: 1000 } });
  expect((await migrate.ended).code).toBe(0);
  expect(mostInOneWindow(CREATE, 1000, 0)).toBeLessThanOrEqual(10);
});

describe("status --watch", () => {
  test("follows a migration to its end, and ends with it", async () => {
    const watch = start("status", "--watch", "--json");
    const plain = start("status", "--watch");
    const migrate = await c2d("migrate", "--yes");
    expect(migrate.code, migrate.stderr).toBe(0);
    const { code, stdout } = await watch.ended;
    expect(code).toBe(0);
    const documents = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as RunStatus);
    expect(documents[0]).toEqual({ run: null, next: "c2d plan" });
    expect(documents.some(({ state, workers }) => state === "applying" && workers[0]?.state === "working")).toBe(true);
    expect(documents.at(-1)).toMatchObject({ state: "applied", users: { read: USERS, pending: 0 } });
    const lines = (await plain.ended).stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d no run yet$/);
    expect(lines.at(-1)).toMatch(/^\d\d:\d\d:\d\d run \S+; applied; 0 to come$/);
    expect(lines.some((line) => /; applying: \d+ of 240 users, /.test(line))).toBe(true);
  });

  test("ends at Ctrl-C with 0 and leaves no state file behind", async () => {
    const watch = start("status", "--watch");
    if (watch.child.stdout !== null) await once(watch.child.stdout, "data");
    watch.child.kill("SIGINT");
    const { code, stdout, stderr } = await watch.ended;
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/no run yet\n$/);
    expect(existsSync(join(folder.path, ".c2d"))).toBe(false);
  });
});

describe("what cannot be controlled is refused with a way on", () => {
  test.each([[["pause"]], [["resume"]], [["throttle", "user-create", "50"]]])("%j without a run", async (command) => {
    const { code, stderr } = await inProcess(...command);
    expect(code).toBe(2);
    expect(stderr).toContain("there is no run yet\n  begin one with `c2d plan` or `c2d migrate`");
    expect(existsSync(join(folder.path, ".c2d"))).toBe(false);
  });

  test("a run, a bucket or a rate that is not there", async () => {
    expect((await inProcess("plan")).code).toBe(0);
    const cases: readonly (readonly [readonly string[], string])[] = [
      [["pause", "--run", "nowhere"], "there is no such run in the state file"],
      [["throttle", "user-creates", "5"], "there are: user-create, user-update, user-other, general, UserList,"],
      [["throttle", "toString", "5"], "there is no such bucket"],
      [["throttle", "UserList@eu-west-1", "5"], "there is no such bucket"],
      [["throttle", "user-create", "11/1s"], "the rate is above the quota of user-create, 10 in 1 s"],
      [["throttle", "user-create", "quickly"], '"quickly" is no rate'],
      [["throttle", "user-create"], "missing required argument 'rate'"],
    ];
    for (const [command, message] of cases) {
      const { code, stderr } = await inProcess(...command);
      expect([command, code]).toEqual([command, 2]);
      expect(stderr).toContain(message);
    }
  });

  test("while nobody works, what is said is kept for whoever goes on", async () => {
    expect((await inProcess("plan")).code).toBe(0);
    const before = sandbox.requests.count();
    for (const command of [["pause"], ["throttle", "user-create", "5/1s"]]) {
      const { code, stdout } = await inProcess(...command);
      expect(code).toBe(0);
      expect(stdout).toContain("nobody is working on the run now: this is kept and applies when it goes on");
    }
    const status = await inProcess("status");
    expect(status.stdout).toMatch(/^run \S+: planned, paused\n/);
    expect(sandbox.requests.count()).toBe(before);
    const store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    const [run] = await store.listRuns();
    const said = (await store.readEvents(run?.id ?? "")).filter(
      ({ type }) => type === "paused" || type === "throttled",
    );
    expect(said.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: "paused", data: { by: thisOperator() } },
      { type: "throttled", data: { by: thisOperator(), bucket: "user-create", rate: "5 in 1 s" } },
    ]);
    await store[Symbol.asyncDispose]();

    const apply = start("apply", "--yes");
    await until(async () => (await json<RunStatus>(inProcess("status", "--json"))).workers[0]?.paused === true);
    expect(sandbox.requests.count()).toBe(before);
    expect((await inProcess("resume")).code).toBe(0);
    await apply.ended;
    expect(mostInOneWindow(CREATE, 1000, 0)).toBeLessThanOrEqual(5);
    // Through, and nobody at work: there is nothing left to hold back.
    const late = await inProcess("pause");
    expect([late.code, late.stderr]).toEqual([2, expect.stringContaining("is applied, and nobody works on it")]);
  });
});
