import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Sandbox } from "@cognito-to-descope/sandbox";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { type PostgresServer, startPostgres } from "../../../../packages/store/test/support/postgres-server.ts";
import { answerOf } from "../../../gateway/test/run-function.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { defineOwnAttributes, signsIn } from "../jit/provisioning.ts";
import { cognito, type HandmadePool, migratedUser, startWorld, verified } from "../pipeline/world.ts";
import { environmentFor } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

// It bundles, and starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const TOKEN = "canary token of at least thirty-two characters";
const PASSWORD = 'canary-Passw0rd "\\é😀';
const SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:c2d-AbCdEf";

let folder: ReturnType<typeof temporaryFolder>;
let world: Awaited<ReturnType<typeof startWorld>>;
let sandbox: Sandbox;
let pool: HandmadePool;
let clientId: string;
let secrets: Secrets;

beforeAll(async () => {
  folder = temporaryFolder();
  world = await startWorld();
  ({ sandbox, pool } = world);
  await defineOwnAttributes(sandbox);
  const { UserPoolClient } = (await cognito(sandbox, "CreateUserPoolClient", {
    UserPoolId: pool.userPoolId,
    ClientName: "jit",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  })) as { readonly UserPoolClient: { readonly ClientId: string } };
  clientId = UserPoolClient.ClientId;
  writeFileSync(
    join(folder.path, "c2d.config.json"),
    JSON.stringify({
      state: "elsewhere.db",
      jit: { pools: [{ userPoolId: pool.userPoolId, clientId }], failureFloorMs: 1 },
    }),
  );
  secrets = await startSecrets();
  const emitted = await emit("--jit", "--exchange", clientId);
  expect(emitted.code, emitted.stderr).toBe(0);
});
afterAll(async () => {
  await secrets.stop();
  await world[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const emit = (...words: readonly string[]): ReturnType<typeof runInProcess> =>
  runInProcess(["aws", "emit", "gateway", ...words], {
    cwd: folder.path,
    env: { ...environmentFor(sandbox), COGNITO_USER_POOL_ID: pool.userPoolId },
  });

/** Secrets Manager, as far as the function asks it. */
interface Secrets {
  readonly url: string;
  /** What the secret holds. */
  value: string;
  readonly asked: { readonly target: unknown; readonly authorization: unknown; readonly body: unknown }[];
  stop(): Promise<void>;
}

async function startSecrets(): Promise<Secrets> {
  const asked: Secrets["asked"] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      const { authorization } = request.headers;
      asked.push({ target: request.headers["x-amz-target"], authorization, body: JSON.parse(text) as unknown });
      const answer = { ARN: SECRET_ARN, Name: "c2d", SecretString: made.value, VersionId: "1" };
      response.setHeader("content-type", "application/x-amz-json-1.1").end(JSON.stringify(answer));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const made: Secrets = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    value: "",
    asked,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return made;
}

/** What the function answered to each event, and what it logged. */
interface FunctionRun {
  readonly answers: readonly {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly error?: string;
  }[];
  readonly log: string;
}

// As Lambda's runtime does: the module is loaded, and the handler called with one event after the other.
const HARNESS = `
const { handler } = await import(process.argv[1]);
const events = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const answers = [];
for (const event of events) answers.push(await handler(event, {}).catch((error) => ({ error: error.code ?? error.message })));
require("node:fs").writeSync(3, JSON.stringify(answers));
process.exit(0);
`;

async function runFunction(events: readonly object[]): Promise<FunctionRun> {
  const { PATH = "" } = process.env;
  const entry = join(folder.path, "c2d-gateway", "code", "index.mjs");
  const harness = `import { createRequire } from "node:module"; const require = createRequire("/");${HARNESS}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", harness, "--", entry], {
    cwd: folder.path,
    env: {
      PATH,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: sandbox.cognito,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      C2D_SECRET_ID: SECRET_ARN,
    },
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const { answer, log } = await answerOf(child, events);
  return { answers: answer as FunctionRun["answers"], log };
}

/** An event in the payload format 2.0, as a function URL (`$default`) and an HTTP API send it. */
function eventOf(kind: "function-url" | "http-api", method: string, path: string, body?: string): object {
  const isBase64Encoded = kind === "http-api";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${TOKEN}`,
      "content-length": String(Buffer.byteLength(body ?? "")),
      "x-forwarded-for": "203.0.113.7",
      "x-forwarded-proto": "https",
      host: kind === "http-api" ? "a1b2c3.execute-api.us-east-1.amazonaws.com" : "abc.lambda-url.us-east-1.on.aws",
    },
    requestContext: {
      accountId: kind === "http-api" ? "123456789012" : "anonymous",
      apiId: "a1b2c3",
      domainName:
        kind === "http-api" ? "a1b2c3.execute-api.us-east-1.amazonaws.com" : "abc.lambda-url.us-east-1.on.aws",
      domainPrefix: "a1b2c3",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "203.0.113.7", userAgent: "descope" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "$default",
      stage: "$default",
      time: "26/Nov/2026:12:00:00 +0000",
      timeEpoch: 1_795_694_400_000,
    },
    ...(body === undefined ? {} : { body: isBase64Encoded ? Buffer.from(body).toString("base64") : body }),
    isBase64Encoded: body !== undefined && isBase64Encoded,
  };
}

const verify = (kind: "function-url" | "http-api", username: string, password: string): object =>
  eventOf(kind, "POST", "/v1/jit/verify", JSON.stringify({ username, password }));

/** What the operator puts into the secret. */
const variables = (): Record<string, string> => ({
  DESCOPE_MANAGEMENT_KEY: sandbox.managementKey,
  C2D_JIT_TOKEN: TOKEN,
});

describe("aws emit gateway", () => {
  test("writes code, settings and template, and neither a secret nor what is about this machine", () => {
    const directory = join(folder.path, "c2d-gateway");
    const read = (name: string): string => readFileSync(join(directory, name), "utf8");
    expect(parse(read("template.yaml"))).toEqual(JSON.parse(read("template.json")));
    expect(JSON.parse(read("code/gateway.json"))).toMatchObject({ jit: true, exchange: { clientIds: [clientId] } });
    expect(JSON.parse(read("code/c2d.config.json"))).toEqual({
      jit: { pools: [{ userPoolId: pool.userPoolId, clientId }], failureFloorMs: 1 },
      sources: [{ userPoolId: pool.userPoolId, region: "us-east-1" }],
      target: { projectId: sandbox.projectId, baseUrl: sandbox.descope },
    });
    for (const name of readdirSync(join(directory, "code"))) {
      expect(read(join("code", name))).not.toContain(sandbox.managementKey);
    }
  });

  test.each(["function-url", "http-api"] as const)("the function lets users in, asked by way of a %s", async (kind) => {
    const name = `canary-${kind}`;
    const sub = pool.add(name, verified(`${name}@example.com`), { password: PASSWORD });
    secrets.value = JSON.stringify(variables());
    secrets.asked.length = 0;
    const { answers, log } = await runFunction([
      eventOf(kind, "GET", "/readyz"),
      verify(kind, name, PASSWORD),
      verify(kind, name, "canary wrong"),
      { ...verify(kind, name, PASSWORD), headers: { "content-type": "application/json" } },
      eventOf(kind, "POST", "/v1/session/exchange"),
      eventOf(kind, "GET", "/canary-path"),
      eventOf(kind, "POST", "/v1/jit/verify", "x".repeat(100_000)),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 401, 401, 404, 413]);
    expect(answers.slice(1, 3).map(({ body = "" }) => JSON.parse(body) as unknown)).toMatchObject([
      { verdict: "ok" },
      { verdict: "invalid_credentials" },
    ]);
    expect(answers[1]?.headers).toMatchObject({ "content-type": "application/json", "cache-control": "no-store" });
    expect(migratedUser(sandbox, sub)?.email).toBe(`${name}@example.com`);
    expect(await signsIn(sandbox, `${name}@example.com`, PASSWORD)).toBe(true);
    expect(secrets.asked).toEqual([
      {
        target: "secretsmanager.GetSecretValue",
        authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 .*\/us-east-1\/secretsmanager\/aws4_request/) as string,
        body: { SecretId: SECRET_ARN },
      },
    ]);
    expect(log).toContain('"event":"verdict"');
    for (const canary of [/canary/i, sub, sandbox.managementKey]) expect(log).not.toMatch(canary);
  });

  test("the function says what is wrong with its secret, and works with the next request once it is mended", async () => {
    for (const wrong of ["canary", "[]", '{"AWS_REGION":"canary"}', '{"C2D_JIT_TOKEN":7}']) {
      secrets.value = wrong;
      const { answers, log } = await runFunction([eventOf("function-url", "GET", "/readyz")]);
      expect(answers).toEqual([{ error: "ERR_CONFIG_INVALID" }]);
      expect(log).not.toContain("canary");
      // One process is enough to see that it is asked for again.
      if (wrong !== "canary") continue;
      const before = secrets.asked.length;
      await runFunction([eventOf("function-url", "GET", "/readyz"), eventOf("function-url", "GET", "/readyz")]);
      expect(secrets.asked.length - before).toBeGreaterThan(1);
    }
  });

  test("reads the role's rights off the config", async () => {
    const asAdmin = { userPoolId: pool.userPoolId, clientId, flow: "admin" };
    const config = join(folder.path, "admin.json");
    writeFileSync(config, JSON.stringify({ jit: { pools: [asAdmin], afterMigration: "disable" } }));
    await emit("--jit", "--config", config, "--output", "admin", "--vpc", "--endpoint", "http-api", "--name", "jit-1");
    const template = readFileSync(join(folder.path, "admin", "template.json"), "utf8");
    for (const operation of ["AdminInitiateAuth", "AdminGetUser", "AdminListGroupsForUser", "AdminDisableUser"]) {
      expect(template).toContain(`cognito-idp:${operation}`);
    }
    expect(template).not.toContain("cognito-idp:ListUsers");
    expect(template).toContain("AWSLambdaVPCAccessExecutionRole");
    rmSync(config);
  });

  test.each([
    ["nothing to serve", [], "--jit"],
    ["a name that is none", ["--jit", "--name", "a b"], "--name"],
  ])("refuses %s", async (_what, words, named) => {
    const { code, stderr } = await emit(...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(named)]);
  });

  test("refuses a config that holds a function", async () => {
    const config = join(folder.path, "with-code.ts");
    writeFileSync(config, "export default { mapping: { transform: (user) => user } };");
    const { code, stderr } = await emit("--jit", "--config", config);
    expect([code, stderr]).toEqual([2, expect.stringContaining("holds a function")]);
    rmSync(config);
  });
});

describe("instances of the function with one PostgreSQL state", () => {
  let postgres: PostgresServer;
  beforeAll(async () => void (postgres = await startPostgres()));
  afterAll(() => postgres[Symbol.asyncDispose]());

  test("count failed tries together", async () => {
    secrets.value = JSON.stringify({ ...variables(), C2D_STATE: await postgres.createDatabase() });
    const verdicts: unknown[] = [];
    for (let instance = 0; instance < 3; instance += 1) {
      const { answers } = await runFunction(
        [1, 2].map((time) => verify("function-url", "canary-guessed", `wrong ${instance} ${time}`)),
      );
      verdicts.push(...answers.map(({ body = "{}" }) => (JSON.parse(body) as { readonly verdict?: unknown }).verdict));
    }
    expect(verdicts).toEqual([...Array<string>(4).fill("invalid_credentials"), "throttled", "throttled"]);
  });
});
