import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "@cognito-to-descope/sandbox";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type BrowserWindow,
  type Chromium,
  chromiumPath,
  startChromium,
} from "../../../../packages/sandbox/test/support/chromium.ts";
import { environmentFor, FAST_LIMITS } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { collectComplaints, findViolations, keepPicture, overflowOf, SCHEMES, VIEWS } from "./look-at-page.ts";
import { type RunningConsole, startConsole } from "./start-console.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const HOSTILE = "<img src=x onerror=alert(1)>\u202egnp";
const FILE = "c2d.config.yaml";
const CONFIG = `# Our migration
limits: ${JSON.stringify(FAST_LIMITS)}
mapping:
  # asked by Ana
  unconfirmed: skip
  attributes: ${JSON.stringify({ [HOSTILE]: false })}
`;

describe.skipIf(chromiumPath() === undefined)("the mapping editor in a browser", () => {
  const folder = temporaryFolder();
  let sandbox: Sandbox;
  let chromium: Chromium;
  let running: RunningConsole;

  beforeAll(async () => {
    sandbox = await startSandbox({ users: 120, groups: 4, seed: "mapping" });
    writeFileSync(join(folder.path, FILE), CONFIG);
    const env = environmentFor(sandbox);
    await runInProcess(["plan", "--quiet"], { cwd: folder.path, env });
    [chromium, running] = [await startChromium(), await startConsole(folder.path, env)];
  });
  afterAll(async () => {
    await chromium[Symbol.asyncDispose]();
    await running[Symbol.asyncDispose]();
    await sandbox.stop();
    folder[Symbol.dispose]();
  });

  async function openEditor(): Promise<BrowserWindow> {
    running.askForLink();
    const window = await chromium.open();
    await window.page.goto(running.links().at(-1) ?? "");
    await window.page.getByRole("heading", { level: 1 }).waitFor();
    await window.page.goto(`${running.origin}/console/mapping`);
    await window.page.getByRole("heading", { name: "Save to the config" }).waitFor();
    return window;
  }

  test("a rule is changed, tried on users, reckoned, shown and saved, and comments stay", async () => {
    await using window = await openEditor();
    const { page } = window;
    const complaints = collectComplaints(page);
    // Text of the file is text, whatever it looks like.
    expect(await page.locator(".row-name").innerText()).toContain("<img src=x");
    await page.getByRole("group", { name: "Federated users" }).getByLabel("skip").check();
    await page.getByRole("group", { name: "Login IDs, in their order" }).getByLabel("A list of my own").check();
    await page.getByRole("button", { name: "Add username" }).click();
    await page.getByLabel("With this user among them").fill("saml.person");
    await page.getByRole("button", { name: "Try", exact: true }).click();
    await page.getByText("What you searched for comes first.").waitFor();
    expect(await page.locator(".tried").count()).toBeGreaterThan(3);
    expect(await page.locator(".tried").first().innerText()).toMatch(/create → skip/);
    await page.getByRole("button", { name: "Reckon the effect" }).click();
    await page.getByRole("table", { name: /by what is done to them/ }).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Show the change" }).click();
    await page.locator(".diff .added").first().waitFor();
    for (const view of VIEWS) {
      await page.setViewportSize(view);
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const name = `mapping-tried-${view.name}-${colorScheme}`;
        await keepPicture(page, name);
        expect(await findViolations(page), name).toEqual([]);
        expect(await overflowOf(page), name).toBeLessThanOrEqual(0);
      }
    }
    expect(readFileSync(join(folder.path, FILE), "utf8")).toBe(CONFIG);
    await page.getByRole("button", { name: `Write it to ${FILE}` }).click();
    await page.getByText("apply refuses it. Make a new one.").waitFor();
    expect(readFileSync(join(folder.path, FILE), "utf8")).toBe(
      `${CONFIG}  federated: skip\n  loginIds:\n    - email\n    - username\n`,
    );
    expect(complaints).toEqual([]);
  });

  test("what is wrong stands at its rule, and nothing can be saved as long as it does", async () => {
    await using window = await openEditor();
    const { page } = window;
    const contacts = page.getByRole("group", { name: "Neither email address nor phone number" });
    await contacts.getByLabel("An address that reaches nobody").check();
    await contacts.getByRole("alert").waitFor();
    await contacts.getByRole("textbox", { name: "Domain" }).fill("users.example.com");
    await contacts.getByRole("alert").waitFor({ state: "detached" });
    await contacts.getByRole("textbox", { name: "Domain" }).fill("no domain");
    await contacts.getByRole("alert").waitFor();
    expect(await page.getByRole("button", { name: "Show the change" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Forget what I changed" }).click();
    await contacts.getByRole("alert").waitFor({ state: "detached" });
  });
});
