import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { claimsOf, startWorld, type World } from "../../packages/session/test/world.ts";

const EXAMPLES = fileURLToPath(new URL("..", import.meta.url));
const SOURCES = "--conditions=@cognito-to-descope/source";

let world: World;
let settings: Readonly<Record<string, string>>;
let accessToken: string;
let session: string;
beforeAll(async () => {
  world = await startWorld();
  const { sandbox } = world;
  settings = {
    COGNITO_USER_POOL_ID: sandbox.userPoolId,
    COGNITO_CLIENT_ID: sandbox.clientId,
    COGNITO_JWKS_URI: `${sandbox.cognito}/${sandbox.userPoolId}/.well-known/jwks.json`,
    DESCOPE_PROJECT_ID: sandbox.projectId,
    DESCOPE_BASE_URL: sandbox.descope,
  };
  const email = "ada@example.com";
  ({ accessToken } = await world.signUp(email, ["admin"]));
  ({ sessionJwt: session } = await world.signIn({ loginId: email, email, verifiedEmail: true }));
});
afterAll(() => world[Symbol.asyncDispose]());

type Ask = (path: string, token?: string) => Promise<Response>;

/** What every example does with either token. */
async function expectBothProviders(ask: Ask, prefix = ""): Promise<void> {
  const cognito = await ask(`${prefix}/me`, accessToken);
  expect(cognito.status).toBe(200);
  expect(await cognito.json()).toEqual({
    subject: claimsOf(accessToken)["sub"],
    provider: "cognito",
    roles: ["admin"],
  });
  const descope = await ask(`${prefix}/me`, session);
  expect(descope.status).toBe(200);
  expect(await descope.json()).toEqual({ subject: claimsOf(session)["sub"], provider: "descope", roles: [] });

  expect((await ask(`${prefix}/admin`, accessToken)).status).toBe(200);
  expect((await ask(`${prefix}/admin`, session)).status).toBe(403);

  const missing = await ask(`${prefix}/me`);
  expect(missing.status).toBe(401);
  expect(missing.headers.get("www-authenticate")).toBe("Bearer");
  const wrong = await ask(`${prefix}/me`, `${session.slice(0, -8)}AAAAAAAA`);
  expect(wrong.status).toBe(401);
  expect(wrong.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
}

describe("the servers", () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill());

  it.each(["express", "fastify", "hono"])("%s answers both tokens", async (name) => {
    const server = spawn(process.execPath, [SOURCES, "server.ts"], {
      cwd: join(EXAMPLES, name),
      env: { ...settings, PORT: "0" },
      stdio: ["ignore", "pipe", "inherit"],
      timeout: 30_000,
    });
    child = server;
    const url = await new Promise<string>((resolve, reject) => {
      server.stdout.on("data", (chunk: Buffer) => {
        const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(chunk)) ?? [];
        if (found !== undefined) resolve(found);
      });
      server.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    });
    await expectBothProviders((path, token) =>
      fetch(url + path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    );
  });
});

describe("nextjs", () => {
  it("answers both tokens, in middleware and in handlers", async () => {
    Object.assign(process.env, settings);
    const { proxy } = await import("../nextjs/proxy.ts");
    const handlers: Readonly<Record<string, (request: Request, context: object) => Promise<Response>>> = {
      "/api/me": (await import("../nextjs/app/api/me/route.ts")).GET,
      "/api/admin": (await import("../nextjs/app/api/admin/route.ts")).GET,
    };
    await expectBothProviders(async (path, token) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const request = new Request(`https://app.example.com${path}`, { headers });
      return (await proxy(request)) ?? (await handlers[path]?.(request, {})) ?? new Response(null, { status: 404 });
    }, "/api");

    const visit = (cookie: string): Promise<Response | undefined> =>
      proxy(new Request("https://app.example.com/account", { headers: { accept: "text/html", cookie } }));
    const sent = await visit("");
    expect(sent?.status).toBe(307);
    expect(sent?.headers.get("location")).toBe("https://app.example.com/sign-in");
    expect(await visit(`DS=${session}`)).toBeUndefined();
  });
});

describe("lambda", () => {
  const methodArn = "arn:aws:execute-api:us-east-1:123456789012:s4x3opwd6i/test/GET/me";
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "c2d-authorizer-"));
    execFileSync(process.execPath, ["bundle.ts", join(folder, "authorizer.mjs")], { cwd: join(EXAMPLES, "lambda") });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the bundle in a process of its own, where nothing is installed. */
  async function authorize(authorizationToken: string): Promise<Record<string, unknown>> {
    const program = `
      const { handler } = await import("./authorizer.mjs");
      const event = JSON.parse(process.argv[1]);
      console.log(JSON.stringify(await handler(event).catch(({ message }) => ({ message }))));`;
    const event = JSON.stringify({ type: "TOKEN", authorizationToken, methodArn });
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program, event], {
      cwd: folder,
      env: settings,
      timeout: 30_000,
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it("authorizes both tokens as a bundle with nothing else installed", async () => {
    expect(statSync(join(folder, "authorizer.mjs")).size).toBeLessThanOrEqual(100_000);
    const { handler: orders } = await import("../lambda/orders.ts");
    for (const [token, provider, admin] of [
      [accessToken, "cognito", "Allow"],
      [session, "descope", "Deny"],
    ] as const) {
      const answer = await authorize(`Bearer ${token}`);
      const stage = "arn:aws:execute-api:us-east-1:123456789012:s4x3opwd6i/test";
      const resources = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"].map(
        (one) => `${stage}/${one}/admin*`,
      );
      const all = `${stage}/*/*`;
      const Action = "execute-api:Invoke";
      expect(answer["policyDocument"]).toEqual({
        Version: "2012-10-17",
        Statement:
          admin === "Allow"
            ? [{ Action, Effect: "Allow", Resource: [all, ...resources] }]
            : [
                { Action, Effect: "Allow", Resource: [all] },
                { Action, Effect: "Deny", Resource: resources },
              ],
      });
      const context = answer["context"] as Record<string, unknown>;
      const { body } = orders({ requestContext: { authorizer: { principalId: answer["principalId"], ...context } } });
      expect(JSON.parse(body)).toMatchObject({ subject: claimsOf(token)["sub"], provider });
    }
    expect(await authorize("Bearer wrong")).toEqual({ message: "Unauthorized" });
  });
});
