import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type CommandResult, runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 60, groups: 2, profile: "plain" });
});
afterAll(() => sandbox.stop());
beforeEach(() => {
  folder = temporaryFolder();
  writeFastConfig(folder.path);
  sandbox.requests.reset();
  sandbox.faults.clear();
});
afterEach(() => folder[Symbol.dispose]());

/** Runs a command with the sandbox's environment; a variable that is undefined is left out. */
function c2d(
  commandArguments: readonly string[],
  variables: Readonly<Record<string, string | undefined>> = {},
): Promise<CommandResult> {
  const given = Object.entries({ ...environmentFor(sandbox), ...variables });
  const env = Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== undefined));
  return runC2d(commandArguments, { cwd: folder.path, env });
}

/** A URL on this machine where nobody listens. */
async function closedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}

/** What a command that failed said. */
interface Fault {
  readonly exitCode: number | null;
  readonly code: string | undefined;
  /** The message and what to do. */
  readonly text: string;
}

/** The one clear message of a command: no second one, no stack, nothing on stdout, and nothing written to the project. */
function faultOf({ code: exitCode, stdout, stderr }: CommandResult): Fault {
  const said = {
    messages: stderr.match(/^c2d: /gm)?.length,
    stack: /^\s+at /m.test(stderr),
    stdout,
    writes: sandbox.requests.count({ service: "descope", write: true }),
  };
  expect({ ...said, stderr }).toEqual({ messages: 1, stack: false, stdout: "", writes: 0, stderr });
  return { exitCode, code: /^  code: (\w+)$/m.exec(stderr)?.[1], text: stderr };
}

function fault(exitCode: number, code: string, text: RegExp): Fault {
  return { exitCode, code, text: expect.stringMatching(text) as string };
}

describe("one clear error, and nothing written", () => {
  test("for credentials that AWS does not know", async () => {
    sandbox.faults.add([
      {
        service: "cognito",
        operation: "*",
        fault: {
          kind: "status",
          status: 400,
          body: '{"__type":"UnrecognizedClientException","message":"The security token included in the request is invalid."}',
        },
      },
    ]);
    expect(faultOf(await c2d(["migrate"]))).toEqual(
      fault(2, "ERR_SOURCE_UNAUTHORIZED", /aws does not accept the credentials/),
    );
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".log"))).toEqual([]);
  });

  test("for a permission that is missing, by its name", async () => {
    sandbox.faults.add([
      {
        service: "cognito",
        operation: "ListUsersInGroup",
        fault: {
          kind: "status",
          status: 400,
          body: '{"__type":"AccessDeniedException","message":"User: arn:aws:iam::123456789012:user/x is not authorized to perform: cognito-idp:ListUsersInGroup on resource: y"}',
        },
      },
    ]);
    const result = await c2d(["plan"]);
    expect(faultOf(result)).toEqual(fault(2, "ERR_SOURCE_PERMISSION_MISSING", /cognito-idp:ListUsersInGroup/));
    expect(result.stderr).not.toContain("123456789012");
  });

  test("for a pool that does not exist", async () => {
    const result = await c2d(["plan"], { COGNITO_USER_POOL_ID: "us-east-1_Absent123" });
    expect(faultOf(result)).toEqual(fault(2, "ERR_SOURCE_POOL_NOT_FOUND", /no user pool us-east-1_Absent123/));
  });

  test("for the wrong region", async () => {
    const result = await c2d(["plan"], {
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: undefined,
      COGNITO_USER_POOL_ID: "us-east-1_AbCdEf123",
      COGNITO_REGION: "eu-west-1",
    });
    expect(faultOf(result)).toEqual(fault(2, "ERR_SOURCE_REGION_MISMATCH", /is in region us-east-1, not in eu-west-1/));
  });

  test("for a Cognito that cannot be reached", async () => {
    const result = await c2d(["plan"], { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://127.0.0.1:1" });
    expect(faultOf(result)).toEqual(fault(2, "ERR_SOURCE_UNREACHABLE", /127\.0\.0\.1:1 cannot be reached/));
  });

  test("for a Descope that cannot be reached", async () => {
    const result = await c2d(["plan"], { DESCOPE_BASE_URL: await closedUrl() });
    expect(faultOf(result)).toEqual(fault(2, "ERR_TARGET_UNREACHABLE", /failed \d times/));
  });

  test("for a project that does not exist", async () => {
    const result = await c2d(["plan"], { DESCOPE_PROJECT_ID: "P2AbsentAbsentAbsentAbsentAb" });
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/code: ERR_TARGET_(PROJECT_NOT_FOUND|UNAUTHORIZED)/);
    expect(result.stderr).toContain("DESCOPE_PROJECT_ID");
  });

  test("for a management key that is not right, without repeating it", async () => {
    const result = await c2d(["plan"], { DESCOPE_MANAGEMENT_KEY: "K2CANARY" });
    expect(faultOf(result)).toEqual(fault(2, "ERR_TARGET_UNAUTHORIZED", /DESCOPE_MANAGEMENT_KEY/));
    expect(result.stderr).not.toContain("CANARY");
  });

  test("for a Descope that answers HTML", async () => {
    sandbox.faults.add([{ service: "descope", operation: "*", fault: { kind: "html", status: 200 } }]);
    expect(faultOf(await c2d(["plan"]))).toEqual(fault(2, "ERR_TARGET_NOT_JSON", /no JSON/));
  });

  test("for a state file where no directory can be", async () => {
    writeFileSync(join(folder.path, "file"), "");
    const result = await c2d(["migrate", "--state", "file/state.db"]);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/code: ERR_STORE_(UNREADABLE|READ_ONLY)/);
    expect(result.stderr.match(/^c2d: /gm)).toHaveLength(1);
    expect(sandbox.requests.count()).toBe(0);
  });

  test.skipIf(!existsSync("/proc/self"))("for a place that takes no directory at all", async () => {
    const result = await c2d(["plan", "--state", "/proc/absent/state.db"]);
    expect(faultOf(result)).toEqual(fault(2, "ERR_STORE_READ_ONLY", /directory of the state file cannot be made/));
  });

  test("for a directory of reports that cannot be, after the users are safe in the project", async () => {
    writeFileSync(join(folder.path, "file"), "");
    writeFastConfig(folder.path, { report: { directory: "file/reports" } });
    const result = await c2d(["migrate"]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain("code: ERR_OUTPUT_UNWRITABLE");
    const again = await c2d(["status", "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ state: "applied", users: { failed: 0, pending: 0 } });
  });

  test("for a log file that cannot be written, before anything is done", async () => {
    const result = await c2d(["migrate", "--log-file", "absent/x.log"]);
    expect(faultOf(result)).toEqual(fault(2, "ERR_OUTPUT_UNWRITABLE", /the log file x\.log cannot be written/));
    expect(sandbox.requests.count()).toBe(0);
  });

  test("for a disk that is full when an export is written", async () => {
    const result = await c2d(["export", "--format", "csv", "--output", "/dev/full/x.csv"]);
    expect(faultOf(result)).toEqual(fault(2, "ERR_OUTPUT_UNWRITABLE", /x\.csv cannot be written/));
  });

  test("for a state file that is none", async () => {
    mkdirSync(join(folder.path, ".c2d"));
    const path = join(folder.path, ".c2d", "state.db");
    writeFileSync(path, "not a database, and long enough to be one".repeat(100));
    const before = readFileSync(path);
    expect(faultOf(await c2d(["migrate"]))).toEqual(fault(2, "ERR_STORE_CORRUPT", /damaged/));
    expect(faultOf(await c2d(["status"]))).toEqual(fault(2, "ERR_STORE_CORRUPT", /damaged/));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("for a state file of a newer version", async () => {
    expect((await c2d(["plan"])).code).toBe(0);
    const path = join(folder.path, ".c2d", "state.db");
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 9999");
    database.close();
    expect(faultOf(await c2d(["migrate"]))).toEqual(fault(2, "ERR_STORE_NEWER", /later version/));
  });

  test("for a second process on the same state file", async () => {
    expect((await c2d(["plan"])).code).toBe(0);
    const other = new DatabaseSync(join(folder.path, ".c2d", "state.db.lock"));
    other.exec("BEGIN EXCLUSIVE");
    try {
      expect(faultOf(await c2d(["migrate"]))).toEqual(
        fault(2, "ERR_RUN_ACTIVE", /another c2d works with this state file/),
      );
    } finally {
      other.close();
    }
    expect((await c2d(["migrate", "--dry-run"])).code).toBe(0);
  });

  test("for a config in which much is wrong, with all of it", async () => {
    writeFileSync(
      join(folder.path, "c2d.config.json"),
      '{"source":{"userPoolId":"x y"},"mapping":{"duplicates":"both"},"target":{"managementKey":"CANARY"},"extra":1}',
    );
    const result = await c2d(["migrate"], { DESCOPE_PROJECT_ID: undefined });
    expect(faultOf(result)).toEqual(fault(2, "ERR_CONFIG_INVALID", /c2d\.config\.json: 5 problems/));
    for (const path of [
      "source.userPoolId",
      "mapping.duplicates",
      "target.managementKey",
      "target.projectId",
      "extra",
    ]) {
      expect(result.stderr).toContain(path);
    }
    expect(result.stderr).not.toContain("CANARY");
    expect(readdirSync(folder.path)).toEqual(["c2d.config.json"]);
  });

  test("for an unknown command or option", async () => {
    expect(faultOf(await c2d(["migrat"]))).toEqual(fault(2, "ERR_USAGE", /unknown command 'migrat'/));
    expect(faultOf(await c2d(["migrate", "--dry"]))).toEqual(fault(2, "ERR_USAGE", /unknown option '--dry'/));
    expect(faultOf(await c2d(["reconcile", "--sign-in", "x"]))).toEqual(fault(2, "ERR_USAGE", /whole number/));
  });

  test("with --json as one document on stdout", async () => {
    const { code, stdout } = await c2d(["plan", "--json"], { DESCOPE_MANAGEMENT_KEY: undefined });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: "ERR_CONFIG_INVALID",
        message: "c2d.config.json: 1 problem",
        suggestion: expect.stringContaining("DESCOPE_MANAGEMENT_KEY") as string,
        problems: [{ path: "DESCOPE_MANAGEMENT_KEY" }],
      },
    });
  });
});

describe("a plan", () => {
  test("must be there before apply", async () => {
    const result = await c2d(["apply"]);
    expect(faultOf(result)).toEqual(fault(2, "ERR_PLAN_MISSING", /there is no plan/));
    expect(result.stderr).toContain("c2d plan");
  });

  test("is refused when the config is another one now", async () => {
    expect((await c2d(["plan"])).code).toBe(0);
    writeFastConfig(folder.path, { mapping: { freshlyMigrated: false } });
    expect(faultOf(await c2d(["apply"]))).toEqual(fault(2, "ERR_PLAN_STALE", /made with another config/));
    expect((await c2d(["status"])).stdout).toContain("next: c2d plan: the plan was made with another config");
  });

  test("must be applied before reconcile", async () => {
    expect((await c2d(["plan"])).code).toBe(0);
    expect(faultOf(await c2d(["reconcile"]))).toEqual(fault(2, "ERR_PLAN_MISSING", /no applied run/));
    expect(existsSync(join(folder.path, ".c2d", "reports"))).toBe(false);
  });
});
