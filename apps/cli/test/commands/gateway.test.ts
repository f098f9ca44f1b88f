import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openStateStore } from "@cognito-to-descope/store";
import type { TriggerEvent } from "@cognito-to-descope/sandbox";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runFunction } from "../../../gateway/test/run-function.ts";
import { runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { cognito, startWorld } from "../pipeline/world.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const BIN = fileURLToPath(new URL("../../bin/c2d.mjs", import.meta.url));
const SECRET = "canary secret of at least thirty-two characters";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

interface RunningGateway {
  readonly url: string;
  readonly child: ChildProcess;
  readonly printed: () => string;
  /** Ends it as a service manager would; gives its exit code. */
  stop(): Promise<unknown>;
}

async function startGateway(env: Readonly<Record<string, string>>): Promise<RunningGateway> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [BIN, "gateway", "--listen", "127.0.0.1:0"], {
    cwd: folder.path,
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stderr.on("data", (chunk: Buffer) => (printed += String(chunk)));
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => (printed += line));
  const ended = once(child, "exit").then(() => {
    throw new Error(`the gateway ended: ${printed}`);
  });
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
  return {
    url: (JSON.parse(line) as { readonly url: string }).url,
    child,
    printed: () => printed,
    async stop() {
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      return ((await exit) as unknown[])[0];
    },
  };
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
    const entries = gateway.printed().match(/\{"at".*?\}/g) ?? [];
    expect(entries.map((entry) => JSON.parse(entry) as unknown)).toMatchObject([
      { method: "POST", route: "/v1/sync/events", status: 202 },
      { method: "POST", route: "/v1/sync/events", status: 202 },
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
