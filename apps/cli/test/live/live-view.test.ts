import { setImmediate } from "node:timers/promises";
import type { BucketState, Clock, OutcomeCounts, RunProgress, StateStore } from "@cognito-to-descope/core";
import { openSqliteStore } from "@cognito-to-descope/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLiveView, type LiveView } from "../../src/live/live-view.ts";
import { displayWidth } from "../../src/output/display-width.ts";
import { openVirtualTerminal, type VirtualTerminal } from "./virtual-terminal.ts";

const NOON = Date.parse("2026-11-26T12:00:00Z");
const OUTCOMES: OutcomeCounts = { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0, deleted: 0 };
const CREATES: BucketState = {
  bucket: "user-create",
  limit: { requests: 100, windowMs: 60_000 },
  rate: 100,
  allowed: 100,
  inUse: 83,
  throttles: 0,
};
const LISTS: BucketState = {
  ...CREATES,
  bucket: "UserList",
  scope: "eu-west-1",
  limit: { requests: 30, windowMs: 1000 },
  rate: 30,
  allowed: 30,
  inUse: 3,
};

/** A view over a real store, with a clock that goes on when it is told to. */
interface Scene {
  readonly terminal: VirtualTerminal;
  readonly view: LiveView;
  readonly store: StateStore;
  /** Lets time go on, and the next frame be drawn. */
  readonly frame: (ms?: number) => Promise<void>;
  readonly press: (keys: string) => Promise<void>;
}

let scene: Scene;
let buckets: BucketState[];

async function open(columns?: number, rows?: number, variables: Record<string, string> = {}): Promise<Scene> {
  const terminal = openVirtualTerminal(columns, rows);
  let now = 0;
  const sleepers = new Set<() => void>();
  const clock: Clock = {
    now: () => NOON + now,
    monotonic: () => now,
    sleep: (_ms, signal) =>
      new Promise<void>((resolve, reject) => {
        sleepers.add(resolve);
        signal?.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
      }),
  };
  const store = await openSqliteStore(":memory:");
  await store.createRun({
    id: "run-1",
    kind: "migrate",
    state: "applying",
    startedAt: NOON,
    updatedAt: NOON,
    configHash: "ab",
    projectId: "P2abc",
    userPoolIds: ["eu-west-1_AbCdEf123"],
    plan: {
      hash: "cd",
      definitions: {
        attributes: { create: [], unchanged: [] },
        roles: { create: [], unchanged: [] },
        tenants: { create: [], unchanged: [] },
      },
      counts: { read: 10_000, create: 10_000, patch: 0, none: 0, skip: 0, delete: 0 },
      findings: [
        {
          rule: "login-id-taken",
          severity: "warning",
          count: 12,
          message: "a login ID belongs to somebody else",
          subjects: [],
        },
        { rule: "user-must-set-password", severity: "note", count: 3, message: "must set a password", subjects: [] },
      ],
      observations: [],
    },
  });
  const view = createLiveView({
    host: {
      stdin: terminal.stdin,
      stderr: terminal.stdout,
      variables,
      signal: new AbortController().signal,
      terminal: terminal.process,
    },
    style: (_style, text) => text,
    clock,
    operator: "ana@build-7",
  });
  view.follow({ runId: "run-1", store, buckets: () => buckets });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  };
  return {
    terminal,
    view,
    store,
    async frame(ms = 250) {
      now += ms;
      const due = [...sleepers];
      sleepers.clear();
      for (const wake of due) wake();
      await settle();
    },
    async press(keys) {
      terminal.press(keys);
      await settle();
    },
  };
}

function applying(created: number, more: Partial<OutcomeCounts> = {}): RunProgress {
  return { step: "applying", total: 10_000, outcomes: { ...OUTCOMES, created, ...more } };
}

beforeEach(async () => {
  buckets = [CREATES, LISTS];
  scene = await open();
});
afterEach(async () => {
  scene.view.clear();
  await scene.store[Symbol.asyncDispose]();
});

async function reopen(...given: Parameters<typeof open>): Promise<void> {
  await scene.store[Symbol.asyncDispose]();
  scene = await open(...given);
}

describe("what is shown", () => {
  test("is how far the run is, how fast, its outcomes, both quotas, findings and events", async () => {
    const { view, frame, terminal } = scene;
    view.update(applying(0));
    await frame(10_000);
    view.update(applying(4600, { failed: 2, skipped: 8 }));
    view.outcome({ seq: 1, outcome: "failed", failure: "login-id-taken" }, "a…@e…");
    view.event({
      side: "descope",
      event: { type: "throttled", operation: "createBatch", bucket: "user-create", waitMs: 3000 } as never,
    });
    await frame(10_000);
    expect(await terminal.rows()).toEqual([
      "run run-1: applying",
      "███████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░  46 %  4,610 of 10,000 users",
      "231/s, about 23 s left, running for 20 s",
      "",
      "4,600 created, 0 updated, 0 unchanged, 8 left out",
      "2 failed: 1 × login-id-taken",
      "user-create        ████████████████░░░░ 83 of 100 in 60 s",
      "UserList@eu-west-1 ██░░░░░░░░░░░░░░░░░░ 3 of 30 in 1 s",
      "12 × login-id-taken: a login ID belongs to somebody else",
      "",
      "events",
      "  12:00:10  descope throttled createBatch, 3 s",
      "",
      "p pause   q stop   ? help   t throttle   +/- faster, slower   v outcomes",
    ]);
  });

  test("is redrawn in place: only rows that changed are written again, and other output stays above it", async () => {
    const { view, frame, terminal } = scene;
    view.update(applying(100));
    await frame();
    await frame();
    const before = (await terminal.written()).length;
    view.update(applying(200));
    await frame();
    const frameText = (await terminal.written()).slice(before);
    expect(frameText).toContain("200 of 10,000");
    expect(frameText).not.toContain("p pause");
    view.above(() => terminal.stdout.write("warning: something\n"));
    await frame();
    const rows = await terminal.rows();
    expect(rows.slice(0, 2)).toEqual(["warning: something", "run run-1: applying"]);
    expect(rows.filter((row) => row.startsWith("run run-1"))).toHaveLength(1);
    view.clear();
    expect(await terminal.everything()).toEqual(["warning: something"]);
  });

  test.each([
    [40, 24],
    [40, 10],
    [20, 10],
    [80, 10],
    [200, 50],
    [80, 3],
  ])("fits a terminal of %i columns and %i rows, without scrolling anything away", async (columns, rows) => {
    await reopen(columns, rows);
    const { view, frame, terminal } = scene;
    for (let event = 0; event < 20; event += 1)
      view.event({ side: "operator", event: { type: "paused", by: `名前${event}@机器` } });
    for (let seq = 0; seq < 50; seq += 1) view.outcome({ seq, outcome: "created" }, "a…@e…");
    view.update(applying(4600, { failed: 2 }));
    await frame();
    for (const keys of ["v", "v", "?", "?", "t"]) {
      await scene.press(keys);
      await frame();
      const shown = await terminal.everything();
      expect(shown.length).toBeLessThan(rows);
      expect(shown[0]).toContain("run run-1");
      for (const row of shown) expect(displayWidth(row)).toBeLessThan(columns);
      expect(rows < 24 || /p pause|Esc/.test(shown.at(-1) ?? "")).toBe(true);
    }
  });

  // What a smaller terminal has scrolled away is out of anybody's reach; here all stays on the screen.
  test("follows the terminal when it is resized, and leaves nothing behind", async () => {
    const { view, frame, terminal } = scene;
    view.update(applying(4600));
    await frame();
    for (const [columns, rows] of [
      [50, 24],
      [120, 24],
      [60, 24],
      [80, 30],
    ] as const) {
      // Everything is on the screen before it changes.
      await terminal.rows();
      terminal.resize(columns, rows);
      await frame();
      const shown = await terminal.rows();
      expect(shown.filter((row) => row.includes("run run-1: applying"))).toHaveLength(1);
      expect(shown.at(-1)).toContain("p pause");
    }
  });

  test("measures wide and combining characters as the terminal does, and cuts none in two", async () => {
    await reopen(40, 24);
    const { view, frame, terminal } = scene;
    const name = "用户管理员👩‍👩‍👧‍👦é́ẹ́한국어 שלום ".repeat(4);
    view.event({ side: "operator", event: { type: "paused", by: name } });
    view.update(applying(1));
    await frame();
    const rows = await terminal.rows();
    expect(rows.at(-1)).toContain("p pause");
    expect(rows.find((row) => row.includes("用户"))).toMatch(/…$/u);
    for (const row of rows) expect(row).not.toContain("\u{fffd}");
  });

  test("is drawn without blocks where the locale knows no Unicode", async () => {
    await reopen(80, 24, { LANG: "C" });
    scene.view.update(applying(5000));
    await scene.frame();
    expect((await scene.terminal.rows())[1]).toMatch(/^#+-+ +50 %/);
  });

  test("says when a watch looks again, and goes on with what comes then", async () => {
    const { view, frame, terminal } = scene;
    view.wait(300_000);
    await frame(10_000);
    expect((await terminal.rows()).slice(0, 2)).toEqual([
      "run run-1: waiting for the next pass",
      "next pass in 4 min 50 s",
    ]);
    view.update({ step: "reading", users: 5, estimated: 10, pools: 1 });
    await frame();
    expect((await terminal.rows())[0]).toBe("run run-1: reading the pool");
  });
});

describe("keys", () => {
  beforeEach(() => scene.view.update(applying(100)));

  test("p pauses the run and lets it go on, and names the operator", async () => {
    const { press, store, terminal, view, frame } = scene;
    await press("p");
    expect((await store.readControl("run-1")).pause).toEqual({ since: NOON, by: "ana@build-7" });
    expect((await terminal.rows())[0]).toBe("run run-1: pausing");
    view.update({ step: "paused", since: NOON, by: "ana@build-7" });
    await frame();
    expect((await terminal.rows())[0]).toBe("run run-1: paused since 12:00:00 UTC by ana@build-7; p goes on");
    await press("p");
    expect((await store.readControl("run-1")).pause).toBeUndefined();
    expect((await store.readEvents("run-1")).map(({ type, data }) => [type, data["by"]])).toEqual([
      ["paused", "ana@build-7"],
      ["resumed", "ana@build-7"],
    ]);
  });

  test("t asks for a bucket and a rate, says what is wrong with it, and Esc leaves everything", async () => {
    const { press, store, terminal } = scene;
    await press("t");
    expect((await terminal.rows()).join("\n")).toContain("> 1 user-create         100 in 60 s");
    await press("2");
    await press("99\r");
    expect((await terminal.rows()).join("\n")).toContain(
      "the rate is above the quota of UserList@eu-west-1, 30 in 1 s",
    );
    await press("\x7f\x7f50%\r");
    expect((await store.readControl("run-1")).rates).toEqual({
      "UserList@eu-west-1": { requests: 15, windowMs: 1000 },
    });
    expect((await terminal.rows()).join("\n")).toContain("UserList@eu-west-1 at 15 in 1 s; the quota is 30");
    await press("t");
    scene.terminal.press("\x1b");
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await terminal.rows()).join("\n")).not.toContain("which bucket");
  });

  test("- and + change the fullest bucket by a tenth of its quota, up to the quota itself", async () => {
    const { press, store, terminal } = scene;
    await press("-");
    expect((await store.readControl("run-1")).rates).toEqual({ "user-create": { requests: 90, windowMs: 60_000 } });
    buckets = [{ ...CREATES, rate: 90, allowed: 90 }, LISTS];
    await press("+");
    expect((await store.readControl("run-1")).rates).toEqual({});
    expect((await terminal.rows()).join("\n")).toContain("user-create at its quota, 100 in 60 s");
  });

  test("v lists the last outcomes with masked login IDs and no words of the project", async () => {
    const { press, terminal, view } = scene;
    const item = {
      seq: 1,
      source: 0,
      sub: "s-1",
      kind: "native",
      operation: "create",
      reason: "-",
      findings: [],
      contentHash: "",
      planned: { loginId: "alice@example.com" },
    };
    view.outcome(
      { seq: 1, outcome: "failed", failure: "refused", detail: "alice@example.com is no good" },
      view.describe(item as never),
    );
    await press("v");
    const shown = (await terminal.rows()).join("\n");
    expect(shown).toMatch(/failed {5}a…@e… +refused/);
    expect(await terminal.written()).not.toContain("alice");
  });

  test("q and Ctrl-C ask for a stop, Ctrl-Z for a break, and other keys do nothing", async () => {
    const { press, terminal } = scene;
    await press("qx\x03\x1a");
    expect(terminal.asked).toEqual(["interrupt", "interrupt", "suspend"]);
  });

  test("say what is wrong when the store cannot be written, and the view goes on", async () => {
    const { press, terminal, store } = scene;
    await store.removeRun("run-1");
    await press("p");
    expect((await terminal.rows()).join("\n")).toContain("that cannot be done now");
  });
});

describe("the terminal", () => {
  test("is taken with the first progress and given back when the step is over", async () => {
    const { terminal, view } = scene;
    expect(terminal.raw).toBe(false);
    view.update(applying(1));
    await terminal.rows();
    expect([terminal.raw, terminal.cursorShown, terminal.holds.size]).toEqual([true, false, 1]);
    view.clear();
    await terminal.rows();
    expect([terminal.raw, terminal.cursorShown, terminal.holds.size]).toEqual([false, true, 0]);
    expect(terminal.stdin.isPaused()).toBe(true);
    expect(await terminal.rows()).toEqual([]);
  });

  test("is given back while the process is stopped, and taken again afterwards", async () => {
    const { terminal, view } = scene;
    view.update(applying(1));
    const [hold] = terminal.holds;
    hold?.leave();
    await terminal.rows();
    expect([terminal.raw, terminal.cursorShown]).toEqual([false, true]);
    hold?.enter();
    await terminal.rows();
    expect([terminal.raw, terminal.cursorShown]).toEqual([true, false]);
  });

  test("is not taken for a pause between two steps, where somebody may be asked something", async () => {
    const { terminal, view } = scene;
    view.update(applying(1));
    view.clear();
    view.update({ step: "paused", since: NOON, by: "ana@build-7" });
    expect(terminal.raw).toBe(false);
    view.follow({ runId: "run-1", store: scene.store, buckets: () => buckets });
    expect(terminal.raw).toBe(true);
  });
});
