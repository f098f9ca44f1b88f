import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../packages/store/test/support/postgres-server.ts";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { projectUsers, targetState } from "../pipeline/world.ts";
import { begin, expectNobodyLost, type Running, until } from "./scene.ts";

// Each test starts several processes, and waits until one that was killed is taken for dead.
vi.setConfig({ testTimeout: 180_000 });

const POOL = { users: 1200, groups: 4, seed: "many machines" };

let server: PostgresServer;
let url: string;
let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;
let running: Running[];

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  url = await server.createDatabase();
  sandbox = await startSandbox({ ...POOL, latencyMs: 30 });
  folder = temporaryFolder();
  writeFastConfig(folder.path, { target: { batchSize: 5 } });
  running = [];
});
afterEach(async () => {
  for (const { child } of running) child.kill("SIGKILL");
  await Promise.all(running.map(({ ended }) => ended));
  folder[Symbol.dispose]();
  await sandbox.stop();
});

function start(...commandArguments: readonly string[]): Running {
  const started = begin(commandArguments, { folder: folder.path, sandbox, url });
  running.push(started);
  return started;
}

const creates = (): number =>
  sandbox.requests.count({ service: "descope", operation: "POST /v1/mgmt/user/create/batch" });

/** How many processes were heard of in the newest run. */
async function countWorkers(): Promise<number> {
  const store = await openStateStore(url);
  try {
    const [run] = await store.listRuns();
    return run === undefined ? 0 : (await store.readHeartbeats(run.id)).length;
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

/** How many processes have a range in hand. */
async function countRangesUnderWay(): Promise<number> {
  const database = url.split("/").at(-1);
  const rows = await server.query("SELECT 1 FROM c2d_queue.job WHERE state = 'active'", database);
  return rows.length;
}

/** What the project is when one process migrates the same pool. */
async function stateAfterOneProcess(): Promise<unknown> {
  const other = await startSandbox(POOL);
  using elsewhere = temporaryFolder();
  writeFastConfig(elsewhere.path);
  try {
    const env = environmentFor(other);
    const { code } = await runInProcess(["migrate", "--no-log-file"], { cwd: elsewhere.path, env });
    expect(code).toBe(0);
    return targetState(other);
  } finally {
    await other.stop();
  }
}

describe("several processes with the state on one PostgreSQL", () => {
  test("share the applying of a run, and a second apply takes part instead of being refused", async () => {
    const leader = start("migrate");
    await until(() => creates() > 2);
    const joining = [start("worker", "--until-idle"), start("worker", "--until-idle"), start("apply", "--yes")];
    const [first, ...others] = await Promise.all([leader, ...joining].map(({ ended }) => ended));
    expect(first?.stderr).not.toContain("ERR_");
    expect(JSON.parse(first?.stdout ?? "")).toMatchObject({ users: { failed: 0 }, reconcile: { discrepancies: 0 } });
    for (const { code, stderr } of others) expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(others[2]?.stdout ?? "")).toMatchObject({ joined: true, users: { failed: 0 } });
    expect(await countWorkers()).toBe(4);
    const { created } = await expectNobodyLost(url, sandbox);
    expect(created).toBe(JSON.parse(first?.stdout ?? "").users.created);
  });

  test("finish what a killed worker and a killed leader left, with nobody lost and nobody doubled", async () => {
    expect((await start("plan").ended).code).toBe(0);
    // On a busy machine a process takes seconds to start, and the run must not end before all have.
    sandbox.faults.add([
      { operation: "POST /v1/mgmt/user/create/batch", probability: 1, fault: { kind: "slow", delayMs: 1000 } },
    ]);
    const leads = start("apply", "--yes");
    await until(() => creates() > 2);
    const workers = [start("worker", "--until-idle"), start("worker", "--until-idle"), start("worker", "--until-idle")];
    await until(async () => (await countWorkers()) === 4);
    sandbox.faults.clear();
    workers[0]?.child.kill("SIGKILL");
    await until(() => creates() > 60);
    leads.child.kill("SIGKILL");
    const ended = await Promise.all(workers.slice(1).map(({ ended: end }) => end));
    for (const { code, stderr } of ended) expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(ended.map(({ stderr }) => stderr).join("\n")).toMatch(/leading run \S+ now/);
    await expectNobodyLost(url, sandbox);
    expect(targetState(sandbox)).toEqual(await stateAfterOneProcess());
    const again = await start("migrate").ended;
    expect(JSON.parse(again.stdout)).toMatchObject({
      users: { created: 0, updated: 0, failed: 0 },
      reconcile: { discrepancies: 0 },
    });
  });

  test("double nobody when one that was taken for dead wakes in the middle of a batch", async () => {
    expect((await start("plan").ended).code).toBe(0);
    const leads = start("apply", "--yes");
    await until(() => creates() > 2);
    const sleeper = start("worker", "--until-idle");
    await until(async () => (await countRangesUnderWay()) === 2);
    sleeper.child.kill("SIGSTOP");
    expect((await leads.ended).code).toBe(0);
    sleeper.child.kill("SIGCONT");
    expect((await sleeper.ended).code).toBe(0);
    await expectNobodyLost(url, sandbox);
    expect(targetState(sandbox)).toEqual(await stateAfterOneProcess());
  });

  test("share a rollback, and end when the operator interrupts them while the others go on", async () => {
    const { run } = JSON.parse((await start("migrate").ended).stdout) as { readonly run: string };
    const deletes = (): number =>
      sandbox.requests.count({ service: "descope", operation: "POST /v1/mgmt/user/delete/batch" });
    const leader = start("rollback", run, "--yes");
    await until(() => deletes() > 2);
    const workers = [start("worker", "--until-idle"), start("worker")];
    await until(async () => (await countWorkers()) === 3);
    workers[0]?.child.kill("SIGINT");
    expect((await workers[0]?.ended)?.code).toBe(130);
    expect(JSON.parse((await leader.ended).stdout)).toMatchObject({ users: { failed: 0 } });
    expect(projectUsers(sandbox)).toEqual([]);
    // The other one waits for the next run by now, and ends as it should when nothing is under way.
    const joined = await start("apply", "--yes").ended;
    expect(JSON.parse(joined.stdout)).toMatchObject({ error: { code: "ERR_PLAN_MISSING" } });
    workers[1]?.child.kill("SIGINT");
    expect((await workers[1]?.ended)?.code).toBe(0);
  });

  test("cannot plan while others apply", async () => {
    const leader = start("migrate");
    await until(() => creates() > 2);
    const refused = await start("plan").ended;
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "ERR_RUN_ACTIVE" } });
    expect((await leader.ended).code).toBe(0);
  });
});

test("a worker refuses a state file, which no other machine can reach", async () => {
  const { code, stdout } = await runInProcess(["worker", "--json", "--no-log-file"], {
    cwd: folder.path,
    env: environmentFor(sandbox),
  });
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    error: {
      code: "ERR_USAGE",
      message: expect.stringContaining("needs a state store that machines can share") as string,
    },
  });
});
