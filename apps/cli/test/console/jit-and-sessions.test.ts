import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openStateStore } from "@cognito-to-descope/store";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { JitProgress, TokensInUse } from "@cognito-to-descope/console/contract";
import { openMigration } from "../pipeline/migration.ts";
import { startWorld, verified } from "../pipeline/world.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { consoleClient } from "./console-client.ts";
import { startConsole } from "./start-console.ts";

vi.setConfig({ testTimeout: 60_000 });

const PROJECT = "P2SandboxSandboxSandboxSandb";
const DAY_MS = 86_400_000;
const ENV = { DESCOPE_PROJECT_ID: PROJECT };

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => void (folder = temporaryFolder()));
afterEach(() => folder[Symbol.dispose]());

/** Waits until what is asked for again and again is as wanted. */
async function until<Value>(ask: () => Promise<Value>, isWanted: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (isWanted(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("the page of the passwords", () => {
  test("shows nothing where nothing is, says what to do, and makes no state by asking", async () => {
    await using running = await startConsole(folder.path, ENV);
    const { get, post } = await consoleClient(running);
    expect(await get<JitProgress>("/api/v1/jit")).toMatchObject({
      begun: false,
      captured: 0,
      active: { basis: "unknown" },
      pressure: { level: "none", triesPerUser: 4, windowSeconds: 900 },
      left: { state: "not-counted" },
      next: { command: "c2d plan" },
    });
    await post("/api/v1/jit/left", {});
    const { left } = await until(
      () => get<JitProgress>("/api/v1/jit"),
      (progress) => progress.left.state !== "counting",
    );
    expect(left.state).toBe("unknown");
    expect(existsSync(join(folder.path, ".c2d"))).toBe(false);
    await expect(get("/api/v1/jit?activeUsers=many")).rejects.toThrow("look at activeUsers");
  });

  test("shows days and pools, the forecast for those who sign in, checks by kind, and the pressure", async () => {
    const today = Math.floor(Date.now() / DAY_MS);
    await using store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    const users = [200, 180, 160, 140, 120, 100, 80, 60].flatMap((count, index) =>
      Array.from({ length: count }, (_, number) => ({
        userPoolId: number % 4 === 0 ? "us-east-1_Other" : "us-east-1_Pool",
        sub: `sub ${index} ${number}`,
        at: (today - 8 + index) * DAY_MS + number,
      })),
    );
    const counted = (verdict: string, reason: string, count: number): object => ({
      userPoolId: "us-east-1_Pool",
      day: today,
      verdict,
      reason,
      count,
    });
    await store.recordCaptures(PROJECT, users, [
      counted("ok", "password-right", 1040),
      counted("invalid_credentials", "credentials", 40),
      counted("throttled", "too-many-tries", 30),
      counted("throttled", "locked-out", 2),
    ] as Parameters<typeof store.recordCaptures>[2]);
    await using running = await startConsole(folder.path, ENV);
    const { get } = await consoleClient(running);
    const progress = await get<JitProgress>("/api/v1/jit?activeUsers=2000&require=0.5");
    expect(progress).toMatchObject({
      begun: true,
      captured: 1040,
      active: { basis: "given", users: 2000, share: 0.52 },
      ready: { required: 0.5, reached: true },
      byPool: { "us-east-1_Pool": 780, "us-east-1_Other": 260 },
      pressure: { level: "act", reasons: ["cognito-locks", "guessing"], checks: 1112 },
      checks: [{ byKind: { "let-in": 1040, wrong: 40, stopped: 30, locked: 2 } }],
    });
    expect(progress.byDay).toHaveLength(9);
    expect(progress.byDay[0]).toMatchObject({ users: 200, until: 200, byPool: { "us-east-1_Pool": 150 } });
    const other = await get<JitProgress>("/api/v1/jit?activeUsers=2000");
    expect(other.forecast).toMatchObject({ model: "steady-chance", share: 0.95, activeUsers: 2000 });
    // No user of the state is in what the page gets.
    expect(JSON.stringify(progress)).not.toContain("sub ");
  });

  test("counts who is left when somebody asks, beside everything else", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const ada = pool.add("ada", verified("ada@example.com"));
    pool.add("bob", verified("bob@example.com"));
    pool.add("eve", verified("eve@example.com"), { enabled: false });
    await using store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    await using migration = await openMigration(sandbox, { pools: [pool], store });
    await migration.migrate();
    await store.recordCaptures(PROJECT, [{ userPoolId: pool.userPoolId, sub: ada, at: Date.now() }], []);
    await using running = await startConsole(folder.path, ENV);
    const { get, post } = await consoleClient(running);
    expect(await (await post("/api/v1/jit/left", {})).json()).toMatchObject({ state: "counting" });
    const { left, passwordUsers } = await until(
      () => get<JitProgress>("/api/v1/jit"),
      (progress) => progress.left.state === "counted",
    );
    expect(left).toMatchObject({ looked: 3, users: 2, disabled: 1, byStatus: { CONFIRMED: 2 } });
    expect(passwordUsers).toBe(3);
  });
});

describe("the page of the sessions", () => {
  test("says that nobody said where statistics are", async () => {
    await using running = await startConsole(folder.path, ENV);
    const { get } = await consoleClient(running);
    expect(await get<TokensInUse>("/api/v1/sessions")).toMatchObject({
      configured: false,
      verifiers: [],
      switchOff: { allowed: false },
    });
  });

  test("shows tokens of both over time, by the config, with why Cognito may not be switched off yet", async () => {
    const now = Date.now();
    mkdirSync(join(folder.path, "statistics"));
    const line = (at: number, cognito: number, descope: number): string =>
      `${JSON.stringify({
        verifier: "orders",
        instance: "one",
        at,
        accepted: { cognito, descope },
        refused: { cognito: { expired: cognito }, descope: {}, unknown: {} },
        lastAccepted: { cognito: now - 2 * DAY_MS, descope: at },
        lastAcceptedBySource: { "us-east-1_Pool": now - 2 * DAY_MS },
      })}\n`;
    writeFileSync(
      join(folder.path, "statistics", "orders.jsonl"),
      line(now - 3 * DAY_MS, 50, 0) + line(now - 2 * DAY_MS, 60, 30) + line(now, 60, 100),
    );
    writeFileSync(
      join(folder.path, "c2d.config.json"),
      JSON.stringify({ sessions: { statistics: ["statistics", "gone.json"], quietDays: 1 } }),
    );
    await using running = await startConsole(folder.path, ENV);
    const { get } = await consoleClient(running);
    const tokens = await get<TokensInUse>("/api/v1/sessions");
    expect(tokens).toMatchObject({
      configured: true,
      verifiers: [{ verifier: "orders", accepted: { cognito: 60, descope: 100 } }],
      refused: [{ issuer: "cognito", reason: "expired", count: 60 }],
      unread: [{ place: "gone.json", problem: "unreadable" }],
      lastCognito: new Date(now - 2 * DAY_MS).toISOString(),
      quietDays: 1,
    });
    expect(tokens.days.map(({ cognito, descope }) => [cognito, descope])).toEqual([
      [50, 0],
      [10, 30],
      [0, 70],
    ]);
    expect(tokens.hours.reduce((sum, { descope }) => sum + descope, 0)).toBeLessThan(101);
    // Only what cannot be read keeps the gates from being open.
    expect(tokens.switchOff.gates.filter(({ open }) => !open).map(({ gate }) => gate)).toEqual(["back-ends-heard"]);
  });
});
