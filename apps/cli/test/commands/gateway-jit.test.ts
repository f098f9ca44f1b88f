import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { startSandbox } from "@cognito-to-descope/sandbox";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startPostgres } from "../../../../packages/store/test/support/postgres-server.ts";
import { runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { defineOwnAttributes, signsIn } from "../jit/provisioning.ts";
import { cognito, migratedUser, projectUsers, startWorld, verified } from "../pipeline/world.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";
import { startCollector } from "./otlp-collector.ts";
import { runInProcess } from "./run-in-process.ts";
import { type RunningGateway, startGateway } from "./running-gateway.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const TOKENS = ["canary-token-that-is-going-to-be-replaced", "canary-token-that-replaces-the-other-one"] as const;
const HMAC_SECRET = "canary-hmac-secret-of-thirty-two-characters";
const PASSWORD = 'Canary-Passw0rd "\\é😀';

let folder: ReturnType<typeof temporaryFolder>;
let gateway: RunningGateway | undefined;
beforeEach(() => void (folder = temporaryFolder()));
afterEach(() => {
  gateway?.[Symbol.dispose]();
  gateway = undefined;
  folder[Symbol.dispose]();
});

/** Asks as a connector does, with a token and an HMAC of the body. */
async function ask(
  url: string,
  body: object,
  token: string = TOKENS[0],
  secret = HMAC_SECRET,
): Promise<readonly [number, unknown]> {
  const text = JSON.stringify(body);
  const response = await fetch(`${url}/v1/jit/verify`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${token}`,
      "x-descope-webhook-s256": createHmac("sha256", secret).update(text).digest("base64"),
    },
    body: text,
  });
  return [response.status, await response.json()];
}

describe("gateway --jit", () => {
  test("lets users in with the password that they had, disables them in the pool, and says nothing of them", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    const sub = pool.add("canary-name", verified("canary@example.com"), { password: PASSWORD });
    const { UserPoolClient } = (await cognito(sandbox, "CreateUserPoolClient", {
      UserPoolId: pool.userPoolId,
      ClientName: "jit",
      GenerateSecret: true,
      ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    })) as { readonly UserPoolClient: { readonly ClientId: string; readonly ClientSecret: string } };
    const { ClientId: clientId, ClientSecret: clientSecret } = UserPoolClient;
    writeFileSync(
      join(folder.path, "c2d.config.json"),
      JSON.stringify({
        jit: {
          pools: [{ userPoolId: pool.userPoolId, clientId, flow: "admin" }],
          afterMigration: "disable",
          failureFloorMs: 1,
        },
      }),
    );
    const collector = await startCollector();
    const env = {
      ...environmentFor(sandbox),
      COGNITO_USER_POOL_ID: pool.userPoolId,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      C2D_JIT_TOKEN: TOKENS.join(", "),
      C2D_JIT_HMAC_SECRET: HMAC_SECRET,
      [`C2D_JIT_CLIENT_SECRET_${pool.userPoolId.toUpperCase().replaceAll("-", "_")}`]: clientSecret,
    };
    gateway = await startGateway(folder.path, env, "--jit", "--metrics-listen", "127.0.0.1:0");
    const { url } = gateway;

    const wrong = { verdict: "invalid_credentials", next: "ask-again", reason: "credentials" };
    expect(await ask(url, { username: "canary-name", password: "canary wrong" })).toEqual([200, wrong]);
    expect(await ask(url, { username: "canary-nobody", password: PASSWORD })).toEqual([200, wrong]);
    const ok = { verdict: "ok", next: "sign-in", reason: "password-right" };
    expect(await ask(url, { username: "canary@example.com", password: PASSWORD }, TOKENS[1])).toEqual([200, wrong]);
    expect(await ask(url, { username: "canary-name", password: PASSWORD }, TOKENS[1])).toEqual([200, ok]);
    expect((await ask(url, { username: "canary-name", password: PASSWORD }, "canary-stranger"))[0]).toBe(401);
    expect(migratedUser(sandbox, sub)?.createdTime).toBe(1_600_000_000);
    expect(await signsIn(sandbox, "canary@example.com", PASSWORD)).toBe(true);

    const metrics = await (await fetch(gateway.metrics)).text();
    for (const series of [
      `decisions_total{kind="jit",verdict="ok",reason="password-right",user_pool_id="${pool.userPoolId}"} 1`,
      'upstream_duration_seconds_count{service="cognito",operation="AdminInitiateAuth",outcome="answered"}',
      'upstream_duration_seconds_count{service="descope",operation="create-users",outcome="answered"} 1',
    ]) {
      expect(metrics).toContain(`c2d_gateway_${series}`);
    }
    expect(await gateway.stop()).toBe(0);
    await collector.stop();
    const spans = collector.spans();
    const created = spans.find(({ name }) => name === "descope create-users");
    const request = spans.find(({ spanId }) => spanId === created?.parentSpanId);
    expect(request?.name).toBe("POST /v1/jit/verify");
    expect(spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId).map(({ name }) => name)).toContain(
      "cognito AdminInitiateAuth",
    );
    expect(pool.pool.users.bySub(sub)?.enabled).toBe(false);
    const entries = gateway.entries().filter(({ event }) => event === "verdict");
    expect(entries.map(({ verdict, cause, token, hmacReading }) => [verdict, cause, token, hmacReading])).toEqual([
      ["invalid_credentials", "wrong-password", 0, "body"],
      ["invalid_credentials", "unknown-user", 0, "body"],
      ["invalid_credentials", "unknown-user", 1, "body"],
      ["ok", "signed-in", 1, "body"],
    ]);
    const status = await runC2d(["jit", "status", "--json"], { cwd: folder.path, env });
    expect(JSON.parse(status.stdout)).toMatchObject({
      captured: 1,
      byPool: { [pool.userPoolId]: 1 },
      verdicts: [
        { verdict: "invalid_credentials", reason: "credentials", count: 3 },
        { verdict: "ok", reason: "password-right", count: 1 },
      ],
    });
    const state = readFileSync(join(folder.path, ".c2d", "state.db"), "latin1");
    expect(state).not.toMatch(/canary/i);
    for (const canary of [/canary/i, sub, clientSecret, clientId]) {
      expect(gateway.printed()).not.toMatch(canary);
      expect(metrics).not.toMatch(canary);
      expect(collector.bodies.join("")).not.toMatch(canary);
    }
  });

  test("leaves imported users of every kind as the import left them, with their passwords", async () => {
    const sandbox = await startSandbox({ users: 46 });
    try {
      writeFastConfig(folder.path, { jit: { failureFloorMs: 1 } });
      const env = environmentFor(sandbox);
      const here = { cwd: folder.path, env };
      expect(await runInProcess(["migrate", "--yes"], here)).toMatchObject({ code: 0 });
      const setup = ["jit", "setup", "--gateway", "http://127.0.0.1:1", "--flow-kind", "combined", "--yes"];
      expect(await runInProcess(setup, here)).toMatchObject({ code: 0 });
      gateway = await startGateway(folder.path, env, "--jit");
      const { C2D_JIT_TOKEN: token = "", C2D_JIT_HMAC_SECRET: secret = "" } = parseEnv(
        readFileSync(join(folder.path, ".env.c2d-jit"), "utf8"),
      );
      const { url } = gateway;
      const verdicts = await Promise.all(
        projectUsers(sandbox).map(async ({ customAttributes: { cognitoUsername, cognitoSub } }) => {
          const password = `Passw0rd!${String(cognitoSub).slice(0, 8)}`;
          const [, answer] = await ask(url, { username: cognitoUsername, password }, token, secret);
          return (answer as { readonly verdict: string }).verdict;
        }),
      );
      expect(verdicts.filter((verdict) => verdict === "ok").length).toBeGreaterThan(20);
      expect(verdicts).not.toContain("unavailable");
      expect(await gateway.stop()).toBe(0);
      const { code, stdout } = await runInProcess(["reconcile"], here);
      expect(stdout).toContain(" 0 discrepancies");
      expect(code).toBe(0);
    } finally {
      await sandbox.stop();
    }
  });

  test("starts on what jit setup made after a plan had seen the users, and the import comes after it", async () => {
    const sandbox = await startSandbox({ users: 46 });
    try {
      writeFastConfig(folder.path);
      const env = environmentFor(sandbox);
      const here = { cwd: folder.path, env };
      expect(await runInProcess(["plan"], here)).toMatchObject({ code: 0 });
      const setup = ["jit", "setup", "--gateway", "http://127.0.0.1:1", "--yes"];
      expect(await runInProcess(setup, here)).toMatchObject({ code: 0 });
      gateway = await startGateway(folder.path, env, "--jit");
      expect(await gateway.stop()).toBe(0);
      expect(await runInProcess(["migrate", "--yes"], here)).toMatchObject({ code: 0 });
    } finally {
      await sandbox.stop();
    }
  });

  test("of several replicas counts tries together, and lets nobody guess more often for it", async () => {
    await using server = await startPostgres();
    await using world = await startWorld();
    const { sandbox, pool } = world;
    await defineOwnAttributes(sandbox);
    pool.add("ada", verified("ada@example.com"), { password: PASSWORD });
    const { UserPoolClient } = (await cognito(sandbox, "CreateUserPoolClient", {
      UserPoolId: pool.userPoolId,
      ClientName: "jit",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    })) as { readonly UserPoolClient: { readonly ClientId: string } };
    writeFileSync(join(folder.path, "c2d.config.json"), JSON.stringify({ jit: { failureFloorMs: 1 } }));
    const env = {
      ...environmentFor(sandbox),
      COGNITO_USER_POOL_ID: pool.userPoolId,
      C2D_STATE: await server.createDatabase(),
      C2D_JIT_TOKEN: TOKENS[0],
      C2D_JIT_CLIENT_ID: UserPoolClient.ClientId,
    };
    using one = await startGateway(folder.path, env, "--jit");
    using other = await startGateway(folder.path, env, "--jit");
    const reasons: unknown[] = [];
    for (let index = 0; index < 5; index += 1) {
      const { url } = index % 2 === 0 ? one : other;
      const [, verdict] = await ask(url, { username: "ada", password: `wrong ${index}` });
      reasons.push((verdict as { readonly reason: unknown }).reason);
    }
    expect(reasons).toEqual([...Array.from({ length: 4 }, () => "credentials"), "too-many-tries"]);
    expect(sandbox.requests.count({ operation: "InitiateAuth" })).toBe(4);
    const [, grace] = await ask(other.url, { username: "grace", password: "wrong" });
    expect(grace).toMatchObject({ reason: "credentials" });
    expect([await one.stop(), await other.stop()]).toEqual([0, 0]);
  });

  test("says everything that it lacks at once", async () => {
    const { code, stderr } = await runC2d(["gateway", "--jit"], {
      cwd: folder.path,
      env: { COGNITO_USER_POOL_ID: "us-east-1_AbCdEf123", DESCOPE_PROJECT_ID: "P1", C2D_JIT_HMAC_SECRET: "too short" },
    });
    expect(code).toBe(2);
    for (const text of ["C2D_JIT_TOKEN", "C2D_JIT_HMAC_SECRET", "jit.pools", "DESCOPE_MANAGEMENT_KEY"]) {
      expect(stderr).toContain(text);
    }
    expect(stderr).not.toContain("too short");
  });

  test("starts not where the project lacks what users need", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const { code, stderr } = await runC2d(["gateway", "--jit"], {
      cwd: folder.path,
      env: {
        ...environmentFor(sandbox),
        COGNITO_USER_POOL_ID: pool.userPoolId,
        C2D_JIT_TOKEN: TOKENS[0],
        C2D_JIT_CLIENT_ID: "client",
      },
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining("ERR_JIT_DEFINITIONS_MISSING")]);
  });
});
