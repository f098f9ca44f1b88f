// What the console costs: bytes and time of its first view in Chromium, and the CPU time that open pages add to a run.
//
// usage: npm run bench -- console [USERS [USERS_OF_PAIRED_RUNS [PAIRS]]]
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath, startChromium, type BrowserContext } from "../packages/sandbox/test/support/chromium.ts";
import type { SandboxLine } from "./bench-context.ts";
import { firstLine, start } from "./child-process.ts";
import { openConsole, type OpenConsole } from "./console-process.ts";

const [users = "100000", pairedUsers = "20000", pairs = "5"] = process.argv.slice(2);
const VIEWS = 11;
const MANY_PAGES = 20;
const LONGEST_RUN_MS = 1_800_000;
const BIN = "apps/cli/bin/c2d.mjs";

const folder = mkdtempSync(join(tmpdir(), "c2d-bench-console-"));
const load = (): string => loadavg()[0]?.toFixed(1) ?? "?";
console.log(`node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), load ${load()}`);
try {
  await measureFirstView();
  await measureAddedTime();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The page of a finished run: what is loaded, and when a person can work with it. */
async function measureFirstView(): Promise<void> {
  const place = join(folder, "view");
  await using sandbox = await startSandbox(place, users);
  const { cpuSeconds, seconds } = await migrate(place, sandbox.env);
  console.log(`\n${users} users migrated in ${seconds.toFixed(0)} s, ${cpuSeconds.toFixed(1)} s of CPU time`);
  if (chromiumPath() === undefined) {
    console.log("no Chromium here: the first view is not measured");
    return;
  }
  await using chromium = await startChromium();
  await using served = await openConsole(place, sandbox.env);
  const interactive: number[] = [];
  let bytes = 0;
  for (let view = 0; view < VIEWS; view += 1) {
    await using window = await chromium.open();
    await window.page.goto(await served.newLink(), { waitUntil: "commit" });
    await window.page.locator("main h1").waitFor();
    await window.page.locator("main table, main li").first().waitFor();
    // Since the navigation began, by the page's own clock, until a handler of the page has run.
    interactive.push(await window.page.evaluate("new Promise((done) => setTimeout(() => done(performance.now()), 0))"));
    bytes = await window.page.evaluate(
      "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].filter((one) => !one.name.includes('/api/')).reduce((sum, one) => sum + one.encodedBodySize, 0)",
    );
  }
  console.log(`first view: ${(bytes / 1024).toFixed(1)} KB as sent, ${VIEWS} views without a cache, load ${load()}`);
  console.log(`content there and page answering: ${spread(interactive)} ms after the navigation began`);
}

/** Runs in pairs, with a page open and without, so that a change of the machine's load is in both. */
async function measureAddedTime(): Promise<void> {
  for (const pages of chromiumPath() === undefined ? [] : [1, MANY_PAGES]) {
    const [alone, watched, shares]: [number[], number[], number[]] = [[], [], []];
    for (let pair = 0; pair < Number(pairs); pair += 1) {
      alone.push((await pairedRun(`${pages}-${pair}-alone`, 0)).run);
      const { run, server } = await pairedRun(`${pages}-${pair}-watched`, pages);
      watched.push(run);
      shares.push((server / run) * 100);
    }
    console.log(
      `\n${pages} open page${pages === 1 ? "" : "s"}, ${pairs} pairs of ${pairedUsers} users, load ${load()}`,
    );
    console.log(`CPU time of the run alone: ${spread(alone)} s; watched: ${spread(watched)} s`);
    console.log(`CPU time of the console: ${spread(shares)} % of the run's`);
  }
}

async function pairedRun(name: string, pages: number): Promise<{ readonly run: number; readonly server: number }> {
  const place = join(folder, name);
  await using sandbox = await startSandbox(place, pairedUsers);
  if (pages === 0) return { run: (await migrate(place, sandbox.env)).cpuSeconds, server: 0 };
  await using chromium = await startChromium();
  await using served = await openConsole(place, sandbox.env);
  await using window = await chromium.open();
  await openPages(window.context, served, pages);
  const before = served.cpuSeconds();
  const { cpuSeconds } = await migrate(place, sandbox.env);
  return { run: cpuSeconds, server: served.cpuSeconds() - before };
}

/** Tabs of one browser, that share the session of the first. */
async function openPages(context: BrowserContext, of: OpenConsole, count: number): Promise<void> {
  const [first] = context.pages();
  if (first === undefined) throw new Error("the browser has no page");
  await first.goto(await of.newLink());
  await first.locator("main h1").waitFor();
  for (let page = 1; page < count; page += 1) {
    const tab = await context.newPage();
    await tab.goto(first.url());
    await tab.locator("main h1").waitFor();
  }
}

interface RunningSandbox extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

async function startSandbox(place: string, count: string): Promise<RunningSandbox> {
  mkdirSync(place, { recursive: true });
  const fast = { requests: 1_000_000, windowMs: 1000 };
  const limits = {
    cognito: { UserList: fast, perPoolOperation: fast },
    descope: { "user-create": fast, "user-update": fast, "user-other": fast, general: fast },
  };
  writeFileSync(join(place, "c2d.config.json"), JSON.stringify({ limits }));
  const child = start("bench/sandbox-process.ts", [count, "none", "0"]);
  const line = JSON.parse(await firstLine(child)) as SandboxLine;
  return {
    env: {
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
      AWS_REGION: line.region,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: line.cognito,
      COGNITO_USER_POOL_ID: line.userPoolId,
      DESCOPE_BASE_URL: line.descope,
      DESCOPE_MANAGEMENT_KEY: line.managementKey,
      DESCOPE_PROJECT_ID: line.projectId,
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.stdin?.end();
      await ended;
    },
  };
}

/** A whole migration by the command line, with the CPU time of its process. */
async function migrate(
  place: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly cpuSeconds: number; readonly seconds: number }> {
  const report = join(place, "cpu.json");
  const started = performance.now();
  const child: ChildProcess = spawn(
    process.execPath,
    [
      "--import",
      new URL("report-cpu.ts", import.meta.url).href,
      join(process.cwd(), BIN),
      "migrate",
      "--yes",
      "--no-log-file",
    ],
    {
      cwd: place,
      env: { PATH: process.env["PATH"], HOME: place, C2D_BENCH_CPU: report, ...env },
      stdio: ["ignore", "ignore", "inherit"],
      timeout: LONGEST_RUN_MS,
    },
  );
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`the migration ended with ${String(code)}`);
  const { user, system } = JSON.parse(readFileSync(report, "utf8")) as NodeJS.CpuUsage;
  return { cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - started) / 1000 };
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  return `${at(0.5)} (${at(0)} to ${at(1)})`;
}
