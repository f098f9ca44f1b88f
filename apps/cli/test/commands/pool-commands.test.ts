import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CommandResult, temporaryFolder } from "../e2e/run-c2d.ts";
import { startWorld } from "../pipeline/world.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

let world: Awaited<ReturnType<typeof startWorld>>;
let folder: ReturnType<typeof temporaryFolder>;
let subs: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await startWorld();
  const { pool } = world;
  subs = {
    anna: pool.add("anna", {
      email: "anna@example.com",
      email_verified: "true",
      name: "Anna",
      phone_number: "+12025550101",
      nickname: '=HYPERLINK("http://evil","x")',
    }),
    bert: pool.add(
      "bert",
      { email: "bert@example.com", given_name: "Bert", family_name: 'O"Brien,\nB.' },
      { enabled: false },
    ),
    nobody: pool.add("nobody"),
  };
  await pool.group("editors", ["anna", "bert"], { Description: "may edit", Precedence: 5 });
  await pool.group("a;b", ["anna"]);
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  folder = temporaryFolder();
  writeFastConfig(folder.path);
});
afterEach(() => folder[Symbol.dispose]());

function c2d(
  commandArguments: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const env = { ...environmentFor(world.sandbox), COGNITO_USER_POOL_ID: world.pool.userPoolId, ...variables };
  return runInProcess(commandArguments, { cwd: folder.path, env });
}

async function exported(format: string, ...more: readonly string[]): Promise<string> {
  const { code, stderr } = await c2d(["export", "--format", format, "--output", "out", ...more]);
  expect(code, stderr).toBe(0);
  expect(statSync(join(folder.path, "out")).mode & 0o777).toBe(0o600);
  return readFileSync(join(folder.path, "out"), "utf8");
}

describe("export", () => {
  test("to JSONL holds pool, groups, users and memberships", async () => {
    const lines = (await exported("jsonl")).trimEnd().split("\n");
    const records = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const count = (wanted: string): number => records.filter(({ type }) => type === wanted).length;
    expect(["pool", "group", "user", "membership"].map(count)).toEqual([1, 2, 3, 3]);
    expect(records).toContainEqual(
      expect.objectContaining({
        type: "user",
        sub: subs["bert"],
        username: "bert",
        enabled: false,
        status: "CONFIRMED",
      }),
    );
    expect(records).toContainEqual({
      type: "membership",
      userPoolId: world.pool.userPoolId,
      group: "a;b",
      sub: subs["anna"],
    });
    expect(records).toContainEqual(
      expect.objectContaining({ type: "group", name: "editors", description: "may edit", precedence: 5 }),
    );
  });

  test("to CSV keeps any text in its cell, and gives a spreadsheet no formula", async () => {
    const text = await exported("csv");
    expect(text.split("\n")[0]).toBe(
      "userPoolId,sub,username,status,enabled,createdAt,modifiedAt,groups,email,email_verified,family_name,given_name,name,nickname,phone_number",
    );
    expect(text).toContain('"\'=HYPERLINK(""http://evil"",""x"")"');
    expect(text).toContain("'+12025550101");
    expect(text).toContain('"O""Brien,\nB."');
    expect(text).toContain('"[""a;b"",""editors""]"');
  });

  test("to Descope's upload holds the users that Descope takes, mapped", async () => {
    const users = JSON.parse(await exported("descope-json")) as readonly Readonly<Record<string, unknown>>[];
    expect(users).toHaveLength(2);
    expect(users).toContainEqual(
      expect.objectContaining({
        identifier: "anna@example.com",
        displayName: "Anna",
        email: "anna@example.com",
        phoneNumber: "+12025550101",
        verifiedEmail: true,
        verifiedPhone: false,
        authorization: { roles: [{ id: "a;b" }, { id: "editors" }] },
        tenants: [],
        status: "enabled",
        test: false,
        customAttributes: expect.objectContaining({ cognitoSub: subs["anna"], freshlyMigrated: true }) as unknown,
      }),
    );
    expect(users.find(({ email }) => email === "bert@example.com")).toMatchObject({ status: "disabled" });
  });

  test("takes the newest plan's users without reading the pool again", async () => {
    expect((await c2d(["plan"])).code).toBe(0);
    world.sandbox.requests.reset();
    const users = JSON.parse(await exported("descope-json", "--from", "plan")) as readonly unknown[];
    expect(users).toHaveLength(2);
    expect(world.sandbox.requests.count()).toBe(0);
  });

  test("needs no project, goes to standard output by default, and leaves nothing behind", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("c2d-"));
    const { code, stdout } = await c2d(["export", "--format", "descope-json"], {
      DESCOPE_PROJECT_ID: "",
      DESCOPE_MANAGEMENT_KEY: "",
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(2);
    expect(readdirSync(folder.path)).toEqual(["c2d.config.json"]);
    const left = readdirSync(tmpdir()).filter((name) => /^c2d-\w{6}$/.test(name) && !before.includes(name));
    expect(left).toEqual([]);
  });

  test("says that there is no plan to export from", async () => {
    const { code, stderr } = await c2d(["export", "--format", "csv", "--from", "plan"]);
    expect(code).toBe(2);
    expect(stderr).toContain("code: ERR_PLAN_MISSING");
  });
});

describe("assess", () => {
  test("says what is in the pool and what cannot move, and only reads", async () => {
    world.sandbox.requests.reset();
    const { code, stdout } = await c2d(["assess"], { DESCOPE_PROJECT_ID: "", DESCOPE_MANAGEMENT_KEY: "" });
    expect(code).toBe(0);
    expect(stdout).toContain("3 CONFIRMED");
    expect(stdout).toContain("Passwords: Cognito exports no hash");
    expect(stdout).toContain("2 groups, 3 memberships, at most 2 of one user");
    expect(stdout).toContain("docs/findings/user-no-contact.md");
    expect(stdout).not.toContain("anna@example.com");
    expect(world.sandbox.requests.count({ write: true })).toBe(0);
    expect(world.sandbox.requests.count({ service: "descope" })).toBe(0);
  });

  test("gives one JSON document, and a page without scripts", async () => {
    const { stdout } = await c2d(["assess", "--json", "--html", "assessment.html"]);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "assessment",
      pools: [{ observation: { users: 3, disabled: 1 }, groupSizes: { editors: 2, "a;b": 1 } }],
    });
    const page = readFileSync(join(folder.path, "assessment.html"), "utf8");
    expect(page).toContain("<!doctype html>");
    expect(page).not.toContain("<script");
  });
});

describe("role-map", () => {
  test("prints what groups give, for each pool by its ID, and writes nothing", async () => {
    const { code, stdout, stderr } = await c2d(["role-map"]);
    expect(code, stderr).toBe(0);
    const { userPoolId } = world.pool;
    expect(JSON.parse(stdout)).toEqual({
      [userPoolId]: {
        version: 1,
        userPoolId,
        groups: { "a;b": { role: "a;b" }, editors: { role: "editors" } },
        connections: {},
        permissions: {},
      },
    });
    expect(readdirSync(folder.path)).toEqual(["c2d.config.json"]);
  });
});

describe("doctor", () => {
  test("finds all in order, and probes with test users that are gone afterwards", async () => {
    const { code, stdout } = await c2d(["doctor", "--probe", "--json"]);
    const { ok, checks } = JSON.parse(stdout) as {
      readonly ok: boolean;
      readonly checks: readonly { readonly check: string; readonly result: string }[];
    };
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(checks.filter(({ result }) => result !== "ok")).toEqual([]);
    expect(checks.map(({ check }) => check)).toEqual(
      expect.arrayContaining(["Node", "config", "state file", "disk space", "permission cognito-idp:ListUsers"]),
    );
    expect([...world.sandbox.descopeService.users()]).toEqual([]);
    expect(readdirSync(folder.path)).toEqual(["c2d.config.json"]);
  });

  test("names each permission that is missing, and ends with 2", async () => {
    const denied = (operation: string): object => ({
      service: "cognito",
      operation,
      fault: {
        kind: "status",
        status: 400,
        body: JSON.stringify({
          __type: "AccessDeniedException",
          message: `User: x is not authorized to perform: cognito-idp:${operation} on resource: y`,
        }),
      },
    });
    world.sandbox.faults.add([denied("ListUsers"), denied("ListUsersInGroup")] as never);
    try {
      const { code, stdout } = await c2d(["doctor"]);
      expect(code).toBe(2);
      expect(stdout).toMatch(/^fail\s+permission cognito-idp:ListUsers:/m);
      expect(stdout).toMatch(/^fail\s+permission cognito-idp:ListUsersInGroup:/m);
      expect(stdout).toMatch(/^ok\s+permission cognito-idp:DescribeUserPool:/m);
      expect(stdout).toContain("allow cognito-idp:ListUsers on arn:aws:cognito-idp:");
      world.sandbox.faults.assertAllHappened();
    } finally {
      world.sandbox.faults.clear();
    }
  });

  test("names every problem of the config, a key that is wrong, and a state file that cannot be", async () => {
    const missing = await c2d(["doctor"], { DESCOPE_PROJECT_ID: "", DESCOPE_MANAGEMENT_KEY: "" });
    expect(missing.code).toBe(2);
    expect(missing.stdout.match(/^fail /gm)).toHaveLength(2);
    writeFileSync(join(folder.path, "file"), "");
    const wrong = await c2d(["doctor", "--state", "file/state.db"], { DESCOPE_MANAGEMENT_KEY: "K2wrong" });
    expect(wrong.code).toBe(2);
    expect(wrong.stdout).toMatch(/^fail\s+state file:/m);
    expect(wrong.stdout).toMatch(/^fail\s+project /m);
  });
});

describe("aws policy", () => {
  test("prints the least policy for the pool of the config, or a named one", async () => {
    const ofConfig = JSON.parse((await c2d(["aws", "policy"])).stdout) as {
      readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[];
    };
    expect(ofConfig.Statement[0]?.Action).toContain("cognito-idp:ListUsers");
    expect(ofConfig.Statement[0]?.Resource[0]).toContain(world.pool.userPoolId);
    const named = await c2d(["aws", "policy", "--user-pool-id", "eu-west-1_AbC", "--account", "123456789012"]);
    expect(named.stdout).toContain("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbC");
    expect((await c2d(["aws", "policy", "--account", "12"])).code).toBe(2);
  });
});
