import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { openStateStore } from "@cognito-to-descope/store";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openMigration } from "../pipeline/migration.ts";
import { descope, startWorld, verified } from "../pipeline/world.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

vi.setConfig({ testTimeout: 60_000 });

const PROJECT = "P2SandboxSandboxSandboxSandb";
const POOL = "us-east-1_Pool";
const DAY_MS = 86_400_000;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => void (folder = temporaryFolder()));
afterEach(() => folder[Symbol.dispose]());

const run = (...line: readonly string[]): ReturnType<typeof runInProcess> =>
  runInProcess(line, { cwd: folder.path, env: { DESCOPE_PROJECT_ID: PROJECT } });

describe("jit plan", () => {
  test("says which way suits a peak, and by which quota each is limited", async () => {
    const small = await run("jit", "plan", "--peak", "5/s", "--json");
    expect(small.code).toBe(0);
    expect(JSON.parse(small.stdout)).toMatchObject({ peakPerMinute: 300, users: null, suits: "import-first" });
    const large = await run("jit", "plan", "--peak", "3000/min", "--users", "200000", "--json");
    expect(large.code).toBe(0);
    expect(JSON.parse(large.stdout)).toMatchObject({
      suits: "create-at-sign-in",
      ways: [
        { way: "import-first", fits: false, limitedBy: "descope-change" },
        {
          way: "create-at-sign-in",
          fits: true,
          limitedBy: "cognito-authentication",
          perMinute: 7200,
          allSeconds: 1667,
        },
      ],
    });
  });

  test("ends with exit code 4 where no way fits, and says what can be done", async () => {
    const { code, stdout } = await run("jit", "plan", "--peak", "200/s");
    expect(code).toBe(4);
    expect(stdout).toContain("no way fits this peak");
    expect(stdout).toContain("the users of one such minute take 1 min 40 s");
  });

  test("reckons with the quotas of the config, and with what else signs in", async () => {
    writeFileSync(
      join(folder.path, "c2d.config.json"),
      JSON.stringify({
        limits: {
          cognito: { UserAuthentication: { requests: 1000, windowMs: 1000 } },
          descope: {
            "user-create": { requests: 1000, windowMs: 60_000 },
            "user-update": { requests: 4000, windowMs: 60_000 },
            "user-other": { requests: 9000, windowMs: 60_000 },
          },
        },
      }),
    );
    const { stdout } = await run("jit", "plan", "--peak", "500/s", "--other-sign-ins", "50", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      ways: [{}, { fits: true, limitedBy: "cognito-authentication", perMinute: 40_000 }],
    });
  });

  test("takes how many users there are from what a run read, else from the pools", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    for (let index = 0; index < 7; index += 1) pool.add(`user${index}`, verified(`user${index}@example.com`));
    writeFastConfig(folder.path);
    const env = { ...environmentFor(sandbox), COGNITO_USER_POOL_ID: pool.userPoolId };
    const plan = ["jit", "plan", "--peak", "10/min", "--json"];
    const estimated = await runInProcess(plan, { cwd: folder.path, env });
    expect(JSON.parse(estimated.stdout)).toMatchObject({ users: 7 });
    pool.add("unconfirmed", verified("unconfirmed@example.com"), { status: "UNCONFIRMED" });
    await runInProcess(["plan", "--json"], { cwd: folder.path, env });
    const read = await runInProcess(plan, { cwd: folder.path, env });
    expect(JSON.parse(read.stdout)).toMatchObject({ users: 7 });
  });

  test.for([[], ["--peak", "many"], ["--peak", "0/s"], ["--peak", "-3/s"], ["--peak", "3/day"]])(
    "refuses %j",
    async (line) => {
      const { code, stderr } = await run("jit", "plan", ...line);
      expect(code).toBe(2);
      expect(stderr).toContain("see `c2d jit plan --help`");
    },
  );
});

describe("jit status", () => {
  /** Notes captures of the last days: as many a day as are given, the last of them yesterday. */
  async function capture(byDay: readonly number[], prefix = "sub"): Promise<void> {
    await using store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    const today = Math.floor(Date.now() / DAY_MS);
    const users = byDay.flatMap((count, index) =>
      Array.from({ length: count }, (_, number) => ({
        userPoolId: POOL,
        sub: `${prefix} ${index} ${number}`,
        at: (today - byDay.length + index) * DAY_MS + number,
      })),
    );
    await store.recordCaptures(PROJECT, users, [
      { userPoolId: POOL, day: today, verdict: "ok", reason: "password-right", count: users.length },
    ]);
  }

  test("says that nothing is there yet, and makes no state store by asking", async () => {
    const { code, stdout } = await run("jit", "status", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ captured: 0, active: { basis: "unknown" }, left: null, tokens: null });
    const { code: required } = await run("jit", "status", "--require", "1%");
    expect(required).toBe(4);
    expect((await run("status")).stdout).toContain("no run yet");
  });

  test("shows days, the share of the active users, and when the required share will be reached", async () => {
    await capture([200, 180, 160, 140, 120, 100, 80, 60]);
    const { code, stdout } = await run("jit", "status", "--active-users", "2000", "--json");
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as { readonly byDay: readonly unknown[]; readonly forecast: object };
    expect(document).toMatchObject({
      captured: 1040,
      active: { basis: "given", users: 2000, share: 0.52 },
      forecast: { model: "steady-chance", share: 0.95, activeUsers: 2000 },
      byPool: { [POOL]: 1040 },
      verdicts: [{ verdict: "ok", reason: "password-right", count: 1040 }],
    });
    expect(document.byDay).toHaveLength(9);
    const text = (await run("jit", "status", "--active-users", "2000", "--require", "0.5")).stdout;
    expect(text).toContain("52 % of the 2,000 users who sign in at all");
    expect(text).toContain("ready: 50 % is reached");
    const not = await run("jit", "status", "--active-users", "2000", "--require", "0.95");
    expect(not.code).toBe(4);
    expect(not.stdout).toContain("not ready: 52 % is not 95 %");
  });

  test("makes no forecast from too little, and says why", async () => {
    await capture([20, 20]);
    const { stdout } = await run("jit", "status");
    expect(stdout).toContain("no forecast for 95 %: there are too few whole days yet");
  });

  test("says who is left, by what the pools tell", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const ada = pool.add("ada", verified("ada@example.com"));
    pool.add("bob", verified("bob@example.com"), { modifiedAt: Date.now() - 10 * DAY_MS });
    pool.add("eve", verified("eve@example.com"), { enabled: false });
    pool.add("new", verified("new@example.com"), { status: "UNCONFIRMED" });
    await using store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    await using migration = await openMigration(sandbox, { pools: [pool], store });
    await migration.migrate();
    await store.recordCaptures(PROJECT, [{ userPoolId: pool.userPoolId, sub: ada, at: Date.now() }], []);
    const { stdout } = await run("jit", "status", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      captured: 1,
      passwordUsers: 3,
      active: { basis: "password-users", users: 3 },
      left: {
        users: 3,
        disabled: 1,
        byStatus: { CONFIRMED: 2, UNCONFIRMED: 1 },
        byLastChange: { "30-days": 1 },
      },
    });
    expect(JSON.parse((await run("jit", "status", "--no-left", "--json")).stdout)).toMatchObject({ left: null });
  });

  test("adds the statistics of verifiers up, from files and from URLs", async () => {
    const statistics = (cognito: number, last?: number): string =>
      JSON.stringify({
        accepted: { cognito, descope: 10 },
        refused: { cognito: {}, descope: {}, unknown: {} },
        lastAccepted: last === undefined ? {} : { cognito: last },
        lastAcceptedBySource: {},
      });
    writeFileSync(join(folder.path, "one.json"), statistics(3, Date.UTC(2026, 10, 1)));
    const server = createServer((_request, response) => response.end(statistics(4)));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/statistics`;
      const { stdout } = await run("jit", "status", "--verifier-statistics", "one.json", url, "--json");
      expect(JSON.parse(stdout)).toMatchObject({
        tokens: { verifiers: 2, accepted: { cognito: 7, descope: 20 }, lastCognito: "2026-11-01T00:00:00.000Z" },
      });
    } finally {
      server.close();
    }
    writeFileSync(join(folder.path, "other.json"), '{"accepted":{"cognito":"many"}}');
    for (const place of ["other.json", "absent.json", "http://127.0.0.1:9/"]) {
      expect((await run("jit", "status", "--verifier-statistics", place)).code).toBe(2);
    }
  });

  test("shows every outcome of the checks, and says when more have come than are said to be active", async () => {
    await capture([50]);
    await using store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    const reasons = Array.from({ length: 12 }, (_, index) => `reason-${index}`);
    const day = Math.floor(Date.now() / DAY_MS);
    await store.recordCaptures(
      PROJECT,
      [],
      reasons.map((reason) => ({ userPoolId: POOL, day, verdict: "disabled", reason, count: 1 })),
    );
    const few = (await run("jit", "status", "--active-users", "49")).stdout;
    for (const reason of reasons) expect(few).toContain(`1 disabled (${reason})`);
    expect(few).toContain("the number is too small");
    expect((await run("jit", "status", "--active-users", "50")).stdout).not.toContain("too small");
  });

  test.each([
    [["--require", "0.95"], 4],
    [[], 0],
  ])("a watch with %j that is interrupted before anything is reached ends with %i", async (line, code) => {
    await capture([50]);
    const interruption = new AbortController();
    const watched = runInProcess(["jit", "status", "--watch", "--active-users", "1000", ...line], {
      cwd: folder.path,
      env: { DESCOPE_PROJECT_ID: PROJECT },
      signal: interruption.signal,
      onOutput: () => interruption.abort(),
    });
    expect((await watched).code).toBe(code);
  });

  test("can be watched until the required share is reached", async () => {
    await capture([50]);
    const { code, stdout, stderr } = await run(
      "jit",
      "status",
      "--watch",
      "--active-users",
      "50",
      "--require",
      "1",
      "--json",
    );
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ ready: { required: 1, reached: true } });
  });
});

test("doctor says ahead which passwords the project will not take, and what captured users lack", async () => {
  await using world = await startWorld(
    {},
    {
      Policies: {
        PasswordPolicy: {
          MinimumLength: 6,
          RequireLowercase: true,
          RequireUppercase: true,
          RequireNumbers: true,
          RequireSymbols: false,
        },
      },
    },
  );
  const { sandbox, pool } = world;
  writeFastConfig(folder.path);
  const env = { ...environmentFor(sandbox), COGNITO_USER_POOL_ID: pool.userPoolId };
  const doctor = async (): Promise<
    readonly { readonly check: string; readonly result: string; readonly detail: string }[]
  > => {
    const { stdout } = await runInProcess(["doctor", "--json"], { cwd: folder.path, env });
    return (JSON.parse(stdout) as { readonly checks: Awaited<ReturnType<typeof doctor>> }).checks;
  };
  const found = await doctor();
  expect(found.filter(({ check }) => check === "password policy")).toMatchObject([
    { result: "warn", detail: expect.stringContaining("at least 8 characters, not 6") as unknown },
    { result: "warn", detail: expect.stringContaining("a symbol") as unknown },
  ]);
  expect(found).toContainEqual({
    check: "attributes of imported users",
    result: "ok",
    detail: "cognitoSub, cognitoUsername, freshlyMigrated not there yet: an import makes them",
  });
  await descope(sandbox, "POST /v1/mgmt/password/settings", {
    ...((await descope(sandbox, "GET /v1/mgmt/password/settings")) as object),
    minLength: 6,
    nonAlphanumeric: false,
  });
  await descope(sandbox, "POST /v1/mgmt/user/customattribute/create", {
    attributes: [{ name: "freshlyMigrated", type: 1, displayName: "wrong" }],
  });
  const mended = await doctor();
  expect(mended).toContainEqual({
    check: "password policy",
    result: "ok",
    detail: "the project asks no more of a password than the pools",
  });
  expect(mended.find(({ check }) => check === "attributes of imported users")).toMatchObject({
    result: "warn",
    detail: "freshlyMigrated is string, and not boolean",
  });
});
