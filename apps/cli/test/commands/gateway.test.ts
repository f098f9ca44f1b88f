import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createVerifier } from "@cognito-to-descope/session";
import { openStateStore } from "@cognito-to-descope/store";
import type { TriggerEvent } from "@cognito-to-descope/sandbox";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runFunction } from "../../../gateway/test/run-function.ts";
import { runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { openMigration } from "../pipeline/migration.ts";
import { cognito, projectUsers, startWorld } from "../pipeline/world.ts";
import { environmentFor } from "./fast-world.ts";
import { type RunningGateway, startGateway as startProcess } from "./running-gateway.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const SECRET = "canary secret of at least thirty-two characters";

let folder: ReturnType<typeof temporaryFolder>;
let running: RunningGateway[];
beforeEach(() => {
  folder = temporaryFolder();
  running = [];
});
afterEach(() => {
  // A test that fails leaves no process behind.
  for (const gateway of running) gateway[Symbol.dispose]();
  folder[Symbol.dispose]();
});

async function startGateway(
  env: Readonly<Record<string, string>>,
  ...more: readonly string[]
): Promise<RunningGateway> {
  const gateway = await startProcess(folder.path, env, ...more);
  running.push(gateway);
  return gateway;
}

describe("gateway", () => {
  test("hears of users who sign up and in at the pool, by the emitted function, and notes them for a sync", async () => {
    const variables: Record<string, string> = { C2D_EVENTS_SECRET: SECRET };
    const tell = async (event: TriggerEvent): Promise<TriggerEvent> => {
      const run = await runFunction(event, variables);
      if (run.error !== undefined) throw new Error(run.error.message);
      return run.answer as TriggerEvent;
    };
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:tell";
    await using world = await startWorld(
      { cognito: { requireSignature: false, lambdas: { tell } } },
      { LambdaConfig: { PostConfirmation: arn, PostAuthentication: arn } },
    );
    const { sandbox, pool } = world;
    const environment = {
      COGNITO_USER_POOL_ID: pool.userPoolId,
      DESCOPE_PROJECT_ID: sandbox.projectId,
      C2D_EVENTS_SECRET: SECRET,
    };
    const gateway = await startGateway(environment);
    variables["C2D_EVENTS_URL"] = `${gateway.url}/v1/sync/events`;

    const client = (await cognito(sandbox, "CreateUserPoolClient", {
      UserPoolId: pool.userPoolId,
      ClientName: "app",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    })) as { readonly UserPoolClient: { readonly ClientId: string } };
    const { ClientId } = client.UserPoolClient;
    const Password = "Passw0rd!canary";
    const { UserSub } = (await cognito(sandbox, "SignUp", {
      ClientId,
      Username: "canary-name",
      Password,
      UserAttributes: [{ Name: "email", Value: "canary@example.com" }],
    })) as { readonly UserSub: string };
    await cognito(sandbox, "AdminConfirmSignUp", { UserPoolId: pool.userPoolId, Username: "canary-name" });
    const store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    const [confirmed] = await store.readTouchedUsers(sandbox.projectId, 10);
    expect(confirmed).toMatchObject({ userPoolId: pool.userPoolId, sub: UserSub });

    const signIn = await cognito(sandbox, "InitiateAuth", {
      ClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "canary-name", PASSWORD: Password },
    });
    expect(signIn["AuthenticationResult"]).toBeDefined();
    const [signedIn, ...others] = await store.readTouchedUsers(sandbox.projectId, 10);
    expect(others).toEqual([]);
    expect(signedIn?.at).toBeGreaterThan(confirmed?.at ?? Number.POSITIVE_INFINITY);
    await store[Symbol.asyncDispose]();

    expect(await gateway.stop()).toBe(0);
    const canaries = ["canary", UserSub, SECRET];
    for (const canary of canaries) expect(gateway.printed()).not.toContain(canary);
    expect(gateway.entries()).toMatchObject([
      { level: "info", event: "request", method: "POST", route: "/v1/sync/events", status: 202 },
      { level: "info", event: "request", method: "POST", route: "/v1/sync/events", status: 202 },
    ]);
    for (const file of readdirSync(join(folder.path, ".c2d"))) {
      expect(readFileSync(join(folder.path, ".c2d", file), "latin1")).not.toContain("canary");
    }

    // Without a gateway users sign in all the same.
    const without = await cognito(sandbox, "InitiateAuth", {
      ClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "canary-name", PASSWORD: Password },
    });
    expect(without["AuthenticationResult"]).toBeDefined();
  });

  test("exchanges a fresh Cognito token for a session of the migrated user, once, and tells nobody whose", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const origin = "https://app.example.com";
    const Password = "Passw0rd!canary";
    const sub = pool.add("canary-name", { email: "canary@example.com", email_verified: "true" });
    await cognito(sandbox, "AdminSetUserPassword", {
      UserPoolId: pool.userPoolId,
      Username: "canary-name",
      Password,
      Permanent: true,
    });
    const { UserPoolClient } = (await cognito(sandbox, "CreateUserPoolClient", {
      UserPoolId: pool.userPoolId,
      ClientName: "app",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    })) as { readonly UserPoolClient: { readonly ClientId: string } };
    const { ClientId } = UserPoolClient;
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    const signIn = async (): Promise<Readonly<Record<"IdToken" | "AccessToken" | "RefreshToken", string>>> =>
      (
        (await cognito(sandbox, "InitiateAuth", {
          ClientId,
          AuthFlow: "USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: "canary-name", PASSWORD: Password },
        })) as { readonly AuthenticationResult: Readonly<Record<"IdToken" | "AccessToken" | "RefreshToken", string>> }
      ).AuthenticationResult;

    const env: Readonly<Record<string, string>> = {
      ...environmentFor(sandbox),
      COGNITO_USER_POOL_ID: pool.userPoolId,
    };
    const flags = ["--exchange", ClientId, "--exchange-origin", origin, "--exchange-revoke"];
    const gateway = await startGateway(env, ...flags);
    const exchange = (token: string, from: string, refreshToken?: string): Promise<Response> =>
      fetch(`${gateway.url}/v1/session/exchange`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, origin: from, "content-type": "application/json" },
        body: JSON.stringify(refreshToken === undefined ? {} : { refreshToken }),
      });
    const { IdToken, AccessToken, RefreshToken } = await signIn();

    const strange = await exchange(IdToken, "https://evil.example");
    expect([strange.status, await strange.json()]).toEqual([403, { status: 403, code: "ERR_ORIGIN_REFUSED" }]);
    expect((await exchange(AccessToken, origin)).status).toBe(401);
    const given = await exchange(IdToken, origin, RefreshToken);
    expect(given.status).toBe(200);
    expect(given.headers.get("access-control-allow-origin")).toBe(origin);
    const { sessionJwt } = (await given.json()) as { readonly sessionJwt: string };
    const verifier = createVerifier({
      cognito: [],
      descope: [{ projectId: sandbox.projectId, audience: null, baseUrl: sandbox.descope }],
      mode: "descope-only",
      subject: { use: "descope", unmapped: "keep" },
    });
    const [user] = projectUsers(sandbox);
    expect((await verifier.verify(sessionJwt)).subject).toBe(user?.userId);
    expect(user?.customAttributes["cognitoSub"]).toBe(sub);
    const again = await exchange(IdToken, origin);
    expect([again.status, await again.json()]).toMatchObject([
      401,
      { code: "ERR_EXCHANGE_REFUSED", reason: "replayed" },
    ]);
    await expect(
      cognito(sandbox, "InitiateAuth", {
        ClientId,
        AuthFlow: "REFRESH_TOKEN_AUTH",
        AuthParameters: { REFRESH_TOKEN: RefreshToken },
      }),
    ).rejects.toThrow("NotAuthorizedException");
    const preflight = await fetch(`${gateway.url}/v1/session/exchange`, { method: "OPTIONS", headers: { origin } });
    expect([preflight.status, preflight.headers.get("access-control-allow-methods")]).toEqual([204, "POST"]);
    // Events are not taken where nobody set their secret.
    expect((await fetch(`${gateway.url}/v1/sync/events`, { method: "POST" })).status).toBe(404);

    expect(await gateway.stop()).toBe(0);
    const canaries = ["canary", sub, IdToken, sessionJwt, RefreshToken, env["DESCOPE_MANAGEMENT_KEY"] ?? "-"];
    for (const canary of canaries) expect(gateway.printed()).not.toContain(canary);
    expect(gateway.printed().match(/"outcome":"[a-z-]+"/g)).toEqual([
      '"outcome":"refused"',
      '"outcome":"exchanged"',
      '"outcome":"revoked"',
      '"outcome":"refused"',
    ]);
  });

  test.each([
    [
      "the page's address is no origin",
      ["--exchange", "app", "--exchange-origin", "https://app.example.com/"],
      "origin",
    ],
    ["no app client is named", ["--exchange-cookies"], "--exchange"],
  ])("exchanges nothing where %s", async (_what, more, named) => {
    const env = {
      COGNITO_USER_POOL_ID: "us-east-1_AbCdEf123",
      DESCOPE_PROJECT_ID: "P1",
      DESCOPE_MANAGEMENT_KEY: "K1",
      C2D_EVENTS_SECRET: SECRET,
    };
    const { code, stderr } = await runC2d(["gateway", ...more], { cwd: folder.path, env });
    expect([code, stderr]).toEqual([2, expect.stringContaining(named)]);
    expect(stderr).toContain("ERR_USAGE");
  });

  test("says everything that it lacks at once", async () => {
    const { code, stderr } = await runC2d(["gateway"], { cwd: folder.path, env: { C2D_EVENTS_SECRET: "too short" } });
    expect(code).toBe(2);
    for (const text of ["source.userPoolId", "target.projectId", "C2D_EVENTS_SECRET", "32 characters"]) {
      expect(stderr).toContain(text);
    }
    expect(stderr).not.toContain("too short");
  });

  test.each([
    ["a port that is taken", "port", "ERR_PORT_IN_USE"],
    ["an address that is none", "nonsense", "ERR_USAGE"],
  ])("refuses %s", async (_what, kind, expected) => {
    const env = { COGNITO_USER_POOL_ID: "us-east-1_AbCdEf123", DESCOPE_PROJECT_ID: "P1", C2D_EVENTS_SECRET: SECRET };
    const first = await startGateway(env);
    const listen = kind === "port" ? new URL(first.url).host : "here";
    const { code, stderr } = await runC2d(["gateway", "--listen", listen], { cwd: folder.path, env });
    expect([code, stderr]).toEqual([2, expect.stringContaining(expected)]);
    await first.stop();
  });
});
