import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { takePostgresLock } from "@cognito-to-descope/store/postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../packages/store/test/support/postgres-server.ts";
import { type CommandResult, runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let server: PostgresServer;
let url: string;
let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  url = await server.createDatabase();
  sandbox = await startSandbox({ users: 300, groups: 4 });
  folder = temporaryFolder();
  writeFastConfig(folder.path);
});
afterEach(async () => {
  folder[Symbol.dispose]();
  await sandbox.stop();
});

const printed: string[] = [];

async function c2d(
  commandArguments: readonly string[],
  onStart?: Parameters<typeof runC2d>[1]["onStart"],
): Promise<CommandResult> {
  const env = { ...environmentFor(sandbox), C2D_STATE: url };
  const result = await runC2d(commandArguments, { cwd: folder.path, env, ...(onStart && { onStart }) });
  printed.push(result.stdout, result.stderr);
  return result;
}

const writes = (): number => sandbox.requests.count({ service: "descope", write: true });

describe("with the state on PostgreSQL", () => {
  test("a migration runs, runs again without a write, is reconciled, shown and purged", async () => {
    const before = await c2d(["status", "--state", url, "--json"]);
    expect(JSON.parse(before.stdout)).toMatchObject({ run: null });
    expect(await server.query("SELECT 1 FROM pg_namespace WHERE nspname = 'c2d'", url.split("/").at(-1))).toEqual([]);

    const first = await c2d(["migrate", "--state", url, "--json"]);
    expect(first.stderr).not.toContain("ERR_");
    const { users, reconcile } = JSON.parse(first.stdout) as { users: Record<string, number>; reconcile: object };
    expect(users).toMatchObject({ failed: 0, read: users["created"]! + users["skipped"]! });
    expect(reconcile).toMatchObject({ discrepancies: 0, checked: users["created"] });

    const written = writes();
    const second = await c2d(["migrate", "--json"]);
    expect(JSON.parse(second.stdout)).toMatchObject({ users: { created: 0, updated: 0, unchanged: users["created"] } });
    expect(writes()).toBe(written);

    expect((await c2d(["reconcile", "--json"])).code).toBe(0);
    const status = await c2d(["status", "--json"]);
    expect(JSON.parse(status.stdout)).toMatchObject({ state: "applied", users: { read: users["read"], pending: 0 } });
    expect((await c2d(["export", "--from", "plan", "--format", "csv"])).stdout.split("\n").length).toBeGreaterThan(
      users["read"]!,
    );
    expect((await c2d(["doctor"])).stdout).toMatch(
      /^ok\s+state store: postgres:\/\/owner@127\.0\.0\.1:\d+\/test_\d+, 2 runs$/m,
    );

    expect((await c2d(["report", "--json-file", "final.json"])).code).toBe(0);
    const verified = await c2d(["report", "verify", "final.json"]);
    expect(verified.code, verified.stdout).toBe(0);
    expect(verified.stdout.match(/^ +ok /gm)?.length).toBeGreaterThan(10);

    expect((await c2d(["purge"])).code).toBe(2);
    const purged = await c2d(["purge", "--yes", "--json"]);
    expect(purged.code).toBe(0);
    expect(readdirSync(folder.path)).toEqual(["c2d.config.json"]);
    expect(JSON.parse((await c2d(["status", "--json"])).stdout)).toMatchObject({ run: null });
    expect(existsSync(join(folder.path, ".c2d"))).toBe(false);
  });

  test("a run that another process works on is not worked on twice", async () => {
    const lock = await takePostgresLock(url, () => undefined);
    const refused = await c2d(["migrate", "--json"]);
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "ERR_RUN_ACTIVE" } });
    await lock.release();
    expect((await c2d(["plan"])).code).toBe(0);
  });

  test("a process that is killed leaves no lock, and the next one goes on", async () => {
    const killed = await c2d(["migrate", "--json"], (child) => {
      const timer = setInterval(() => {
        if (sandbox.requests.count({ service: "descope", write: true }) > 3) child.kill("SIGKILL");
      }, 5);
      child.on("close", () => clearInterval(timer));
    });
    expect(killed.code).toBeNull();
    // The server takes a moment to see that the connection is gone.
    await expect.poll(async () => (await lockHolders()).length, { timeout: 20_000 }).toBe(0);
    const again = await c2d(["migrate", "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ users: { failed: 0 }, reconcile: { discrepancies: 0 } });
  });

  test("a database that goes away in the middle stops the run with a clear error, and the run goes on when it is back", async () => {
    let crashed: Promise<void> | undefined;
    const stopped = await c2d(["migrate", "--json"], (child) => {
      const timer = setInterval(() => {
        if (crashed === undefined && sandbox.requests.count({ service: "descope", write: true }) > 3) {
          crashed = server.crash();
        }
      }, 5);
      child.on("close", () => clearInterval(timer));
    });
    await crashed;
    await server.start();
    expect(stopped.code).toBe(2);
    expect(JSON.parse(stopped.stdout)).toMatchObject({
      error: { code: "ERR_STORE_UNREADABLE", message: expect.stringMatching(/was lost|cannot be reached/) as string },
    });
    const again = await c2d(["migrate", "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ users: { failed: 0 }, reconcile: { discrepancies: 0 } });
  });

  test.each([
    ["a wrong password", () => url.replace(/:[^:@]+@/, ":wr0ng@"), "ERR_STORE_UNREADABLE", /refuses this user/],
    ["no such database", () => url.replace(/[^/]+$/, "nowhere"), "ERR_STORE_UNREADABLE", /does not exist/],
    ["nobody who listens", () => url.replace(/:\d+\//, ":1/"), "ERR_STORE_UNREADABLE", /cannot be reached/],
    ["a URL that is none", () => url.replace(/:\d+\//, ":port/"), "ERR_CONFIG_INVALID", /1 problem/],
  ])("%s is one clear error", async (_, location, code, message) => {
    const result = await c2d(["migrate", "--json", "--debug", "--state", location()]);
    expect(result.code).toBe(2);
    expect(JSON.parse(result.stdout)).toMatchObject({
      error: { code, message: expect.stringMatching(message) as string, suggestion: expect.any(String) as string },
    });
  });

  test("no command shows the password", async () => {
    await c2d(["doctor", "--debug"]);
    await c2d(["migrate", "-v", "--debug"]);
    await c2d(["status", "-v"]);
    const files = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const kept = files.map((file) => readFileSync(join(file.parentPath, file.name), "utf8"));
    const everything = [...printed, ...kept].join("\n");
    for (const form of [server.password, encodeURIComponent(server.password), "canary/pass", "canary%2F", "wr0ng"]) {
      expect(everything).not.toContain(form);
    }
  });
});

async function lockHolders(): Promise<readonly unknown[]> {
  return server.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'");
}
