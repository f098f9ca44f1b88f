import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { chromiumPath } from "../../../../packages/sandbox/test/support/chromium-path.ts";
import { type Chromium, type Page, startChromium } from "../../../../packages/sandbox/test/support/chromium.ts";
import { environmentFor, FAST_LIMITS, writeFastConfig } from "../commands/fast-world.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { descope, projectUsers } from "../pipeline/world.ts";

// A whole migration, with processes that are started again and again, on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const BIN = fileURLToPath(new URL("../../bin/c2d.mjs", import.meta.url));
const CREATE = "POST /v1/mgmt/user/create/batch";
const USERS = 320;
const WAIT = { timeout: 60_000, interval: 50 };

let sandbox: Sandbox;
let folder: ReturnType<typeof temporaryFolder>;
let chromium: Chromium;
const consoles: ChildProcess[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ users: USERS, groups: 2, profile: "plain" });
  folder = temporaryFolder();
  // It takes about thirteen seconds, so that a machine with other work can still pause it: batches of five users, five a second.
  writeFastConfig(folder.path, {
    target: { batchSize: 5 },
    limits: {
      cognito: FAST_LIMITS.cognito,
      descope: { ...FAST_LIMITS.descope, "user-create": { requests: 5, windowMs: 1000 } },
    },
  });
  if (chromiumPath() !== undefined) chromium = await startChromium();
});
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  for (const child of consoles) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }
  folder[Symbol.dispose]();
  await sandbox.stop();
});

/** Starts the console in a process of its own. */
async function startConsole(port = 0): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [BIN, "console", "--port", String(port), "--json"], {
    cwd: folder.path,
    env: { PATH, HOME, ...environmentFor(sandbox) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  consoles.push(child);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = once(child, "exit").then(() => {
    throw new Error(`the console ended: ${stderr}`);
  });
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [string];
  return { url: (JSON.parse(line) as { readonly url: string }).url, child };
}

const batches = (): number => sandbox.requests.count({ operation: CREATE });
const pass = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** What a tile of the outcomes says. */
async function outcome(page: Page, kind: string): Promise<number> {
  return Number((await page.locator(`[data-outcome="${kind}"] b`).textContent())?.replaceAll(",", ""));
}

/** Chooses a command and confirms it in its dialog. */
async function start(page: Page, label: string): Promise<void> {
  await page.getByRole("button", { name: `${label}…`, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: label, exact: true }).click();
}

/** The process of the command that was started last. */
async function runningPid(page: Page): Promise<number> {
  const words = await page
    .getByText(/^Started .* process \d+$/)
    .first()
    .textContent();
  return Number(/process (\d+)$/.exec(words ?? "")?.[1]);
}

describe.skipIf(chromiumPath() === undefined)("a migration that is run from the page", () => {
  test("is started, watched, paused, throttled, killed, continued, ended and mended", async () => {
    const first = await startConsole();
    await using window = await chromium.open();
    const { page } = window;
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
    });
    await page.goto(first.url);
    await page.getByRole("link", { name: "Run", exact: true }).click();

    // Started.
    await page.getByText("No run yet").waitFor();
    await start(page, "Plan");
    await page.getByRole("button", { name: "Apply…" }).waitFor();
    // Somebody takes a login ID between plan and apply: one user will fail.
    const [taken] = (await plannedLoginIds()).slice(-1);
    await descope(sandbox, "POST /v1/mgmt/user/create", { loginId: taken, email: taken });
    await start(page, "Apply");

    // Watched: the numbers rise by themselves.
    await vi.waitFor(async () => expect(await outcome(page, "created")).toBeGreaterThan(0), WAIT);
    const before = await outcome(page, "created");
    await vi.waitFor(async () => expect(await outcome(page, "created")).toBeGreaterThan(before), WAIT);
    expect(await outcome(page, "pending")).toBeLessThan(USERS);

    // Paused: nothing more is sent.
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await page.getByText("The process at work sends nothing more.").waitFor();
    const sent = batches();
    await pass(1500);
    expect(batches()).toBe(sent);

    // Throttled, to two batches a second.
    await page.getByRole("button", { name: "Throttle…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Bucket").selectOption("user-create");
    await dialog.getByRole("spinbutton").fill("2");
    await dialog.getByRole("button", { name: "Set the rate" }).click();
    await dialog.getByText("The process at work keeps to it.").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);

    // The state is locked for a while: the page says so, the process at work does not mind.
    const lock = new DatabaseSync(join(folder.path, ".c2d", "state.db"));
    lock.exec("BEGIN IMMEDIATE");
    await page.getByRole("button", { name: "Resume", exact: true }).click();
    await page.getByText("The state is locked").first().waitFor();
    lock.exec("ROLLBACK");
    lock.close();
    await page.getByRole("button", { name: "Resume", exact: true }).click();
    await vi.waitFor(() => expect(batches()).toBeGreaterThan(sent), WAIT);
    await pass(2500);
    expect(mostInOneWindow(1000)).toBeLessThanOrEqual(2);

    // Killed: the page sees it, and offers to go on.
    process.kill(await runningPid(page), "SIGKILL");
    await page.getByText("The process that worked on this run is gone").waitFor();
    await page.getByRole("button", { name: "Throttle…" }).click();
    await dialog.getByRole("button", { name: "Back to the quota" }).click();
    await dialog.getByText("Nobody is working on the run now").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Continue", exact: true }).click();
    await page.getByText("1 process at work").waitFor();

    // The console ends and begins again; the run does not notice, and nothing of its charts is lost.
    first.child.kill("SIGTERM");
    await page.getByText("The connection is lost.").waitFor();
    const second = await startConsole(Number(new URL(first.url).port));
    await page.getByText("Open the link from the terminal").waitFor();
    await page.goto(second.url);
    await page.getByRole("link", { name: "Run", exact: true }).click();

    // Ended, with one user that failed.
    await page.getByText("applied", { exact: true }).waitFor({ timeout: 60_000 });
    await vi.waitFor(async () => expect(await outcome(page, "failed")).toBe(1), WAIT);
    expect(await outcome(page, "created")).toBe(USERS - 1);
    await page.getByRole("figure").filter({ hasText: "Speed" }).getByText("Speed as a table").click();
    expect(await page.getByRole("figure").filter({ hasText: "Speed" }).getByRole("row").count()).toBeGreaterThan(2);
    await page.getByText(/rate of user-create set to 2 in 1 s/).waitFor();

    // The dead letter: masked, shown on request, and tried again once the cause is mended.
    await page.getByRole("link", { name: "See who failed, and why" }).click();
    await page.getByRole("heading", { name: "login-id-taken: 1 user" }).waitFor();
    const text = async (): Promise<string> => (await page.locator("main").textContent()) ?? "";
    expect(await text()).not.toContain(taken);
    await page.getByRole("button", { name: "Show personal data" }).click();
    await vi.waitFor(async () => expect(await text()).toContain(taken), WAIT);
    await descope(sandbox, "POST /v1/mgmt/user/delete", { loginId: taken });
    await page.getByRole("button", { name: /^Retry user/ }).click();
    await page.getByText("Nobody failed").waitFor({ timeout: 60_000 });
    await page.getByRole("link", { name: "Run", exact: true }).click();
    await vi.waitFor(async () => expect(await outcome(page, "failed")).toBe(0), WAIT);
    await page.getByRole("link", { name: "0 discrepancies" }).waitFor({ timeout: 60_000 });

    expect(projectUsers(sandbox)).toHaveLength(USERS);
    expect(faults).toEqual([]);
    // Who looked at personal data is in the record, and nobody's data.
    const store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    const [run] = await store.listRuns();
    const events = await store.readEvents(run?.id ?? "");
    await store[Symbol.asyncDispose]();
    expect(events.filter(({ type }) => type === "revealed")).toHaveLength(1);
    expect(JSON.stringify(events)).not.toContain("@example");
  });
});

/** The login IDs that the plan wants, in the order of the users. */
async function plannedLoginIds(): Promise<readonly string[]> {
  const store = await openStateStore(join(folder.path, ".c2d", "state.db"));
  try {
    const [run] = await store.listRuns();
    const items = await store.readPlanItems(run?.id ?? "", 0, 1000, ["create"]);
    return items.flatMap(({ planned }) => (planned === undefined ? [] : [planned.loginId]));
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

/** The most batches of the last two seconds that came within a window. */
function mostInOneWindow(windowMs: number): number {
  const times = sandbox.requests.entries({ operation: CREATE }).map(({ at }) => at);
  const late = times.filter((at) => at > (times.at(-1) ?? 0) - 2000);
  return Math.max(...late.map((from) => late.filter((at) => at >= from && at < from + windowMs).length));
}
