import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type CommandResult, runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { descope, projectUsers } from "../pipeline/world.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

interface MigrationDocument {
  readonly run: string;
  readonly dryRun: boolean;
  readonly users: Readonly<Record<"read" | "created" | "updated" | "unchanged" | "skipped" | "failed", number>>;
}

let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  sandbox = await startSandbox({ users: 400, groups: 4 });
  folder = temporaryFolder();
  writeFastConfig(folder.path);
});
afterEach(async () => {
  folder[Symbol.dispose]();
  await sandbox.stop();
});

function c2d(...commandArguments: readonly string[]): Promise<CommandResult> {
  return runC2d(commandArguments, { cwd: folder.path, env: environmentFor(sandbox) });
}

async function json<T>(...commandArguments: readonly string[]): Promise<T> {
  const { stdout } = await c2d(...commandArguments, "--json");
  return JSON.parse(stdout) as T;
}

const writes = (): number => sandbox.requests.count({ service: "descope", write: true });
const logFiles = (): readonly string[] => readdirSync(folder.path).filter((name) => name.endsWith(".log"));

describe("migrate", () => {
  test("has exactly the documented JSON shape, and a dry run says what then happens", async () => {
    const dryRun = await json<MigrationDocument>("migrate", "--dry-run");
    expect(writes()).toBe(0);
    expect(logFiles()).toEqual([]);
    const live = await json<MigrationDocument>("migrate");
    expect(Object.keys(live)).toEqual([
      "run",
      "dryRun",
      "users",
      "roles",
      "tenants",
      "attributes",
      "findings",
      "reconcile",
    ]);
    expect(live).toEqual({
      ...dryRun,
      run: live.run,
      dryRun: false,
      reconcile: { checked: live.users.created, discrepancies: 0 },
    });
    expect(live.users.failed).toBe(0);
  });

  test("logs every user once, by sub, in a file of its owner's", async () => {
    const { users } = await json<MigrationDocument>("migrate");
    const [name = ""] = logFiles();
    expect(name).toMatch(/^migration_log_cognito_\d\d_\d\d_\d{4}_\d\d:\d\d:\d\d\.log$/);
    expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600);
    const log = readFileSync(join(folder.path, name), "utf8");
    const outcomes = [...log.matchAll(/^\S+Z (created|updated|unchanged|skipped|failed) sub=(\S+)/gm)];
    expect(outcomes).toHaveLength(users.read);
    expect(new Set(outcomes.map(([, , sub]) => sub)).size).toBe(users.read);
    expect(log).not.toContain("@example");
  });

  test("writes no log with --no-log-file, and login IDs with -v only", async () => {
    const first = await c2d("migrate", "--no-log-file");
    expect(first.code).toBe(0);
    expect(logFiles()).toEqual([]);
    expect(first.stdout + first.stderr).not.toMatch(/\S@\S+\.\w/);
    const verbose = await c2d("migrate", "--log-file", "mine.log", "-v");
    expect(verbose.stdout).toMatch(/^unchanged\s+\S+\s+native\s+\S+@\S+/m);
    expect(readFileSync(join(folder.path, "mine.log"), "utf8")).toMatch(/unchanged sub=\S+ loginId=\S+@/);
  });

  test("a second time writes nothing", async () => {
    await c2d("migrate");
    sandbox.requests.reset();
    const again = await json<MigrationDocument>("migrate");
    expect(writes()).toBe(0);
    expect(again.users.unchanged + again.users.skipped).toBe(again.users.read);
  });

  test("ends with 3 when users fail, says who with -v, and tries them again", async () => {
    sandbox.faults.add([
      {
        service: "descope",
        operation: "POST /v1/mgmt/user/create/batch",
        fault: { kind: "status", status: 400, body: '{"errorCode":"E011003","errorDescription":"Request is invalid"}' },
        times: 40,
      },
    ]);
    const failing = await c2d("migrate", "--json");
    const { users } = JSON.parse(failing.stdout) as MigrationDocument;
    expect(users.failed).toBeGreaterThan(0);
    expect(users.created + users.skipped + users.failed).toBe(users.read);
    expect(failing.code).toBe(3);
    const status = await c2d("status");
    expect(status.stdout).toContain("× refused");
    expect(status.stdout).not.toMatch(/\S@\S+\.\w/);
    expect((await c2d("status", "-v")).stdout.match(/^failed\s/gm)).toHaveLength(users.failed);
    sandbox.faults.assertAllHappened();
    sandbox.faults.clear();
    const again = await json<MigrationDocument>("migrate");
    expect(again.users).toMatchObject({ failed: 0, created: users.failed, unchanged: users.created });
  });

  test("is interrupted with 130, and the same command goes on", async () => {
    sandbox.faults.add([
      { service: "descope", operation: "POST /v1/mgmt/role/create", fault: { kind: "slow", delayMs: 100 } },
    ]);
    const interrupted = await runC2d(["migrate", "--json"], {
      cwd: folder.path,
      env: environmentFor(sandbox),
      onStart: (child) => {
        const poll = setInterval(() => {
          // After the first of many roles: what is sent before them may be over before the signal arrives.
          const roles = sandbox.requests.count({ operation: "POST /v1/mgmt/role/create" });
          if (roles === 0 && child.exitCode === null) return;
          clearInterval(poll);
          child.kill("SIGINT");
        }, 20);
      },
    });
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toContain("interrupted: everything done so far is kept; the same command continues");
    expect(JSON.parse(interrupted.stdout)).toMatchObject({ error: { code: "ERR_ABORTED" } });
    const { run } = await json<{ readonly run: string }>("status");
    sandbox.faults.assertAllHappened();
    sandbox.faults.clear();
    const continued = await c2d("migrate", "--json");
    expect(continued.stderr).toContain(`going on with run ${run}`);
    expect(JSON.parse(continued.stdout)).toMatchObject({ run, users: { failed: 0 }, reconcile: { discrepancies: 0 } });
  });

  test("is interrupted at once by a second signal", async () => {
    sandbox.faults.add([{ service: "cognito", operation: "ListUsers", fault: { kind: "half-open" } }]);
    const { code } = await runC2d(["migrate"], {
      cwd: folder.path,
      env: environmentFor(sandbox),
      onStart: (child) => {
        const poll = setInterval(() => {
          if (sandbox.requests.count({ operation: "DescribeUserPool" }) === 0 && child.exitCode === null) return;
          clearInterval(poll);
          child.kill("SIGTERM");
          child.kill("SIGTERM");
        }, 20);
      },
    });
    expect(code).toBe(130);
  });
});

describe("plan and apply", () => {
  test("do what migrate does, in two steps", async () => {
    const plan = await json<{ readonly planHash: string; readonly counts: { readonly create: number } }>("plan");
    expect(writes()).toBe(0);
    expect((await json<{ readonly next: string }>("status")).next).toBe(
      "c2d apply; c2d plan if the project changed since",
    );
    const applied = await json<MigrationDocument>("apply");
    expect(applied.users.created).toBe(plan.counts.create);
    const again = await c2d("apply");
    expect(again.stdout).toContain("nothing was left to do");
    const reconciled = await c2d("reconcile", "--json", "--sign-in", "10");
    expect(JSON.parse(reconciled.stdout)).toMatchObject({ discrepancies: 0, signIns: { tested: 10, failed: 0 } });
    expect(reconciled.code).toBe(0);
  });

  test("give the same hash twice, and list every user with -v", async () => {
    const [first, second] = [await c2d("plan"), await c2d("plan", "-v")];
    const hash = /hash (\w{64})/;
    expect(hash.exec(second.stdout)?.[1]).toBe(hash.exec(first.stdout)?.[1]);
    expect(second.stdout.match(/^(?:create|patch|none|skip)\s+\S+-\S+\s/gm)).toHaveLength(400);
    expect(first.stdout).not.toMatch(/\S@\S+\.\w/);
    expect(first.stdout).toContain("docs/findings/user-no-contact.md");
  });

  test("are refused when the project changed since", async () => {
    await c2d("migrate", "--no-log-file");
    expect((await c2d("plan")).code).toBe(0);
    await descope(sandbox, "POST /v1/mgmt/role/delete", { name: "group-001" });
    const result = await c2d("apply");
    expect(result.code).toBe(2);
    expect(result.stderr).toContain("the project changed since the plan was made: role group-001");
    expect(result.stderr).toContain("code: ERR_PLAN_STALE");
  });

  test("end with 4 when a finding blocks, and nothing is written", async () => {
    await descope(sandbox, "POST /v1/mgmt/user/customattribute/create", {
      attributes: [{ name: "cognitoSub", type: 2, displayName: "x" }],
    });
    sandbox.requests.reset();
    const plan = await c2d("plan");
    expect(plan.code).toBe(4);
    expect(plan.stdout).toContain("docs/findings/attribute-type-conflict.md");
    expect((await c2d("migrate", "--dry-run", "--json")).code).toBe(4);
    for (const command of ["apply", "migrate"]) {
      const result = await c2d(command);
      expect(result.code).toBe(4);
      expect(result.stderr).toContain("code: ERR_PLAN_BLOCKED");
    }
    expect(writes()).toBe(0);
  });
});

describe("reconcile", () => {
  test("ends with 3 on a discrepancy, and writes a report that shows no value without -v", async () => {
    await c2d("migrate", "--no-log-file");
    const loginId = projectUsers(sandbox)[0]?.loginIds[0];
    await descope(sandbox, "POST /v1/mgmt/user/update/name", { loginId, displayName: "Somebody Else" });
    const result = await c2d("reconcile");
    expect(result.code).toBe(3);
    expect(result.stdout).toContain("1 discrepancy");
    const reports = join(folder.path, ".c2d", "reports");
    const names = readdirSync(reports);
    expect(new Set(names.map((name) => name.split(".").at(-1)))).toEqual(new Set(["html", "json"]));
    const read = (): string => names.map((name) => readFileSync(join(reports, name), "utf8")).join("");
    for (const name of names) expect(statSync(join(reports, name)).mode & 0o777).toBe(0o600);
    expect(read()).not.toContain("Somebody Else");
    await c2d("reconcile", "-v");
    expect(read()).toContain("Somebody Else");
  });
});

describe("purge", () => {
  test("removes state, reports and logs, and nothing else", async () => {
    writeFileSync(join(folder.path, "mine.log"), "mine");
    await c2d("migrate");
    const refused = await c2d("purge");
    expect(refused.code).toBe(2);
    expect(existsSync(join(folder.path, ".c2d", "state.db"))).toBe(true);
    expect((await c2d("purge", "--yes")).code).toBe(0);
    expect(readdirSync(folder.path).sort()).toEqual(["c2d.config.json", "mine.log"]);
    expect(JSON.parse((await c2d("purge", "--yes", "--json")).stdout)).toEqual({ removed: [], kept: [] });
  });

  test("leaves what takes other commands back, and says so", async () => {
    await c2d("migrate");
    const directory = join(folder.path, ".c2d");
    for (const [part, name] of [
      ["console", "1.out"],
      ["apps", "P2.json"],
      ["reports", "mine.html"],
    ] as const) {
      mkdirSync(join(directory, part), { recursive: true });
      writeFileSync(join(directory, part, name), "[]");
    }
    const { stdout } = await c2d("purge", "--yes");
    expect(readdirSync(directory).sort()).toEqual(["apps", "reports"]);
    expect(readdirSync(join(directory, "reports"))).toEqual(["mine.html"]);
    expect(stdout).toContain(`removed ${join(directory, "console")}\n`);
    expect(stdout.split("\n").filter((line) => line.startsWith("kept "))).toEqual([
      `kept ${join(directory, "apps")}: what \`c2d apps\` did, so that it can be taken back, and credentials that it made`,
      `kept ${join(directory, "reports")}: files that no run of this state wrote`,
    ]);
  });
});

test("status says that there is no run yet, and makes no state file", async () => {
  expect((await c2d("status")).stdout).toContain("no run yet");
  expect(readdirSync(folder.path)).toEqual(["c2d.config.json"]);
});
