import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type {
  Mapping,
  MappingCheck,
  MappingEffectState,
  MappingPreview,
  MappingSaved,
  MappingTrial,
  Problem,
} from "@cognito-to-descope/console/contract";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { type RunningConsole, startConsole } from "./start-console.ts";

vi.setConfig({ testTimeout: 120_000 });

const HOSTILE = "<img src=x onerror=alert(1)>\u202egnp";
const FILE = "c2d.config.json";

let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;
let console: RunningConsole;
let cookie: string;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 120, groups: 3 });
});
afterAll(() => sandbox.stop());

async function open(...more: readonly string[]): Promise<void> {
  console = await startConsole(folder.path, environmentFor(sandbox), ...more);
  cookie = await console.signIn();
}

beforeEach(async () => {
  folder = temporaryFolder();
  writeFastConfig(folder.path);
  await runInProcess(["plan"], { cwd: folder.path, env: environmentFor(sandbox) });
  await open();
});
afterEach(async () => {
  await console[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function call<T>(method: string, path: string, body?: unknown): Promise<T & { readonly status?: number }> {
  const response = await fetch(`${console.origin}/api/v1/mapping${path}`, {
    method,
    headers: {
      cookie,
      origin: console.origin,
      "x-c2d-console": "1",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T & { readonly status?: number };
}

const read = (): Promise<Mapping> => call("GET", "");

describe("the rules", () => {
  test("are shown with their defaults, their schema and what the pools have to name", async () => {
    const mapping = await read();
    expect(mapping).toMatchObject({
      file: FILE,
      written: {},
      hasTransform: false,
      run: { users: 120, isStale: false },
    });
    expect(mapping.effective).toEqual(mapping.defaults);
    expect(Object.keys(mapping.schema["properties"] ?? {})).toContain("loginIds");
    expect(mapping.known.groups.length).toBeGreaterThan(0);
    expect(mapping.known.attributes).toContain("email");
  });

  test("that are wrong are told field by field, and a key is refused as a secret", async () => {
    const key = `K2${"a".repeat(25)}${"b".repeat(25)}`;
    const mapping = {
      loginIds: ["mail"],
      groups: [{ group: "a", tenant: "" }],
      attributes: { x: { name: key } },
      other: 1,
    };
    const { problems } = await call<MappingCheck>("POST", "/check", { mapping });
    const paths = problems.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["loginIds", "groups[0].tenant", "attributes.x.name", ""]));
    expect(JSON.stringify(problems)).not.toContain(key);
  });
});

describe("trying", () => {
  test("shows users of each sort by both rules, masked, and writes down who looks at more", async () => {
    const mapping = { loginIds: ["username"], federated: "skip" };
    const trial = await call<MappingTrial>("POST", "/try", { mapping });
    expect(trial).toMatchObject({ masked: true, looked: 120, searched: "not-asked" });
    expect(trial.differ).toBeGreaterThan(10);
    expect(new Set(trial.users.map(({ kind }) => kind)).size).toBeGreaterThan(2);
    const [user] = trial.users;
    expect(user?.fields.find(({ field }) => field === "loginIds")).toMatchObject({ differs: true });
    expect(JSON.stringify(trial)).not.toMatch(/\w{3,}@\w{3,}/);
    await using store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    const [run] = await store.listRuns();
    const events = async (): Promise<number> =>
      (await store.readEvents(run?.id ?? "")).filter(({ type }) => type === "revealed").length;
    expect(await events()).toBe(0);
    const shown = await call<MappingTrial>("POST", "/try", { mapping, reveal: true, search: user?.sub });
    expect(shown).toMatchObject({ masked: false, searched: "found" });
    expect(shown.users[0]?.sub).toBe(user?.sub);
    expect(JSON.stringify(shown)).toMatch(/\w{3,}@\w{3,}/);
    expect(await events()).toBe(shown.users.length);
  });

  test("finds a user by a part of its name, and says when there is none", async () => {
    const mapping = {};
    expect(await call("POST", "/try", { mapping, search: "saml.person" })).toMatchObject({
      searched: "found",
      differ: 0,
    });
    expect(await call("POST", "/try", { mapping, search: "nobody-has-that-name" })).toMatchObject({ searched: "none" });
  });
});

describe("saving", () => {
  test("shows the change first, keeps a copy, says that the plan is stale, and refuses a file that changed", async () => {
    const { version } = await read();
    const before = readFileSync(join(folder.path, FILE), "utf8");
    const mapping = { unconfirmed: "skip", attributes: { [HOSTILE]: false } };
    const preview = await call<MappingPreview>("POST", "/preview", { mapping, version });
    expect(preview.lines.some(({ kind, text }) => kind === "added" && text.includes('"unconfirmed": "skip"'))).toBe(
      true,
    );
    expect(readFileSync(join(folder.path, FILE), "utf8")).toBe(before);
    const saved = await call<MappingSaved>("POST", "/save", { mapping, version });
    expect(saved).toMatchObject({ file: FILE, planIsStale: true });
    expect(readFileSync(join(folder.path, saved.backup ?? ""), "utf8")).toBe(before);
    expect(await read()).toMatchObject({ written: mapping, version: saved.version, run: { isStale: true } });
    // Somebody else's hand comes between.
    const theirs = `${readFileSync(join(folder.path, FILE), "utf8")}\n`;
    writeFileSync(join(folder.path, FILE), theirs);
    const refused = await call<Problem>("POST", "/save", { mapping: {}, version: saved.version });
    expect(refused).toMatchObject({ status: 409, code: "ERR_CONFIG_CHANGED" });
    expect(readFileSync(join(folder.path, FILE), "utf8")).toBe(theirs);
  });

  test("makes a file where the environment alone said everything", async () => {
    await console[Symbol.asyncDispose]();
    const rest = temporaryFolder();
    folder[Symbol.dispose]();
    folder = rest;
    await open();
    expect(await read()).toMatchObject({ file: null, version: null, newFile: FILE, run: null });
    expect(await call("POST", "/save", { mapping: { federated: "skip" }, version: null })).toMatchObject({
      file: FILE,
      backup: null,
      planIsStale: false,
    });
    expect(JSON.parse(readFileSync(join(folder.path, FILE), "utf8"))).toEqual({ mapping: { federated: "skip" } });
    expect(await call<Problem>("POST", "/save", { mapping: {}, version: null })).toMatchObject({
      code: "ERR_CONFIG_CHANGED",
    });
    expect(await call<Problem>("POST", "/try", { mapping: {} })).toMatchObject({ status: 404 });
  });

  test("is refused by a console that only shows, and of rules that no command would take", async () => {
    const wrong = await call<Problem>("POST", "/save", {
      mapping: { federated: "no" },
      version: (await read()).version,
    });
    expect(wrong).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    await console[Symbol.asyncDispose]();
    await open("--read-only");
    const { version } = await read();
    expect(await call<Problem>("POST", "/save", { mapping: {}, version })).toMatchObject({ code: "read-only" });
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".bak"))).toEqual([]);
  });
});

describe("the effect", () => {
  test("is reckoned in a process of its own, can be cancelled, and equals the plan that is made with the rules", async () => {
    const mapping = { federated: "skip", unconfirmed: "skip" };
    expect(await call<MappingEffectState>("GET", "/effect")).toMatchObject({ state: "none" });
    expect(await call<MappingEffectState>("POST", "/effect", { mapping })).toMatchObject({ state: "running" });
    expect(await call<MappingEffectState>("DELETE", "/effect")).toMatchObject({ state: "cancelled" });
    await call("POST", "/effect", { mapping });
    const state = await vi.waitUntil(
      async () => {
        const now = await call<MappingEffectState>("GET", "/effect");
        return now.state === "running" ? undefined : now;
      },
      { timeout: 60_000, interval: 200 },
    );
    expect(state).toMatchObject({ state: "done", problem: null });
    writeFastConfig(folder.path, { mapping });
    await runInProcess(["plan"], { cwd: folder.path, env: environmentFor(sandbox) });
    await using store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    const [run] = await store.listRuns();
    const { create, patch, none, skip } = run?.plan?.counts ?? {};
    expect(state?.effect?.after).toMatchObject({ create, patch, none, skip });
    expect(state?.effect?.after.findings.map(({ rule, count }) => [rule, count])).toEqual(
      run?.plan?.findings.map(({ rule, count }) => [rule, count]),
    );
    expect(existsSync(join(folder.path, FILE))).toBe(true);
  });
});
