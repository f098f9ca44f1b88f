// Makes the README's picture of the console: a rehearsal on the sandbox, looked at in a real browser.
//
// usage: node scripts/with-node.mjs node --conditions=@cognito-to-descope/source scripts/console-screenshot.ts
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startSandbox } from "@cognito-to-descope/sandbox";
import { environmentFor, writeFastConfig } from "../apps/cli/test/commands/fast-world.ts";
import { runInProcess } from "../apps/cli/test/commands/run-in-process.ts";
import { startConsole } from "../apps/cli/test/console/start-console.ts";
import { temporaryFolder } from "../apps/cli/test/e2e/run-c2d.ts";
import { startChromium } from "../packages/sandbox/test/support/chromium.ts";

const file = fileURLToPath(new URL("../docs/images/console.png", import.meta.url));
using folder = temporaryFolder();
const sandbox = await startSandbox({ users: 2000, groups: 8, seed: "readme" });
try {
  writeFastConfig(folder.path);
  const env = environmentFor(sandbox);
  const { code, stderr } = await runInProcess(["migrate", "--yes", "--quiet"], { cwd: folder.path, env });
  if (code !== 0) throw new Error(stderr);
  await using running = await startConsole(folder.path, env);
  await using chromium = await startChromium();
  await using window = await chromium.open();
  const { page } = window;
  await page.setViewportSize({ width: 1100, height: 640 });
  await page.goto(running.links()[0] ?? "");
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  mkdirSync(new URL(".", new URL("../docs/images/console.png", import.meta.url)), { recursive: true });
  await page.screenshot({ path: file });
} finally {
  await sandbox.stop();
}
