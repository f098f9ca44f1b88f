import { API_BASE, LIVE_PATH } from "@cognito-to-descope/console/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { everyOperation } from "./operations.ts";
import { type RunningConsole, startConsole } from "./start-console.ts";

const SCRIPT_TOKEN = "a-token-for-scripts-of-30-chars";
const SESSION_PATH = `${API_BASE}/session`;
const OPERATIONS = everyOperation();
const CHANGES = OPERATIONS.filter(({ method }) => method !== "get");
const READS = OPERATIONS.filter(({ method, path }) => method === "get" && path !== SESSION_PATH);

const folder = temporaryFolder();
let running: RunningConsole;
let cookie: string;
let own: Readonly<Record<string, string>>;

beforeAll(async () => {
  running = await startConsole(folder.path);
  cookie = await running.signIn();
  own = { cookie, origin: running.origin, "x-c2d-console": "1" };
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function codesOf(
  operations: typeof OPERATIONS,
  headers: Readonly<Record<string, string>>,
  origin = running.origin,
): Promise<ReadonlySet<string>> {
  const codes = operations.map(async ({ method, address }) => {
    const response = await fetch(`${origin}${address}`, {
      method: method.toUpperCase(),
      headers: method === "get" ? headers : { "content-type": "application/json", ...headers },
      ...(method === "get" || method === "delete" ? {} : { body: "{}" }),
    });
    return `${response.status} ${((await response.json()) as { readonly code?: string }).code ?? ""}`;
  });
  return new Set(await Promise.all(codes));
}

test("there are routes that change something, and routes that read", () => {
  expect(CHANGES.length).toBeGreaterThan(20);
  expect(READS.length).toBeGreaterThan(15);
});

describe("every route that changes something refuses", () => {
  test.each([
    ["a page of another origin", { origin: "https://evil.example" }],
    ["a page on another port", { origin: "http://127.0.0.1:1" }],
    ["a sandboxed page", { origin: "null" }],
    ["a form, which cannot send the header", { "x-c2d-console": "" }],
  ])("%s, though the browser has a session", async (_what, headers) => {
    expect(await codesOf(CHANGES, { ...own, ...headers })).toEqual(new Set(["403 foreign-origin"]));
  });

  test("whoever has no session", async () => {
    const others = CHANGES.filter(({ path }) => path !== SESSION_PATH);
    expect(await codesOf(others, { ...own, cookie: "" })).toEqual(new Set(["401 not-signed-in"]));
    expect(await codesOf(others, { ...own, cookie: `${cookie}x` })).toEqual(new Set(["401 not-signed-in"]));
  });

  test("everybody where the console only shows", async () => {
    await using readOnly = await startConsole(folder.path, { C2D_CONSOLE_TOKEN: SCRIPT_TOKEN }, "--read-only");
    const others = CHANGES.filter(({ path }) => path !== SESSION_PATH);
    const authorization = `Bearer ${SCRIPT_TOKEN}`;
    expect(await codesOf(others, { authorization }, readOnly.origin)).toEqual(new Set(["403 read-only"]));
  });
});

test("every route that reads refuses whoever has no session, the stream of events as well", async () => {
  expect(READS.map(({ path }) => path)).toContain(LIVE_PATH);
  expect(await codesOf(READS, {})).toEqual(new Set(["401 not-signed-in"]));
});

test("no change is begun by a GET", async () => {
  const codes = await codesOf(
    CHANGES.filter(({ path }) => !OPERATIONS.some((one) => one.path === path && one.method === "get")).map((one) => ({
      ...one,
      method: "get",
    })),
    own,
  );
  expect(codes).toEqual(new Set(["404 not-found"]));
});

test("commands get no arguments from a request but those that are known", async () => {
  const start = async (body: object): Promise<number> => {
    const response = await fetch(`${running.origin}/api/v1/commands`, {
      method: "POST",
      headers: { ...own, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return response.status;
  };
  const run = "--state=/tmp/elsewhere.db";
  expect(await start({ command: "rollback", run, confirm: run })).toBe(400);
  expect(await start({ command: "apply", run: "$(id)" })).toBe(400);
  expect(await start({ command: "retry", run: "newest", classes: ["--yes"] })).toBe(400);
  expect(await start({ command: "retry", run: "newest", users: ["1 --yes"] })).toBe(400);
  expect(await start({ command: "purge" })).toBe(400);
  expect(await start({ command: "plan", config: "/etc/passwd" })).toBe(400);
  // There is no state, and so no run that could be meant.
  const unknown = "20261126-120000-aaaaaa";
  expect(await start({ command: "rollback", run: unknown, confirm: unknown })).toBe(404);
});
