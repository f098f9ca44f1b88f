import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PAGES } from "../../../console/src/page/pages.ts";
import { type Chromium, chromiumPath, startChromium } from "../../../../packages/sandbox/test/support/chromium.ts";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { startGateway } from "../commands/running-gateway.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import {
  collectComplaints,
  findViolations,
  keepPicture,
  overflowOf,
  RULES_OF_COLOUR,
  SCHEMES,
  VIEWS,
} from "./look-at-page.ts";
import { HOSTILE_NAMES } from "./hostile-names.ts";
import { type RunningConsole, startConsole } from "./start-console.ts";

/** What stands in patterns of addresses for one thing, of a run with everything in it. */
type Example = Readonly<Record<string, string>>;

/** The address of a page: a pattern with every name in it filled in. */
function addressOf(pattern: string, example: Example): string {
  return pattern.replaceAll(/:(\w+)/g, (_whole, name: string) => {
    const value = example[name];
    if (value === undefined) throw new Error(`say what stands for :${name} in ${pattern}`);
    return value;
  });
}

/** A page that stands at two addresses is looked at once. */
const DIFFERENT_PAGES = [...new Map(PAGES.toReversed().map((page) => [page.title, page])).values()].toReversed();

/** First view: the page itself, its scripts, its styles and its first data. */
const MOST_BYTES = 120 * 1024;

describe.skipIf(chromiumPath() === undefined)("the pages of the console in a browser", () => {
  const folder = temporaryFolder();
  let sandbox: Sandbox;
  let chromium: Chromium;
  let running: RunningConsole;
  let example: Example;
  /** The window that walks the pages, one after the other. */
  let walker: Awaited<ReturnType<Chromium["open"]>> | undefined;

  beforeAll(async () => {
    sandbox = await startSandbox({ users: 120, groups: 4, seed: "console" });
    writeFastConfig(folder.path);
    const [{ code, stderr }, started] = await Promise.all([
      runInProcess(["migrate", "--yes", "--quiet"], { cwd: folder.path, env: environmentFor(sandbox) }),
      startChromium(),
    ]);
    chromium = started;
    if (code !== 0) throw new Error(stderr);
    await using store = await openStateStore(join(folder.path, ".c2d", "state.db"));
    const [run] = await store.listRuns();
    example = { run: run?.id ?? "", seq: "1" };
    running = await startConsole(folder.path, environmentFor(sandbox));
  });
  afterAll(async () => {
    await chromium[Symbol.asyncDispose]();
    await running[Symbol.asyncDispose]();
    await sandbox.stop();
    folder[Symbol.dispose]();
  });

  /** A window with a session of its own. */
  async function openSignedIn(at: RunningConsole = running) {
    at.askForLink();
    const window = await chromium.open();
    const before = at.links().length;
    await expect.poll(() => at.links().length).toBeGreaterThanOrEqual(before);
    await window.page.goto(at.links().at(-1) ?? "");
    await window.page.getByRole("heading", { level: 1 }).waitFor();
    return window;
  }

  test.for(DIFFERENT_PAGES.map(({ path }) => path))(
    "the page %s has no barrier, fits every window and has nothing refused, in both themes, on a phone and at a desk",
    async (pattern) => {
      walker ??= await openSignedIn();
      const { page } = walker;
      const complaints = collectComplaints(page);
      await page.goto(`${running.origin}/console${addressOf(pattern, example)}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await expect.poll(() => page.locator(".loading").count()).toBe(0);
      const words = pattern === "/" ? ["overview"] : pattern.match(/\w+/g);
      for (const view of VIEWS) {
        await page.setViewportSize(view);
        for (const colorScheme of SCHEMES) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          const name = `${words?.join("-")}-${view.name}-${colorScheme}`;
          await keepPicture(page, name);
          // Everything in one theme of each size, in the other what the colours can break.
          const isWhole = (view.name === "desk") === (colorScheme === "light");
          expect(await findViolations(page, isWhole ? undefined : RULES_OF_COLOUR), name).toEqual([]);
          expect(await overflowOf(page), name).toBeLessThanOrEqual(0);
        }
      }
      expect(complaints).toEqual([]);
    },
  );

  test("the overview says where the migration stands and what comes next", async () => {
    await using window = await openSignedIn();
    const { page } = window;
    const steps = page.locator(".step");
    await expect.poll(() => steps.allInnerTexts()).toHaveLength(8);
    const shown = (await steps.allInnerTexts()).map((text) =>
      text
        .split("\n")
        .slice(0, 2)
        .join(" ")
        .replaceAll(/[^\w ]+ /g, ""),
    );
    expect(shown.slice(0, 4)).toEqual(["Assess Done", "Plan Done", "Apply Done", "Reconcile Done"]);
    expect(await page.locator(".next code").innerText()).toBe("c2d jit status");
    expect(await page.locator("tbody tr").count()).toBe(1);
    expect(await page.locator(".gate.open").count()).toBe(4);
  });

  test("more tabs than a browser has connections are all live, and stay so when the one with the stream is closed", async () => {
    const at = await startConsole(folder.path, environmentFor(sandbox));
    await using window = await openSignedIn(at);
    const { page: first, context } = window;
    const streams: string[] = [];
    context.on("request", (request) => {
      if (request.url().endsWith("/api/v1/events")) streams.push(request.url());
    });
    const others = [];
    for (let tab = 0; tab < 8; tab += 1) {
      const page = await context.newPage();
      await page.goto(`${at.origin}/console/`);
      others.push(page);
    }
    for (const page of others) await page.locator(".next code").waitFor();
    expect(streams).toEqual([]);
    await first.close();
    // Whoever is next opens the stream that the closed tab had, and a tab that comes now is told what it knows.
    await expect.poll(() => streams.length).toBe(1);
    const late = await context.newPage();
    await late.goto(`${at.origin}/console/`);
    for (const page of [...others, late]) {
      await page.locator(".next code").waitFor();
      expect(await page.locator(".connection").innerText()).toBe("");
    }
    expect(streams).toHaveLength(1);
    await at[Symbol.asyncDispose]();
    for (const page of [...others, late]) await page.getByText("The connection is lost.").waitFor();
  });

  test("a sync that deletes users begins when the project's ID has been typed, and not before", async () => {
    const other = temporaryFolder();
    const env = environmentFor(sandbox);
    writeFastConfig(other.path, { sync: { gone: "delete" } });
    expect(await runInProcess(["migrate", "--yes", "--quiet"], { cwd: other.path, env })).toMatchObject({ code: 0 });
    await using at = await startConsole(other.path, env);
    await using window = await openSignedIn(at);
    const { page } = window;
    await page.goto(`${at.origin}/console/run`);
    await page.getByRole("button", { name: "Sync…", exact: true }).click();
    const dialog = page.getByRole("dialog");
    const button = dialog.getByRole("button", { name: "Sync", exact: true });
    await dialog.getByText(`deleted from project ${sandbox.projectId}`).waitFor();
    await dialog.getByRole("textbox").fill("P2Other");
    expect(await button.isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill(sandbox.projectId);
    await button.click();
    await page
      .getByText(/c2d sync --yes/)
      .first()
      .waitFor();
    await page
      .getByText(/^ended with 0/)
      .first()
      .waitFor();
    other[Symbol.dispose]();
  });

  test("a report is taken away as a page that verifies", async () => {
    await using window = await openSignedIn();
    const { page } = window;
    await page.goto(`${running.origin}/console/reports`);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Final report as a page" }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toMatch(/^final-\d{8}-\d{6}-[0-9a-f]{6}\.html$/);
    await download.saveAs(join(folder.path, "final.html"));
    const { code, stdout } = await runInProcess(["report", "verify", "final.html"], { cwd: folder.path });
    expect(code, stdout).toBe(0);
    await page.getByText("its hash is").waitFor();
    expect(await page.locator("tbody td.failed").count()).toBe(0);
  });

  test("why a user was left out is found from the plan: by search, by keyboard, and back", async () => {
    await using window = await openSignedIn();
    const { page } = window;
    await page.goto(`${running.origin}/console/plan`);
    await page.getByLabel("Operation").selectOption("skip");
    await expect.poll(() => page.url()).toContain("operation=skip");
    const users = page.locator(".scroll.long tbody th a");
    await users.first().waitFor();
    const leftOut = await users.count();
    await users.first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "What happens and why" }).waitFor();
    expect(await page.getByText("Is left out").count()).toBe(1);
    expect(await page.getByRole("table", { name: "Findings about this user" }).count()).toBe(1);
    expect(await findViolations(page)).toEqual([]);
    await keepPicture(page, "user-left-out-desk");
    await page.goBack();
    await users.first().waitFor();
    expect(await page.getByLabel("Operation").inputValue()).toBe("skip");
    expect(await users.count()).toBe(leftOut);
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByLabel("Search").fill("no-such-user-anywhere");
    await page.getByText("0 users", { exact: true }).waitFor();
    expect(page.url()).toContain("text=no-such-user-anywhere");
    await keepPicture(page, "plan-nobody-desk");
  });

  test("personal values of a user are masked until somebody asks, whose name is kept", async () => {
    await using window = await openSignedIn();
    const { page } = window;
    const complaints = collectComplaints(page);
    await page.goto(`${running.origin}/console/users/newest/1`);
    const cells = page.getByRole("table", { name: "The user in Cognito, as planned, and in Descope" }).locator("td");
    await cells.first().waitFor();
    expect((await cells.allInnerTexts()).join(" ")).not.toMatch(/[^\s…]{2,}@/);
    await page.getByRole("button", { name: "Reveal personal values" }).click();
    await page.getByRole("button", { name: "Hide personal values" }).waitFor();
    expect((await cells.allInnerTexts()).join(" ")).toMatch(/[^\s…]{2,}@/);
    await page.getByText("personal values revealed").waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Hide personal values" }).click();
    await expect.poll(async () => (await cells.allInnerTexts()).join(" ")).not.toMatch(/[^\s…]{2,}@/);
    expect(complaints).toEqual([]);
  });

  test("the first view is no more than 120 KiB on the wire", async () => {
    await using window = await openSignedIn();
    const { page } = window;
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    const bytes = (await page.evaluate(
      "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => entry.encodedBodySize).reduce((sum, size) => sum + size, 0)",
    )) as number;
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  });

  test("everything is reached by keyboard: the content, the pages, the theme and the menu", async () => {
    await using window = await openSignedIn();
    const { page } = window;
    const focused = (): Promise<string> => page.evaluate("document.activeElement?.textContent ?? ''");
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement?.id")).toBe("main");
    const reached = new Set<string>();
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press("Tab");
      reached.add(
        await page.evaluate<string>(
          "(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.innerText ?? '')",
        ),
      );
    }
    const named = PAGES.filter(({ hidden }) => hidden !== true).map(({ title }) => title);
    expect([...reached]).toEqual(expect.arrayContaining(named));
    expect([...reached]).toContain("Sign out");
    expect([...reached]).toContain("Copy c2d jit status");
    // Another page takes the focus to its heading, and a dialog gives it back, however it is left.
    await page.getByRole("link", { name: "Run", exact: true }).press("Enter");
    await page.getByRole("heading", { level: 1, name: "Run" }).waitFor();
    await expect.poll(focused).toBe("Run");
    const opener = page.getByRole("button", { name: "Roll back…", exact: true });
    for (const leave of ["Escape", "Cancel"]) {
      await opener.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      expect(await findViolations(page)).toEqual([]);
      if (leave === "Escape") await page.keyboard.press("Escape");
      else await dialog.getByRole("button", { name: leave }).press("Enter");
      await expect.poll(() => dialog.count()).toBe(0);
      await expect.poll(focused).toBe("Roll back…");
    }
    await page.goBack();
    await expect.poll(focused).toBe("Overview");
    const theme = page.getByLabel("Theme");
    await theme.focus();
    await theme.selectOption("dark");
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(18, 23, 28)");
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(18, 23, 28)");
    await page.setViewportSize({ width: 390, height: 844 });
    const menu = page.getByRole("button", { name: "Menu" });
    expect(await page.getByRole("navigation").isVisible()).toBe(false);
    await menu.press("Enter");
    expect(await menu.getAttribute("aria-expanded")).toBe("true");
    expect(await page.getByRole("navigation").isVisible()).toBe(true);
    expect(await findViolations(page)).toEqual([]);
    await keepPicture(page, "menu-phone");
  });

  test("an empty state says what to do, and fills as soon as there is a run", async () => {
    using empty = temporaryFolder();
    writeFastConfig(empty.path);
    await using other = await startConsole(empty.path, environmentFor(sandbox));
    await using window = await openSignedIn(other);
    const { page } = window;
    await page.getByRole("heading", { name: "No state yet" }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await keepPicture(page, "no-state-desk");
    await runInProcess(["plan", "--quiet"], { cwd: empty.path, env: environmentFor(sandbox) });
    await page.locator("tbody tr").waitFor();
    expect(await page.locator(".next code").innerText()).toBe("c2d apply");
  });

  test("a link that was used says so, and a lost connection as well", async () => {
    const other = await startConsole(folder.path);
    const [used = ""] = other.links();
    await using window = await chromium.open();
    const { page } = window;
    await page.goto(used);
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    expect(page.url()).not.toContain("token");
    await using second = await chromium.open();
    await second.page.goto(used);
    await second.page.getByText("This link was used before").waitFor();
    expect(await findViolations(second.page)).toEqual([]);
    await keepPicture(second.page, "link-used-desk");
    await other[Symbol.asyncDispose]();
    await page.getByText("The connection is lost.").waitFor();
    expect(await findViolations(page)).toEqual([]);
    await keepPicture(page, "connection-lost-desk");
    // It comes back on the same port, with sessions of its own.
    await using again = await startConsole(folder.path, {}, "--port", new URL(other.origin).port);
    await page.getByText("Open the link from the terminal").waitFor();
    await page.goto(again.links().at(-1) ?? "");
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  });

  test("hostile names are shown as text, with what cannot be seen spelled out", async () => {
    using hostile = temporaryFolder();
    mkdirSync(join(hostile.path, ".c2d"));
    const userPoolIds = HOSTILE_NAMES.map((_name, index) => `eu-west-1_Hostile${index}`);
    {
      await using store = await openStateStore(join(hostile.path, ".c2d", "state.db"));
      await store.createRun({
        id: "20261126-120000-aaaaaa",
        kind: "migrate",
        state: "reading",
        startedAt: 0,
        updatedAt: 0,
        configHash: "",
        projectId: "P2<img src=x onerror=alert(1)>",
        userPoolIds,
      });
      // Whoever worked on it was killed.
      await store.putHeartbeat("20261126-120000-aaaaaa", {
        worker: "dead",
        host: hostname(),
        pid: 2 ** 22 + 1,
        startedAt: 0,
        at: Date.now(),
        paused: false,
        done: 0,
        total: 0,
        perSecond: 0,
        buckets: [],
      });
      const env = environmentFor(sandbox);
      await using source = await openStateStore(join(folder.path, ".c2d", "state.db"));
      const [run] = await source.listRuns();
      const [pool] = await source.readPools(run?.id ?? "");
      if (pool === undefined) throw new Error(`there is no pool of ${env["COGNITO_USER_POOL_ID"]}`);
      for (const [index, name] of HOSTILE_NAMES.entries()) {
        await store.putPool("20261126-120000-aaaaaa", index, {
          ...pool,
          name,
          userPoolId: userPoolIds[index] ?? "",
        });
      }
    }
    await using other = await startConsole(hostile.path);
    await using window = await openSignedIn(other);
    const { page } = window;
    const complaints = collectComplaints(page);
    let dialogs = 0;
    page.on("dialog", (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.reload();
    await page.locator(".pool").last().waitFor();
    expect(await page.getByText("The process that worked on the newest run is gone").isVisible()).toBe(true);
    const shown = await page.locator(".pool h3 bdi").allInnerTexts();
    expect(shown).toHaveLength(HOSTILE_NAMES.length);
    expect(shown[0]).toBe("<img src=x onerror=alert(1)>");
    expect(shown.join("\n")).toContain("U+202E");
    // oxlint-disable-next-line no-control-regex -- that is what must not be there
    expect(shown.join("")).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069\u200b]/);
    expect(Math.max(...shown.map((text) => text.length))).toBeLessThan(2000);
    expect(await page.locator("main img, main script, main iframe").count()).toBe(0);
    expect(dialogs).toBe(0);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    expect(await findViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await keepPicture(page, "hostile-phone");
  });

  test("operators sign in at a gateway, and out again", async () => {
    const passphrase = "correct horse battery staple";
    const { stdout } = await runInProcess(["console", "operator", "ana"], { cwd: folder.path, stdin: passphrase });
    const env = { ...environmentFor(sandbox), C2D_CONSOLE_OPERATORS: stdout.trim() };
    using gateway = await startGateway(folder.path, env, "--console");
    await using window = await chromium.open();
    const { page } = window;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${gateway.url}/console/`);
    await page.getByLabel("Name").fill("ana");
    await page.getByLabel("Passphrase").fill("something else");
    expect(await findViolations(page)).toEqual([]);
    await keepPicture(page, "sign-in-phone");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("do not belong together").waitFor();
    await page.getByLabel("Passphrase").fill(passphrase);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByText("ana", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Passphrase").waitFor();
    // A stream that is open does not hold the gateway up.
    expect(await gateway.stop()).toBe(0);
  });
});
