import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { DualAuthorizerConfig } from "@cognito-to-descope/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claimsOf, startWorld, type World } from "../../../../packages/session/test/world.ts";
import { readConfig, settingsOf } from "../../src/authorizer/read-config.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { environmentFor } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

const STAGE = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod";
const METHOD = `${STAGE}/GET/orders/7`;
const APPSYNC = ["--api-name", "orders", "--cache-seconds", "120"];
const TARGETS = ["http-api-lambda", "rest-api-lambda", "appsync-lambda"] as const;

interface Answer {
  readonly isAuthorized?: boolean;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly resolverContext?: Readonly<Record<string, unknown>>;
  readonly ttlOverride?: number;
  readonly principalId?: string;
  readonly policyDocument?: { readonly Statement: readonly { readonly Effect: string; readonly Resource: unknown }[] };
}

interface Result {
  readonly answer?: Answer;
  readonly error?: string;
}

let folder: ReturnType<typeof temporaryFolder>;
let world: World;
/** What the documents say, with the hosts of the sandbox. */
let config: DualAuthorizerConfig;
let tokens: Readonly<Record<"access" | "id" | "session" | "refresh" | "stranger", string>>;
let sub: string;

beforeAll(async () => {
  folder = temporaryFolder();
  world = await startWorld();
  const { sandbox } = world;
  const applied = await c2d("jwt-template", "apply", "--json");
  sandbox.descopeService.selectJwtTemplate((JSON.parse(applied) as { readonly id: string }).id);
  await world.descope.management.user.createCustomAttributes([{ name: "cognitoSub", type: 1 }] as never);
  const cognito = await world.signUp("ada@example.com", ["admins"]);
  sub = String(claimsOf(cognito.accessToken)["sub"]);
  const user = { loginId: "ada@example.com", email: "ada@example.com", customAttributes: { cognitoSub: sub } };
  const descope = await world.signIn(user);
  const [header = "", payload = "", signature = ""] = cognito.accessToken.split(".");
  const changed = { ...(JSON.parse(Buffer.from(payload, "base64url").toString()) as object), sub: "somebody-else" };
  tokens = {
    access: cognito.accessToken,
    id: cognito.idToken,
    session: descope.sessionJwt,
    refresh: descope.refreshJwt,
    stranger: `${header}.${Buffer.from(JSON.stringify(changed)).toString("base64url")}.${signature}`,
  };
  for (const target of TARGETS) await emit(target);
  const emitted = configIn("http-api-lambda");
  config = {
    ...emitted,
    baseUrl: sandbox.descope,
    userPools: emitted.userPools.map((pool) => ({
      ...pool,
      jwksUri: `${sandbox.cognito}/${pool.userPoolId}/.well-known/jwks.json`,
    })),
  };
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function c2d(...commandArguments: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runInProcess(commandArguments, {
    cwd: folder.path,
    env: environmentFor(world.sandbox),
  });
  expect(code, stderr).toBe(0);
  return stdout;
}

interface EmitParts {
  readonly output?: string;
  readonly clients?: readonly string[];
  readonly more?: readonly string[];
}

async function emit(target: string, parts: EmitParts = {}): Promise<void> {
  const { output = target, clients = [world.sandbox.clientId], more = [] } = parts;
  const issuer = `https://api.descope.com/${world.sandbox.projectId}`;
  const api = ["--api-id", "a1b2c3d4e5", ...(target === "appsync-lambda" ? APPSYNC : [])];
  const format = ["--format", "cloudformation-json", "--output", output];
  await c2d("aws", "emit", target, ...format, "--issuer", issuer, ...api, "--app-client", ...clients, ...more);
}

function functionIn(output: string) {
  const document = JSON.parse(readFileSync(join(folder.path, output, "template.json"), "utf8")) as {
    readonly Resources: {
      readonly AuthorizerFunction: {
        readonly Properties: {
          readonly Handler: string;
          readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
        };
      };
    };
  };
  return document.Resources.AuthorizerFunction.Properties;
}

function configIn(output: string): DualAuthorizerConfig {
  const text = functionIn(output).Environment?.Variables["AUTHORIZER_CONFIG"] ?? "";
  return JSON.parse(text) as DualAuthorizerConfig;
}

const RUN = `
  let input = "";
  for await (const chunk of process.stdin) input += chunk;
  const { handler, events, file } = JSON.parse(input);
  const results = [];
  const module = await import(file);
  for (const event of events) {
    results.push(await module[handler](event).then((answer) => ({ answer }), (error) => ({ error: error.message })));
  }
  console.log("results " + JSON.stringify(results));
`;

/** Starts the emitted file in a process of its own, in a folder where nothing else is, and hands it the events. */
async function run(
  handler: string,
  events: readonly object[],
  {
    settings = JSON.stringify(config),
    beside,
  }: { readonly settings?: string | undefined; readonly beside?: string } = {},
): Promise<{ readonly results: readonly Result[]; readonly lines: readonly string[] }> {
  const place = mkdtempSync(join(folder.path, "bare-"));
  copyFileSync(join(folder.path, "http-api-lambda", "index.mjs"), join(place, "index.mjs"));
  if (beside !== undefined) writeFileSync(join(place, "authorizer-config.json"), beside);
  const env = beside === undefined && settings !== "" ? { AUTHORIZER_CONFIG: settings } : {};
  const running = promisify(execFile)(process.execPath, ["--input-type=module", "-e", RUN], { cwd: place, env });
  running.child.stdin?.end(JSON.stringify({ handler, events, file: join(place, "index.mjs") }));
  const lines = (await running).stdout.trim().split("\n");
  const last = lines.pop() ?? "";
  return { results: JSON.parse(last.replace(/^results /, "")) as readonly Result[], lines };
}

const http = (token: string, more: object = {}): object => ({
  version: "2.0",
  type: "REQUEST",
  routeArn: METHOD,
  routeKey: "GET /orders/{id}",
  identitySource: [`Bearer ${token}`],
  headers: { authorization: `Bearer ${token}` },
  ...more,
});

describe("the function that is emitted", () => {
  test("is one file of at most 100 KB beside document and runbook, the same for every target", () => {
    const first = readFileSync(join(folder.path, "http-api-lambda", "index.mjs"));
    for (const target of TARGETS) {
      expect(readdirSync(join(folder.path, target)).sort()).toEqual(["RUNBOOK.md", "index.mjs", "template.json"]);
      expect(readFileSync(join(folder.path, target, "index.mjs")).equals(first)).toBe(true);
      expect(statSync(join(folder.path, target, "index.mjs")).size).toBeLessThanOrEqual(100_000);
    }
    const imported = [...first.toString().matchAll(/\bfrom\s*"([^"]+)"/g)].map(([, name]) => name);
    expect([...new Set(imported)].every((name) => name?.startsWith("node:"))).toBe(true);
  });

  test("has every handler that a document names", async () => {
    await emit("http-api-lambda", { output: "iam", more: ["--responses", "iam"] });
    expect([...TARGETS, "iam"].map((output) => functionIn(output).Handler)).toEqual([
      "index.httpSimple",
      "index.restToken",
      "index.appsync",
      "index.httpIam",
    ]);
  });

  test("answers an HTTP API with yes to tokens of both sides, by one subject, and with no to others", async () => {
    const { access, id, session, refresh, stranger } = tokens;
    const { results } = await run(
      "httpSimple",
      [access, id, session, refresh, stranger, "x.y.z"].map((token) => http(token)),
    );
    expect(results.map(({ answer }) => answer?.isAuthorized)).toEqual([true, true, true, false, false, false]);
    const contexts = results.slice(0, 3).map(({ answer }) => answer?.context);
    expect(contexts.map((context) => [context?.["provider"], context?.["subject"]])).toEqual([
      ["cognito", sub],
      ["cognito", sub],
      ["descope", sub],
    ]);
    expect(contexts[0]?.["roles"]).toBe('["admins"]');
  });

  test("answers an HTTP API with policies for the whole stage", async () => {
    const { results } = await run(
      "httpIam",
      [tokens.access, tokens.session, tokens.stranger].map((token) => http(token)),
    );
    expect(results.map(({ answer }) => answer?.policyDocument?.Statement)).toEqual(
      ["Allow", "Allow", "Deny"].map((Effect) => [
        { Action: "execute-api:Invoke", Effect, Resource: [`${STAGE}/*/*`] },
      ]),
    );
  });

  test.each([
    ["restToken", (token: string) => ({ type: "TOKEN", authorizationToken: `Bearer ${token}`, methodArn: METHOD })],
    [
      "restRequest",
      (token: string) => ({ type: "REQUEST", methodArn: METHOD, headers: { Authorization: `Bearer ${token}` } }),
    ],
  ])("answers a REST API as %s with a policy, or with the error that becomes 401", async (handler, event) => {
    const { results } = await run(handler, [event(tokens.access), event(tokens.session), event(tokens.stranger)]);
    expect(results.map(({ answer }) => answer?.principalId)).toEqual([sub, sub, undefined]);
    expect(results[0]?.answer?.policyDocument?.Statement).toEqual([
      { Action: "execute-api:Invoke", Effect: "Allow", Resource: [`${STAGE}/*/*`] },
    ]);
    expect(results[2]).toEqual({ error: "Unauthorized" });
  });

  test("answers AppSync with a context, and for as long as the document says", async () => {
    const settings = JSON.stringify({ ...config, cacheSeconds: configIn("appsync-lambda").cacheSeconds });
    const events = [tokens.access, tokens.session, tokens.stranger].map((authorizationToken) => ({
      authorizationToken,
    }));
    const { results } = await run("appsync", events, { settings });
    expect(results.map(({ answer }) => [answer?.isAuthorized, answer?.ttlOverride])).toEqual([
      [true, 120],
      [true, 120],
      [false, 0],
    ]);
    expect(results[1]?.answer?.resolverContext).toMatchObject({ provider: "descope", subject: sub });
  });

  test("writes one line for each token, which does not say whose it is", async () => {
    const { lines } = await run("httpSimple", [http(tokens.id), http(tokens.stranger)]);
    const { userPoolId } = world.sandbox;
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { outcome: "accepted", provider: "cognito", source: userPoolId, tokenKind: "id" },
      { outcome: "refused", provider: "cognito", source: userPoolId, reason: "signature-invalid" },
    ]);
    expect(lines.join()).not.toContain(sub);
  });

  test("takes tokens of one side alone when its config says so", async () => {
    const settings = JSON.stringify({ ...config, mode: "descope-only" });
    const { results } = await run("httpSimple", [http(tokens.access), http(tokens.session)], { settings });
    expect(results.map(({ answer }) => answer?.isAuthorized)).toEqual([false, true]);
  });

  test("fails, and refuses nobody, while keys cannot be read", async () => {
    const userPools = config.userPools.map((pool) => ({ ...pool, jwksUri: "http://127.0.0.1:9/jwks.json" }));
    const settings = JSON.stringify({ ...config, userPools });
    const { results } = await run("httpSimple", [http(tokens.access), http(tokens.session)], { settings });
    expect(results[0]?.answer).toBeUndefined();
    expect(results[0]?.error).toContain("keys");
    expect(results[1]?.answer?.isAuthorized).toBe(true);
  });

  test("comes with its config in a file when that is too long for a variable", async () => {
    const many = Array.from({ length: 120 }, (_, index) => `client${String(index).padStart(22, "0")}`);
    await emit("http-api-lambda", { output: "many", clients: [...many, world.sandbox.clientId] });
    expect(functionIn("many")).not.toHaveProperty("Environment");
    const written = readFileSync(join(folder.path, "many", "authorizer-config.json"), "utf8");
    expect(readFileSync(join(folder.path, "many", "RUNBOOK.md"), "utf8")).toContain(
      "zip authorizer.zip index.mjs authorizer-config.json",
    );
    const { userPools } = JSON.parse(written) as DualAuthorizerConfig;
    expect(userPools[0]?.clientIds).toHaveLength(121);
    const { jwksUri } = config.userPools[0] ?? {};
    const beside = JSON.stringify({ ...config, userPools: userPools.map((pool) => ({ ...pool, jwksUri })) });
    const { results } = await run("httpSimple", [http(tokens.access)], { beside });
    expect(results[0]?.answer?.isAuthorized).toBe(true);
  });

  test("does not start without a config, and says in one error what is missing", async () => {
    const failed = await run("httpSimple", [], { settings: "" }).catch((error: unknown) => String(error));
    expect(failed).toContain(
      "the authorizer has no config: set AUTHORIZER_CONFIG, or put authorizer-config.json beside it",
    );
  });
});

describe("the config of the function", () => {
  const valid = {
    userPools: [{ userPoolId: "eu-west-1_AbCdEf123", clientIds: ["4abc"] }],
    projectId: "P2abc",
    audiences: ["x"],
  };
  const read = (value: unknown) => readConfig({ AUTHORIZER_CONFIG: JSON.stringify(value) }, () => undefined);

  test.each([
    ["text", "it must be an object"],
    [{}, '"userPools" must be a list of objects; "projectId" must be a text; "audiences" must be a list of texts'],
    [{ ...valid, mode: "both" }, '"mode" must be "cognito-only" or "dual"'],
    [{ ...valid, userPools: [{ userPoolId: "x", clientId: "4abc" }] }, '"userPools[0].clientIds" must be a list'],
    [{ ...valid, userPools: [{ userPoolId: "x", clientIds: [] }] }, '"userPools[0].clientIds" must be a list'],
    [{ ...valid, audience: "x" }, '"audience" is not a setting'],
    [{ ...valid, cacheSeconds: 3601 }, '"cacheSeconds" must be a whole number from 0 to 3600'],
  ])("%j is refused with everything that is wrong with it", (value, message) => {
    expect(() => read(value)).toThrow(message);
  });

  test("that is no JSON is refused without being shown", () => {
    expect(() => readConfig({ AUTHORIZER_CONFIG: "{secret" }, () => undefined)).toThrow(/^(?!.*secret).*as JSON$/);
  });

  test("leaves no decision of the verifier open", () => {
    expect(settingsOf(read(valid))).toEqual({
      verifierOptions: {
        cognito: [{ userPoolId: "eu-west-1_AbCdEf123", clientId: ["4abc"], tokenUse: null, roles: "group-names" }],
        descope: [{ projectId: "P2abc", audience: ["x"], accessKeys: "refuse" }],
        mode: "dual",
        subject: { use: "cognito", unmapped: "keep" },
      },
      cacheSeconds: 60,
    });
  });
});
