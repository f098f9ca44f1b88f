import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type CommandResult, runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { projectState } from "../pipeline/project-state.ts";
import { descope, projectUsers } from "../pipeline/world.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

interface RollbackDocument {
  readonly run: string;
  readonly rollsBack: string;
  readonly dryRun: boolean;
  readonly users: Readonly<Record<"read" | "created" | "updated" | "skipped" | "failed" | "deleted", number>>;
  readonly roles: { readonly removed: number; readonly kept: number };
  readonly attributes: { readonly removed: number; readonly kept: number };
  readonly findings: readonly { readonly rule: string }[];
  readonly left: {
    readonly total: number;
    readonly listed: readonly { readonly sub: string; readonly reason: string }[];
  };
}

let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  sandbox = await startSandbox({ users: 200, groups: 4, profile: "plain" });
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

async function migrate(): Promise<string> {
  const { stdout } = await c2d("migrate", "--json", "--no-log-file");
  return (JSON.parse(stdout) as { readonly run: string }).run;
}

const writes = (): number => sandbox.requests.count({ service: "descope", write: true });
const documentOf = ({ stdout }: CommandResult): RollbackDocument => JSON.parse(stdout) as RollbackDocument;

describe("rollback", () => {
  test("has exactly the documented JSON shape, and a dry run says what then happens", async () => {
    const before = await projectState(sandbox);
    const run = await migrate();
    sandbox.requests.reset();
    const dryRun = await c2d("rollback", run, "--dry-run", "--json");
    expect([dryRun.code, writes()]).toEqual([0, 0]);
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".log"))).toEqual([]);
    const live = await c2d("rollback", run, "--json", "--yes");
    expect(live.code).toBe(0);
    const document = documentOf(live);
    expect(Object.keys(document)).toEqual([
      "run",
      "rollsBack",
      "dryRun",
      "users",
      "roles",
      "tenants",
      "attributes",
      "findings",
      "left",
    ]);
    expect(document).toEqual({ ...documentOf(dryRun), run: document.run, dryRun: false });
    expect(document).toMatchObject({
      rollsBack: run,
      users: { read: 200, deleted: 200 },
      roles: { removed: 4, kept: 0 },
    });
    expect(await projectState(sandbox)).toEqual(before);
  });

  test("names nobody by login ID but with -v, and logs every user", async () => {
    const run = await migrate();
    const dryRun = await c2d("rollback", run, "--dry-run");
    expect(dryRun.stdout).toContain(`takes back run ${run} in project ${sandbox.projectId}`);
    expect(dryRun.stdout).toMatch(/^ +200 {2}to delete: the run created them$/m);
    expect(dryRun.stdout).toContain("dry run: nothing was written to the project");
    expect(dryRun.stdout + dryRun.stderr).not.toMatch(/\S@\S+\.\w/);
    const verbose = await c2d("rollback", run, "--dry-run", "-v");
    expect(verbose.stdout.match(/^delete\s+\S+-\S+\s+native\s+\S+@\S+\s+the run created it$/gm)).toHaveLength(200);
    const live = await c2d("rollback", run, "--yes", "--log-file", "mine.log");
    expect(live.stdout).toContain(`run ${run} was taken back`);
    expect(live.stdout).toMatch(/^ +200 {2}deleted$/m);
    const log = readFileSync(join(folder.path, "mine.log"), "utf8");
    expect(log.match(/^\S+Z deleted sub=\S+ userId=\S+$/gm)).toHaveLength(200);
    expect(log).not.toContain("@example");
  });

  test("ends with 3 when somebody changed users since, and lists them by sub", async () => {
    const run = await migrate();
    const [changed, signedUp] = projectUsers(sandbox);
    await descope(sandbox, "POST /v1/mgmt/user/update/name", { loginId: changed?.loginIds[0], displayName: "New" });
    await descope(sandbox, "POST /v1/mgmt/user/password/set/active", {
      loginId: signedUp?.loginIds[0],
      password: "Abcdef12!xyz",
    });
    const text = await c2d("rollback", run, "--dry-run");
    expect(text.stdout).toContain("docs/findings/rollback-user-changed.md");
    expect(text.stdout).toContain("docs/findings/rollback-definition-used.md");
    const live = await c2d("rollback", run, "--yes", "--json", "--no-log-file");
    expect(live.code).toBe(3);
    const { users, left, attributes } = documentOf(live);
    expect(users).toMatchObject({ deleted: 198, skipped: 2 });
    expect(attributes.kept).toBeGreaterThan(0);
    expect(left.listed.map(({ sub, reason }) => [sub, reason]).sort()).toEqual(
      [
        [String(changed?.customAttributes["cognitoSub"]), "somebody changed the user since: name"],
        [String(signedUp?.customAttributes["cognitoSub"]), "somebody changed the user since: credentials"],
      ].sort(),
    );
    expect(
      projectUsers(sandbox)
        .map(({ userId }) => userId)
        .sort(),
    ).toEqual([changed?.userId, signedUp?.userId].sort());
    const again = await c2d("rollback", run, "--yes", "--no-log-file");
    expect(again.code).toBe(3);
    expect(again.stdout).toContain("nothing is left to take back");
    expect(again.stdout).toContain(String(changed?.customAttributes["cognitoSub"]));
  });

  test("a second time says that there is nothing left, and a migration starts afresh", async () => {
    const run = await migrate();
    await c2d("rollback", run, "--yes", "--no-log-file");
    const status = await c2d("status");
    expect(status.stdout).toContain(`takes back run ${run}`);
    expect(status.stdout).toContain("nothing is left to do; c2d migrate starts afresh");
    const ofRun = await c2d("status", "--run", run);
    expect(ofRun.stdout).toContain("taken back by run");
    sandbox.requests.reset();
    const again = await c2d("rollback", run, "--yes", "--no-log-file");
    expect(again.code).toBe(0);
    expect(again.stdout).toContain("nothing is left to take back");
    expect(writes()).toBe(0);
    const next = await c2d("migrate", "--json", "--no-log-file");
    expect(JSON.parse(next.stdout)).toMatchObject({
      users: { created: 200, failed: 0 },
      reconcile: { discrepancies: 0 },
    });
  });

  test("is interrupted with 130, and the same command goes on", async () => {
    const before = await projectState(sandbox);
    const run = await migrate();
    sandbox.faults.add([
      {
        service: "descope",
        operation: "POST /v1/mgmt/user/delete/batch",
        from: 1,
        fault: { kind: "slow", delayMs: 300 },
      },
    ]);
    const interrupted = await runC2d(["rollback", run, "--yes", "--no-log-file"], {
      cwd: folder.path,
      env: environmentFor(sandbox),
      onStart: (child) => {
        const poll = setInterval(() => {
          const deletes = sandbox.requests.count({ operation: "POST /v1/mgmt/user/delete/batch" });
          if (deletes === 0 && child.exitCode === null) return;
          clearInterval(poll);
          child.kill("SIGINT");
        }, 20);
      },
    });
    expect(interrupted.code).toBe(130);
    sandbox.faults.clear();
    const status = await c2d("status");
    expect(status.stdout).toContain(`c2d rollback ${run}: it goes on from here`);
    const refused = await c2d("apply");
    expect(refused.stderr).toContain("is a rollback");
    const continued = await c2d("rollback", run, "--yes", "--json", "--no-log-file");
    expect(continued.stderr).toContain("going on with run");
    expect(documentOf(continued)).toMatchObject({ users: { deleted: 200, failed: 0 } });
    expect(await projectState(sandbox)).toEqual(before);
  });

  test("lists the runs with what they did when it is given none", async () => {
    expect((await c2d("rollback")).stdout).toContain("no run yet");
    const run = await migrate();
    const rolledBack = documentOf(await c2d("rollback", run, "--yes", "--json", "--no-log-file"));
    const text = await c2d("rollback");
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(new RegExp(`^${run} +migrate +applied .*taken back by ${rolledBack.run}$`, "m"));
    expect(text.stdout).toContain("200 created");
    expect(text.stdout).toContain(`takes back ${run}`);
    expect(JSON.parse((await c2d("rollback", "--json")).stdout)).toMatchObject({
      runs: [
        { run: rolledBack.run, kind: "rollback", rollsBack: run, users: { deleted: 200 } },
        { run, kind: "migrate", rolledBackBy: rolledBack.run, users: { created: 200 } },
      ],
    });
  });

  test("needs no pool", async () => {
    const run = await migrate();
    const { COGNITO_USER_POOL_ID: _pool, ...env } = environmentFor(sandbox);
    const { code } = await runC2d(["rollback", run, "--yes", "--no-log-file"], { cwd: folder.path, env });
    expect(code).toBe(0);
    expect(projectUsers(sandbox)).toEqual([]);
  });
});

describe("rollback refuses", () => {
  test("a run that is not there, or was not applied, or is a rollback, and writes nothing", async () => {
    const none = await c2d("rollback", "20200101-000000-abcdef", "--yes");
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("there is no run in this state file");
    expect(readdirSync(folder.path)).toEqual(["c2d.config.json"]);

    const planned = JSON.parse((await c2d("plan", "--json")).stdout) as { readonly run: string };
    const early = await c2d("rollback", planned.run, "--yes", "--no-log-file");
    expect([early.code, early.stderr]).toEqual([
      2,
      expect.stringContaining("was not applied: there is nothing to take back"),
    ]);

    const run = await migrate();
    const unknown = await c2d("rollback", "20200101-000000-abcdef", "--yes", "--no-log-file");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("there is no such run in the state file");
    expect(unknown.stderr).toContain(run);

    const asked = await c2d("rollback", run);
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining("nobody is there to be asked")]);
    expect(projectUsers(sandbox)).toHaveLength(200);

    const rolledBack = documentOf(await c2d("rollback", run, "--yes", "--json", "--no-log-file"));
    const twice = await c2d("rollback", rolledBack.run, "--yes", "--no-log-file");
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining("is a rollback itself")]);
    const reconciled = await c2d("reconcile", "--run", rolledBack.run);
    expect([reconciled.code, reconciled.stderr]).toEqual([2, expect.stringContaining("is a rollback")]);
    expect((await c2d("reconcile")).stderr).toContain("there is no applied run to compare with");
    expect((await c2d("rollback", run, "another", "--yes")).code).toBe(2);
  });

  test("a run of another project", async () => {
    const run = await migrate();
    const env = { ...environmentFor(sandbox), DESCOPE_PROJECT_ID: "P2AnotherAnotherAnotherAnoth" };
    const result = await runC2d(["rollback", run, "--yes", "--no-log-file"], { cwd: folder.path, env });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(`run ${run} wrote to another project than the config names`);
    expect(result.stderr).toContain("code: ERR_PLAN_STALE");
    expect(projectUsers(sandbox)).toHaveLength(200);
  });
});
