import { hostname } from "node:os";
import { join } from "node:path";
import type { Outcome, PlannedItem, Run } from "@cognito-to-descope/core";
import type {
  ControlDocument,
  DeadLetters,
  Discrepancies,
  RunDocument,
  RunLogPage,
  RunSeries,
} from "@cognito-to-descope/console/contract";
import { openStateStore } from "@cognito-to-descope/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { type RunningConsole, startConsole } from "./start-console.ts";

const TOKEN = "a-token-for-scripts-that-is-long-enough";
const USERS = 240;
const BEGAN = 1_700_000_000_000;
/** Stands in every personal field; nothing that is masked may show it. */
const CANARY = "canary";
const FORMULA = `=HYPERLINK("http://x/?${CANARY}")`;

const folder = temporaryFolder();
let running: RunningConsole;

/** One run that is being applied, by this process, one before it that is through, and one before that which waits. */
beforeAll(async () => {
  const store = await openStateStore(join(folder.path, ".c2d", "state.db"));
  await store.createRun(aRun("run-0", "planned"));
  await store.createRun(aRun("run-1", "applied"));
  await store.recordOutcomes("run-1", [{ seq: 1, outcome: "created" }]);
  await store.createRun(aRun("run-2", "applying"));
  await store.appendPlanItems(
    "run-2",
    Array.from({ length: USERS }, (_, index) => anItem(index + 1)),
  );
  await store.recordOutcomes(
    "run-2",
    Array.from({ length: USERS }, (_, index) => anOutcome(index + 1)),
  );
  await store.appendDiscrepancies("run-2", [
    { field: "role staff", expected: "true", actual: "false" },
    { seq: 3, sub: "sub-3", field: "name", expected: JSON.stringify(`${CANARY} <b>`), actual: '""' },
    { seq: 4, sub: "sub-4", field: "customAttributes.tags", expected: `["${CANARY}",7,null]`, actual: "null" },
    { seq: 5, sub: "sub-5", field: "status", expected: '"enabled"', actual: '"disabled"' },
    { seq: 6, sub: "sub-6", field: "user", expected: '"present"', actual: '"absent"' },
  ]);
  await store.updateRun("run-2", {
    reconcile: {
      at: BEGAN,
      checked: USERS,
      fields: 2000,
      discrepancies: 5,
      byField: { name: 1, "role staff": 1, status: 1, user: 1, "customAttributes.tags": 1 },
      notCompared: 0,
    },
  });
  for (let n = 0; n < 230; n += 1) {
    await store.appendEvent("run-2", { at: BEGAN + n, type: "waited", data: { what: "descope throttled", times: n } });
  }
  for (let n = 0; n < 20; n += 1) {
    await store.addSample("run-2", {
      at: BEGAN + n * 5000,
      ms: 5000,
      step: "applying",
      done: n * 50,
      total: 1900,
      paused: false,
      buckets: { "user-create": { limit: { requests: 100, windowMs: 60_000 }, allowed: 50, inUse: 25 } },
      traffic: { descope: { requests: 10, retries: 1, throttles: 2, latency: { "48": 10 } } },
    });
  }
  await store.putHeartbeat("run-2", {
    worker: "w",
    host: hostname(),
    pid: process.pid,
    startedAt: Date.now() - 60_000,
    // It goes on being heard of for as long as the test lasts.
    at: Date.now() + 3_600_000,
    paused: false,
    step: "applying",
    done: 400,
    total: 1000,
    perSecond: 20,
    outcomes: { created: 390, updated: 0, unchanged: 0, skipped: 0, failed: 10, deleted: 0 },
    buckets: [
      {
        bucket: "user-create",
        limit: { requests: 100, windowMs: 60_000 },
        rate: 100,
        allowed: 50,
        inUse: 7,
        throttles: 3,
      },
    ],
    traffic: { descope: { requests: 90, retries: 1, throttles: 3, latency: { "48": 90 } } },
    lastWait: { at: BEGAN, what: "descope throttled create, 60 s" },
  });
  await store[Symbol.asyncDispose]();
  running = await startConsole(folder.path, { C2D_CONSOLE_TOKEN: TOKEN });
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

function aRun(id: string, state: Run["state"]): Run {
  return {
    id,
    kind: "migrate",
    state,
    startedAt: BEGAN,
    updatedAt: BEGAN,
    configHash: "c0ffee",
    projectId: "P2",
    userPoolIds: ["eu-west-1_Pool"],
    plan: {
      hash: "f00d",
      definitions: {
        attributes: { create: [], unchanged: [] },
        roles: { create: [], unchanged: [] },
        tenants: { create: [], unchanged: [] },
      },
      counts: { read: 1000, create: 1000, patch: 0, none: 0, skip: 0, delete: 0 },
      findings: [],
      observations: [],
    },
  };
}

function anItem(seq: number): PlannedItem {
  return {
    item: {
      seq,
      source: 0,
      sub: `sub-${seq}`,
      kind: "native",
      operation: "create",
      reason: "not in the project",
      planned: {
        loginId: seq === 1 ? FORMULA : `${CANARY}${seq}@example.com`,
        additionalLoginIds: [],
        verifiedEmail: true,
        verifiedPhone: false,
        status: "enabled",
        roleNames: [],
        userTenants: [],
        customAttributes: {},
      },
      findings: [],
    },
    loginIds: [],
  };
}

function anOutcome(seq: number): Outcome {
  const failure = seq <= 2 ? "login-id-taken" : "refused";
  return { seq, outcome: "failed", failure, detail: `E062107 the user ${CANARY}${seq}@example.com is there` };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function ask(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${running.origin}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

async function get<T>(path: string): Promise<T> {
  const { status, text } = await ask("GET", path);
  expect([status, text.slice(0, 200)]).toEqual([200, expect.any(String)]);
  return JSON.parse(text) as T;
}

async function post<T>(path: string, body: object = {}): Promise<T> {
  const { status, text } = await ask("POST", path, body);
  expect([status, text.slice(0, 200)]).toEqual([200, expect.any(String)]);
  return JSON.parse(text) as T;
}

async function refusal(method: string, path: string, body?: object): Promise<readonly [number, string, string]> {
  const { status, text } = await ask(method, path, body);
  const { code, suggestion = "" } = JSON.parse(text) as { readonly code: string; readonly suggestion?: string };
  return [status, code, suggestion];
}

describe("a run", () => {
  test("is told as those at work know it, with what comes of it", async () => {
    const run = await get<RunDocument>("/runs/newest");
    expect(run).toMatchObject({
      run: "run-2",
      newest: true,
      state: "applying",
      atWork: "working",
      progress: { step: "applying", done: 400, total: 1000, perSecond: 20, secondsLeft: 30 },
      users: { read: 1000, created: 390, failed: 10, pending: 600 },
      services: [{ service: "descope", requests: 90, retries: 1, throttles: 3 }],
      workers: [{ pid: process.pid, state: "working", lastWait: { what: "descope throttled create, 60 s" } }],
    });
    expect(run.services[0]?.p50).toBeGreaterThan(90);
    expect(run.buckets.find(({ bucket }) => bucket === "user-create")).toEqual({
      bucket: "user-create",
      service: "descope",
      quota: { requests: 100, windowMs: 60_000 },
      chosen: null,
      allowed: 50,
      inUse: 7,
      throttles: 3,
    });
    expect(run.buckets.find(({ bucket }) => bucket === "UserList")?.service).toBe("cognito");
  });

  test("that is older can be looked at too, and one that is not there is not found", async () => {
    expect(await get("/runs/run-1")).toMatchObject({ run: "run-1", newest: false, users: { created: 1 } });
    expect(await get("/runs")).toMatchObject({ total: 3, runs: [{ run: "run-2" }, { run: "run-1" }, {}] });
    expect((await refusal("GET", "/runs/run-3")).slice(0, 2)).toEqual([404, "not-found"]);
    expect((await refusal("GET", "/runs/..%2f..%2fetc")).slice(0, 2)).toEqual([400, "invalid-request"]);
  });

  test("has a series whose speeds are over the last minute, also where only its end is asked for", async () => {
    const { points } = await get<RunSeries>("/runs/newest/series");
    expect(points).toHaveLength(20);
    expect(points[0]).toMatchObject({ perSecond: null, secondsLeft: null, use: { "user-create": 0.5 } });
    expect(points[19]).toMatchObject({ perSecond: 10, secondsLeft: 95, descope: { requests: 10, retries: 1 } });
    const end = await get<RunSeries>(`/runs/newest/series?from=${BEGAN + 18 * 5000}`);
    expect(end.points).toEqual(points.slice(18));
  });

  test("has a log that is read backwards, in words", async () => {
    const last = await get<RunLogPage>("/runs/run-2/log");
    expect([last.entries.length, last.more]).toEqual([100, true]);
    expect(last.entries.at(-1)?.text).toBe("waited: descope throttled, 229 times in a row");
    const second = await get<RunLogPage>(`/runs/run-2/log?before=${last.entries[0]?.no}`);
    const first = await get<RunLogPage>(`/runs/run-2/log?before=${second.entries[0]?.no}`);
    expect([second.more, first.entries.length, first.more]).toEqual([true, 30, false]);
    expect(await get("/runs/run-1/log")).toEqual({ run: "run-1", entries: [], more: false });
  });

  test("is paused, slowed down and let go on, as the commands do it", async () => {
    const signedIn = await running.signIn();
    const asPage = await fetch(`${running.origin}/api/v1/runs/run-0/pause`, {
      method: "POST",
      headers: { cookie: signedIn, origin: running.origin },
    });
    // Without the header that only the page itself can send.
    expect([asPage.status, await asPage.json()]).toMatchObject([403, { code: "foreign-origin" }]);
    const paused = await post<ControlDocument>("/runs/run-0/pause");
    expect(paused).toMatchObject({ run: "run-0", workers: 0, obeyed: 0 });
    const throttled = await post<ControlDocument>("/runs/run-0/throttle", { bucket: "user-create", rate: "50%" });
    expect(throttled.rates).toEqual({ "user-create": { requests: 50, windowMs: 60_000 } });
    const run = await get<RunDocument>("/runs/run-0");
    expect(run).toMatchObject({ atWork: "nobody", paused: { by: paused.paused?.by }, progress: null });
    expect(run.buckets.find(({ bucket }) => bucket === "user-create")).toMatchObject({
      chosen: { requests: 50, windowMs: 60_000 },
      allowed: 50,
    });
    await post("/runs/run-0/resume");
    await post("/runs/run-0/throttle", { bucket: "user-create", rate: "reset" });
    expect(await get("/runs/run-0")).toMatchObject({ paused: null });
    const { entries } = await get<RunLogPage>("/runs/run-0/log");
    expect(entries.map(({ type }) => type)).toEqual(["paused", "throttled", "resumed", "throttled"]);
    expect(entries[1]?.text).toMatch(/^rate of user-create set to 50 in 60 s \(.+\)$/);
  });

  test("refuses what cannot be, with a way on", async () => {
    const throttle = (bucket: string, rate: string) => refusal("POST", "/runs/newest/throttle", { bucket, rate });
    expect(await throttle("user-create", "101")).toEqual([400, "ERR_USAGE", expect.stringContaining("slow down")]);
    expect(await throttle("user-create", "fast")).toEqual([400, "ERR_USAGE", expect.stringContaining("50/60s")]);
    expect(await throttle("none", "5")).toEqual([400, "ERR_USAGE", expect.stringContaining("user-create")]);
    expect((await refusal("POST", "/runs/run-1/pause"))[1]).toBe("ERR_USAGE");
    expect((await refusal("POST", "/runs/newest/throttle", { bucket: "x" }))[1]).toBe("invalid-request");
    // What is asked is judged before anything is started.
    expect(await refusal("POST", "/commands", { command: "apply", run: "run-2" })).toEqual([
      409,
      "conflict",
      expect.stringContaining(`process ${process.pid} on`),
    ]);
    expect((await refusal("POST", "/commands", { command: "format" }))[1]).toBe("invalid-request");
    expect(await get("/commands")).toMatchObject({ available: true, commands: [] });
  });
});

describe("dead letters", () => {
  test("are listed by cause and page by page, with advice and without personal data", async () => {
    const first = await get<DeadLetters>("/runs/newest/dead-letters");
    expect(first.causes.map((cause) => [cause.class, cause.count])).toEqual([
      ["refused", USERS - 2],
      ["login-id-taken", 2],
    ]);
    expect([first.users.length, first.next]).toEqual([100, 100]);
    expect(first.users[1]).toEqual({
      seq: 2,
      sub: "sub-2",
      userPoolId: "eu-west-1_Pool",
      kind: "native",
      operation: "create",
      class: "login-id-taken",
      loginId: { text: "c…@e…", masked: true },
      detail: { text: "E062107 …", masked: true },
    });
    expect(JSON.stringify(first)).not.toContain(CANARY);
    const last = await get<DeadLetters>("/runs/newest/dead-letters?after=200");
    expect([last.users.length, last.next]).toEqual([40, null]);
    const taken = await get<DeadLetters>("/runs/newest/dead-letters?class=login-id-taken");
    expect(taken.users.map(({ seq }) => seq)).toEqual([1, 2]);
    expect((await get<DeadLetters>("/runs/run-1/dead-letters")).users).toEqual([]);
  });

  test("are shown as they are on request, and that is noted with whose they are", async () => {
    const shown = await post<DeadLetters>("/runs/newest/dead-letters/reveal", { class: "login-id-taken" });
    expect(shown.users[1]?.loginId).toEqual({ text: `${CANARY}2@example.com`, masked: false });
    expect(shown.users[1]?.detail?.text).toContain(`${CANARY}2@example.com`);
    expect(await lastEvent()).toMatchObject({ type: "revealed", data: { what: "dead letters", users: "1 2" } });
  });

  test("are exported masked, and with personal data only by a request that is noted", async () => {
    const masked = await ask("GET", "/runs/newest/dead-letters/export?format=csv");
    expect(masked.headers.get("content-disposition")).toBe('attachment; filename="dead-letters-run-2-masked.csv"');
    expect(masked.text.trimEnd().split("\n")).toHaveLength(USERS + 1);
    expect(masked.text).not.toContain(CANARY);
    expect((await lastEvent()).data).not.toMatchObject({ users: "all" });
    const whole = await ask("POST", "/runs/newest/dead-letters/export", { format: "csv", class: "login-id-taken" });
    // A spreadsheet must not take a login ID for a formula.
    expect(whole.text).toContain(`"'=HYPERLINK(""http`);
    expect(await lastEvent()).toMatchObject({ type: "revealed", data: { what: "dead letters", users: "all" } });
    const lines = await ask("POST", "/runs/newest/dead-letters/export", { format: "jsonl" });
    expect(JSON.parse(lines.text.split("\n")[1] ?? "")).toMatchObject({ number: 2, loginId: `${CANARY}2@example.com` });
  });
});

describe("discrepancies", () => {
  test("are listed by field, with what they mean, and masked where a value may be personal", async () => {
    const page = await get<Discrepancies>("/runs/newest/discrepancies");
    expect(page.fields.map(({ field, advice }) => [field, advice.length > 20])).toHaveLength(5);
    expect(page.discrepancies.map(({ cause, expected, actual }) => [cause, expected, actual])).toEqual([
      ["definition", { text: "true", masked: false }, { text: "false", masked: false }],
      ["value-missing", { text: '"c…"', masked: true }, { text: '""', masked: false }],
      ["value-missing", { text: '["c…","…",null]', masked: true }, { text: "null", masked: false }],
      ["value-differs", { text: '"enabled"', masked: false }, { text: '"disabled"', masked: false }],
      ["user-missing", { text: '"present"', masked: false }, { text: '"absent"', masked: false }],
    ]);
    const one = await get<Discrepancies>("/runs/newest/discrepancies?field=status&after=0");
    expect(one.discrepancies.map(({ no, seq }) => [no, seq])).toEqual([[4, 5]]);
    expect(await get("/runs/run-1/discrepancies")).toMatchObject({ reconcile: null, discrepancies: [] });
  });

  test("are shown and exported as they are only by requests that are noted", async () => {
    const shown = await post<Discrepancies>("/runs/newest/discrepancies/reveal", { field: "name" });
    expect(shown.discrepancies[0]?.expected.text).toBe(JSON.stringify(`${CANARY} <b>`));
    expect(await lastEvent()).toMatchObject({ data: { what: "discrepancies", users: "3" } });
    const masked = await ask("GET", "/runs/newest/discrepancies/export?format=jsonl");
    expect([masked.text.trimEnd().split("\n").length, masked.text.includes(CANARY)]).toEqual([5, false]);
    const whole = await ask("POST", "/runs/newest/discrepancies/export", { format: "jsonl", field: "name" });
    expect(whole.text).toContain(CANARY);
    expect(await lastEvent()).toMatchObject({ data: { what: "discrepancies", users: "all" } });
  });
});

describe("a console that only shows", () => {
  test("refuses every change, and shows no personal data either", async () => {
    await using readOnly = await startConsole(folder.path, { C2D_CONSOLE_TOKEN: TOKEN }, "--read-only");
    const changes = ["pause", "resume", "throttle", "dead-letters/reveal", "discrepancies/export"];
    for (const path of [...changes.map((change) => `runs/newest/${change}`), "commands"]) {
      const response = await fetch(`${readOnly.origin}/api/v1/${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
        body: "{}",
      });
      expect([path, response.status, await response.json()]).toMatchObject([path, 403, { code: "read-only" }]);
    }
  });
});

async function lastEvent(): Promise<RunLogPage["entries"][number]> {
  const { entries } = await get<RunLogPage>("/runs/newest/log");
  const entry = entries.at(-1);
  if (entry === undefined) throw new Error("nothing has happened");
  return entry;
}
