import type { ChildProcess } from "node:child_process";
import { type Fault, startSandbox } from "@cognito-to-descope/sandbox";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { type CommandResult, runC2d, type RunOptions } from "../e2e/run-c2d.ts";
import { descope } from "../pipeline/world.ts";
import { type CrashScene, openStage, sceneFolder, setScene, type Stage } from "./crash-scene.ts";
import { type Ending, expectSameEnding, expectSameProject, migrateToTheEnd } from "./ending.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const CREATE = "POST /v1/mgmt/user/create/batch";

let scene: CrashScene;
let stage: Stage;
/** The migration that nothing happens to. */
let reference: Ending;
let folder: ReturnType<typeof sceneFolder>;

beforeAll(async () => {
  scene = await setScene(130, 25);
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

function c2d(
  commandArguments: readonly string[],
  { env, onStart }: Pick<RunOptions, "env" | "onStart"> = {},
): Promise<CommandResult> {
  return runC2d(commandArguments, {
    cwd: folder.path,
    env: { ...environmentFor(stage.sandbox), ...env },
    ...(onStart === undefined ? {} : { onStart }),
  });
}

/** The one message of a command that stopped. */
function expectStopped({ code: exitCode, stderr }: CommandResult, code: string, text: RegExp): void {
  expect({ exitCode, code: /^  code: (\w+)$/m.exec(stderr)?.[1], stderr }).toEqual({
    exitCode: 2,
    code,
    stderr: expect.stringMatching(text) as string,
  });
  expect(stderr.match(/^c2d: /gm)).toHaveLength(1);
}

/** Kills a migration in the middle of its writes. */
async function killWhileApplying(): Promise<string> {
  const { faults } = stage.sandbox;
  faults.add([{ operation: CREATE, nth: 3, fault: { kind: "kill-client", when: "after" } }]);
  expect((await stage.migrate(folder.path)).code).toBeNull();
  faults.clear();
  return await newestRun();
}

async function newestRun(): Promise<string> {
  return (JSON.parse((await c2d(["status", "--json"])).stdout) as { readonly run: string }).run;
}

const awsRefusal = (type: string, message: string): Fault => ({
  kind: "status",
  status: 400,
  body: JSON.stringify({ __type: type, message }),
});

describe("credentials that expire in the middle", () => {
  test.each([
    ["the users are read", "ListUsers", 2],
    ["the members are read", "ListUsersInGroup", 9],
  ])("of AWS, while %s: one clear error, and the run goes on with new ones", async (_when, operation, from) => {
    const fault = awsRefusal("ExpiredTokenException", "The security token included in the request is expired");
    stage.sandbox.faults.add([{ service: "cognito", operation, from, fault }]);
    expectStopped(await c2d(["migrate"]), "ERR_SOURCE_UNAUTHORIZED", /the AWS session has expired: sign in again/);
    stage.sandbox.faults.assertAllHappened();
    const run = await newestRun();
    await stage.reset();
    expectSameEnding(await migrateToTheEnd(stage, folder.path), reference);
    expect(await newestRun()).toBe(run);
    // What was read before is not read again.
    expect(stage.sandbox.requests.count({ operation })).toBeLessThan(operation === "ListUsers" ? 3 : 28);
  });

  test.each([
    ["the project is read", "POST /v2/mgmt/user/search", 1],
    ["roles are created", "POST /v1/mgmt/role/create", 2],
    ["users are created", CREATE, 2],
    ["users are patched", "PATCH /v1/mgmt/user/patch/batch", 1],
  ])("of Descope, while %s: one clear error, and the run goes on with a new key", async (_when, operation, from) => {
    stage.sandbox.faults.add([{ service: "descope", operation, from, fault: { kind: "status", status: 401 } }]);
    expectStopped(await c2d(["migrate"]), "ERR_TARGET_UNAUTHORIZED", /DESCOPE_MANAGEMENT_KEY.* has not expired/);
    stage.sandbox.faults.assertAllHappened();
    stage.sandbox.faults.clear();
    const run = await newestRun();
    const ending = await migrateToTheEnd(stage, folder.path);
    expectSameEnding(ending, reference);
    expect(await newestRun()).toBe(run);
  });
});

describe("a project that changed meanwhile", () => {
  const removals = [
    [
      "an attribute",
      "attribute cognitoUsername",
      "POST /v1/mgmt/user/customattribute/delete",
      { names: ["cognitoUsername"] },
    ],
    ["a role", "role group-001", "POST /v1/mgmt/role/delete", { name: "group-001" }],
  ] as const;

  test.each(removals)(
    "%s was removed between plan and apply: apply refuses, and a new plan is applied",
    async (_what, name, operation, body) => {
      expect((await c2d(["plan"])).code).toBe(0);
      await descope(stage.sandbox, operation, body);
      stage.sandbox.requests.reset();
      expectStopped(
        await c2d(["apply"]),
        "ERR_PLAN_STALE",
        new RegExp(`the project changed since the plan was made: ${name}`),
      );
      expect(stage.sandbox.requests.count({ service: "descope", write: true })).toBe(0);
      expect((await c2d(["plan"])).code).toBe(0);
      expect((await c2d(["apply"])).code).toBe(0);
      expectSameProject(stage.project(), reference);
    },
  );

  test.each(removals)(
    "%s was removed while a run was interrupted: apply refuses, and migrate plans afresh",
    async (_what, name, operation, body) => {
      const run = await killWhileApplying();
      await descope(stage.sandbox, operation, body);
      expectStopped(await c2d(["apply"]), "ERR_PLAN_STALE", new RegExp(name));
      const { code, stderr } = await c2d(["migrate"]);
      expect(code, stderr).toBe(0);
      expect(stderr).toContain(`note: the project changed since the plan was made: ${name}`);
      expect(stderr).toContain(`note: run ${run} was not finished; this run takes its place`);
      expect(await newestRun()).not.toBe(run);
      expectSameProject(stage.project(), reference);
    },
  );
});

describe("a config that changed meanwhile", () => {
  test("is not applied to an interrupted run: apply refuses, and migrate begins a new one that finds what was written", async () => {
    const run = await killWhileApplying();
    const config = {
      ...scene.config,
      mapping: { ...(scene.config as { mapping: object }).mapping, federated: "skip" },
    };
    writeFastConfig(folder.path, config);
    expectStopped(await c2d(["apply"]), "ERR_PLAN_STALE", /was made with another config/);
    const { code, stdout, stderr } = await c2d(["migrate", "--json"]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`note: run ${run} was not finished; this run takes its place and finds what it wrote`);
    expect(JSON.parse(stdout)).toMatchObject({ users: { read: 130, failed: 0 }, reconcile: { discrepancies: 0 } });
  });

  test("and back again lets the plan be applied", async () => {
    expect((await c2d(["plan"])).code).toBe(0);
    writeFastConfig(folder.path, { ...scene.config, mapping: { federated: "skip" } });
    expectStopped(await c2d(["apply"]), "ERR_PLAN_STALE", /was made with another config/);
    writeFastConfig(folder.path, scene.config);
    expect((await c2d(["apply"])).code).toBe(0);
    expectSameProject(stage.project(), reference);
  });
});

describe("a plan for another project", () => {
  test("is refused before anything is asked of this one, and applied to its own", async () => {
    await using other = await startSandbox({ only: "descope", descope: { projectId: "P2AnotherAnotherAnotherAnoth" } });
    expect((await c2d(["plan"])).code).toBe(0);
    const env = { DESCOPE_PROJECT_ID: other.projectId, DESCOPE_BASE_URL: other.descope };
    expectStopped(await c2d(["apply"], { env }), "ERR_PLAN_STALE", /was made for another project/);
    expect(other.requests.count()).toBe(0);
    expect((await c2d(["apply"])).code).toBe(0);
    expectSameProject(stage.project(), reference);
  });
});

describe("two runs at once on one state file", () => {
  test("the second is refused at once, whatever it is, and the first ends as if it had been alone", async () => {
    const { sandbox } = stage;
    sandbox.faults.add([{ operation: CREATE, nth: 2, fault: { kind: "slow", delayMs: 500 } }]);
    let process: ChildProcess | undefined;
    const first = stage.migrate(folder.path, { onStart: (child) => (process = child) });
    while (sandbox.requests.count({ operation: CREATE }) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    // Stopped, so that it is still there when the others come, however long they take.
    process?.kill("SIGSTOP");
    try {
      let requests = 0;
      for (const command of ["migrate", "apply", "plan", "reconcile"]) {
        expectStopped(await c2d([command]), "ERR_RUN_ACTIVE", /another c2d works with this state file/);
        // What the first had sent before it was stopped is over by now.
        if (command === "migrate") requests = sandbox.requests.count();
      }
      // To look at it is no work.
      expect((await c2d(["status"])).stdout).toContain("applying");
      expect(sandbox.requests.count()).toBe(requests);
    } finally {
      process?.kill("SIGCONT");
    }
    const { code, stderr } = await first;
    expect(code, stderr).toBe(0);
    sandbox.faults.assertAllHappened();
    expectSameProject(stage.project(), reference);
  });
});
