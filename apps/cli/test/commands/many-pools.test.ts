import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "@cognito-to-descope/sandbox";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type CommandResult, temporaryFolder } from "../e2e/run-c2d.ts";
import { parsePage } from "../report/page.ts";
import { addPool, migratedUser, projectUsers, startWorld, verified, writes } from "../pipeline/world.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

vi.setConfig({ testTimeout: 240_000 });

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function c2d(sandbox: Sandbox, ...commandArguments: readonly string[]): Promise<CommandResult> {
  const { COGNITO_USER_POOL_ID: _pool, COGNITO_REGION: _region, ...env } = environmentFor(sandbox);
  return runInProcess(commandArguments, { cwd: folder.path, env });
}

/** A sandbox that serves the pools of one account and region. */
async function startPools(options: Parameters<typeof startWorld>[0]): ReturnType<typeof startWorld> {
  const world = await startWorld({ only: "cognito", ...options });
  onTestFinished(() => world[Symbol.asyncDispose]());
  return world;
}

test("500 pools go in one run, and what is printed stays readable", async () => {
  await using world = await startWorld();
  const { sandbox } = world;
  const pools = Array.from({ length: 500 }, (_, index) => (index === 0 ? world.pool : addPool(sandbox)));
  for (const [index, pool] of pools.entries()) {
    pool.add("admin", verified(`admin${index}@example.com`));
    // One person has a user in every tenth pool.
    if (index % 10 === 3) pool.add(`ada-${index}`, verified("ada@example.com"), { sub: `ada-${index}` });
  }
  for (const pool of pools.slice(0, 3)) await pool.group("admins", ["admin"]);
  writeFastConfig(folder.path, {
    sources: pools.map(({ userPoolId }, index) => ({
      userPoolId,
      tenant: `t${index}`,
      tenantName: `Customer ${index}`,
    })),
    mapping: { samePerson: "verified-email", roleScope: "tenant" },
  });
  const migrated = await c2d(sandbox, "migrate", "--yes", "--no-log-file");
  expect(migrated.code, migrated.stderr).toBe(0);
  expect(migrated.stdout).toContain(
    `from 500 pools: ${pools
      .slice(0, 3)
      .map((pool) => pool.userPoolId)
      .join(", ")}, …`,
  );
  expect(migrated.stdout).toContain("and 480 more pools: -v shows all");
  expect(migrated.stdout.split("\n").length).toBeLessThan(130);
  expect(Math.max(...migrated.stdout.split("\n").map((line) => line.length))).toBeLessThan(200);
  expect(projectUsers(sandbox)).toHaveLength(501);
  expect(migratedUser(sandbox, "ada-3")?.userTenants).toHaveLength(50);

  const sent = writes(sandbox);
  const again = await c2d(sandbox, "migrate", "--json", "--no-log-file");
  const result = JSON.parse(again.stdout) as {
    readonly users: unknown;
    readonly sources: readonly Readonly<Record<string, unknown>>[];
  };
  expect(result.users).toMatchObject({ read: 550, unchanged: 501, skipped: 49, failed: 0 });
  expect(result.sources).toHaveLength(500);
  expect(result.sources[13]).toEqual({
    userPoolId: pools[13]?.userPoolId,
    tenant: "t13",
    read: 2,
    created: 0,
    updated: 0,
    unchanged: 1,
    skipped: 1,
    merged: 1,
    failed: 0,
  });
  expect(writes(sandbox)).toBe(sent);

  const status = await c2d(sandbox, "status");
  expect(status.stdout).toContain("from 500 pools: ");
  const html = readdirSync(join(folder.path, ".c2d/reports")).find((name) => name.endsWith(".html")) ?? "";
  const { text } = parsePage(readFileSync(join(folder.path, ".c2d/reports", html), "utf8"));
  for (const pool of pools) expect(text).toContain(pool.userPoolId);
});

describe("pools of several accounts and regions", () => {
  async function worldOfThree(): Promise<{
    readonly main: Awaited<ReturnType<typeof startWorld>>;
    readonly abroad: Awaited<ReturnType<typeof startWorld>>;
    readonly sources: readonly Readonly<Record<string, string>>[];
  }> {
    const main = await startWorld({ cognito: { accountId: "111111111111" } });
    onTestFinished(() => main[Symbol.asyncDispose]());
    const abroad = await startPools({ seed: "abroad", cognito: { region: "eu-west-1", accountId: "222222222222" } });
    main.pool.add("ada", verified("ada@example.com"));
    abroad.pool.add("bob", verified("bob@example.com"));
    const sources = [
      { userPoolId: main.pool.userPoolId, tenant: "home" },
      {
        userPoolId: abroad.pool.userPoolId,
        region: "eu-west-1",
        endpoint: abroad.sandbox.cognito,
        tenant: "abroad",
      },
    ];
    return { main, abroad, sources };
  }

  test("go in one run", async () => {
    const { main, sources } = await worldOfThree();
    writeFastConfig(folder.path, { sources });
    const { code, stdout, stderr } = await c2d(main.sandbox, "migrate", "--yes", "--no-log-file");
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/pool +tenant +read +create +patch +unchanged +left out +merged\n/);
    expect(stdout).toMatch(/us-east-1_\w+ +home +1 +1 +0 +0 +0 +0 +0\n/);
    expect(stdout).toMatch(/eu-west-1_\w+ +abroad +1 +1 +0 +0 +0 +0 +0\n/);
    expect(stdout).toMatch(/in all +2 +2 +0 +0 +0 +0 +0\n/);
    expect(projectUsers(main.sandbox)).toHaveLength(2);
  });

  test("are planned all or not at all: each that cannot be read is named, and the run goes on when it is mended", async () => {
    const { main, sources } = await worldOfThree();
    const gone = { userPoolId: "us-east-1_GoneGone1", tenant: "gone" };
    const silent = { userPoolId: "eu-west-1_Silent123", endpoint: "http://127.0.0.1:9", tenant: "silent" };
    const env = main.sandbox;
    writeFastConfig(folder.path, { sources: [...sources, gone] });
    const one = await c2d(env, "migrate", "--yes", "--no-log-file");
    expect(one.code).toBe(2);
    expect(one.stderr).toContain("there is no user pool us-east-1_GoneGone1 in us-east-1 of this aws account");
    writeFastConfig(folder.path, { sources: [...sources, gone, silent] });
    const two = await c2d(env, "plan", "--json");
    expect(two.code).toBe(2);
    expect(two.stderr).toContain("2 of 4 user pools cannot be read");
    expect(two.stderr).toContain("there is no user pool us-east-1_GoneGone1");
    expect(two.stderr).toContain("user pool eu-west-1_Silent123: 127.0.0.1:9 cannot be reached");
    expect(writes(env)).toBe(0);
    writeFastConfig(folder.path, { sources });
    expect((await c2d(env, "migrate", "--yes", "--no-log-file")).code).toBe(0);
  });

  test("are checked by doctor one by one", async () => {
    const { main, sources } = await worldOfThree();
    const more = [addPool(main.sandbox), addPool(main.sandbox)].map(({ userPoolId }) => ({ userPoolId }));
    writeFastConfig(folder.path, { sources: [...sources, ...more, { userPoolId: "us-east-1_GoneGone1" }] });
    const { code, stdout } = await c2d(main.sandbox, "doctor");
    expect(code).toBe(2);
    const lines = stdout.split("\n").filter((line) => line.includes("pool "));
    expect(lines.filter((line) => line.startsWith("ok"))).toHaveLength(4);
    expect(lines.filter((line) => line.startsWith("fail"))).toEqual([
      expect.stringContaining("fail  pool us-east-1_GoneGone1: there is no user pool"),
    ]);
    // Fewer pools are shown in full, and each line names its pool.
    writeFastConfig(folder.path, { sources });
    const few = await c2d(main.sandbox, "doctor");
    expect(few.code, few.stdout).toBe(0);
    for (const { userPoolId } of sources) {
      expect(few.stdout).toContain(`pool ${userPoolId}: permission cognito-idp:ListUsers`);
    }
  });

  test("are assessed in one report, with what they have in common", async () => {
    const { main, abroad, sources } = await worldOfThree();
    abroad.pool.add("ada", verified("ada@example.com"));
    writeFastConfig(folder.path, { sources });
    const { code, stdout, stderr } = await c2d(main.sandbox, "assess", "--html", "assessment.html");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("2 pools, 3 users");
    expect(stdout).toContain("docs/findings/user-in-several-pools.md");
    const json = JSON.parse((await c2d(main.sandbox, "assess", "--json")).stdout) as {
      readonly totals: unknown;
      readonly findings: readonly { readonly rule: string }[];
      readonly pools: readonly { readonly findings: readonly { readonly rule: string; readonly count: number }[] }[];
    };
    expect(json.totals).toEqual({ pools: 2, users: 3 });
    expect(json.findings[0]).toMatchObject({ rule: "user-in-several-pools", severity: "blocker", count: 2 });
    expect(json.pools).toHaveLength(2);
    const page = parsePage(readFileSync(join(folder.path, "assessment.html"), "utf8"));
    expect(page.text).toContain("user-in-several-pools");
    expect(writes(main.sandbox)).toBe(0);
  });
});
