// Opens pages of the built guide in a real browser, at the size of a desk and of a phone, light and dark: nobody is kept from reading them
// (axe-core finds no violation), nothing is fetched from elsewhere, nothing is wider than the screen, and the search finds a page.
// Pictures of them are left in `site/.screenshots` to be looked at.
//
// usage: node site/check-pages.ts [--base /path/]   after site/build.ts with the same base
import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromiumPath, type Page, startChromium } from "../packages/sandbox/test/support/chromium.ts";

const PAGES = [
  "",
  "quick-start.html",
  "choosing-a-strategy.html",
  "commands.html",
  "findings/",
  "runbooks/throttled.html",
  "guide-coverage.html",
  "api/index.html",
] as const;
const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const;
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
};

/** Of pages that another program makes: its navigation has links inside of what opens and closes. */
const TOLERATED: Readonly<Record<string, readonly string[]>> = { "api/index.html": ["nested-interactive", "region"] };

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

const { values } = parseArgs({ options: { base: { type: "string", default: "/" } } });
const { base } = values;
const dist = fileURLToPath(new URL("dist", import.meta.url));
const pictures = fileURLToPath(new URL(".screenshots", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const problems: string[] = [];

if (chromiumPath() === undefined) {
  console.error("this machine has no Chromium: the pages were not looked at");
} else {
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  await lookAtPages().catch((error: unknown) => problems.push(String(error)));
  for (const problem of problems) console.error(problem);
  console.error(problems.length === 0 ? `${PAGES.length} pages are as they should be` : `${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

async function lookAtPages(): Promise<void> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/");
    const file = join(dist, normalize(path.startsWith(base) ? path.slice(base.length) : "missing"));
    const found = [file, join(file, "index.html")].find((name) => existsSync(name) && statSync(name).isFile());
    if (found === undefined) response.writeHead(404).end();
    else
      createReadStream(found).pipe(
        response.writeHead(200, { "content-type": TYPES[extname(found)] ?? "application/octet-stream" }),
      );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await using browser = await startChromium();
    await using window = await browser.open();
    const { page } = window;
    page.on("request", (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith("data:"))
        problems.push(`asks ${request.url()}`);
    });
    page.on("pageerror", (error) => problems.push(`${page.url()}: ${error.message}`));
    for (const path of PAGES) await lookAt(page, `${origin}${base}${path}`, path);
    await search(page, `${origin}${base}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function lookAt(page: Page, address: string, path: string): Promise<void> {
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      await page.goto(address, { waitUntil: "networkidle" });
      const name = `${path === "" ? "index" : path.replaceAll(/[/.]/g, "-")} ${size} ${scheme}`;
      await page.screenshot({ path: join(pictures, `${name.replaceAll(" ", "_")}.png`) });
      const wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      if (Number(wide) > 0) problems.push(`${name}: ${String(wide)} px wider than the screen`);
      // Colours and layout do not depend on each other.
      if ((size === "phone") !== (scheme === "light")) continue;
      await page.evaluate(axe);
      const { violations } = (await page.evaluate("axe.run(document)")) as AxeResult;
      for (const { id, nodes } of violations.filter((found) => TOLERATED[path]?.includes(found.id) !== true))
        problems.push(`${name}: ${id} (${nodes.length}): ${nodes[0]?.html.slice(0, 160)}`);
    }
  }
}

/** The search works by keyboard, and without a network. */
async function search(page: Page, address: string): Promise<void> {
  await page.setViewportSize(SIZES.desk);
  await page.goto(address, { waitUntil: "networkidle" });
  await page.locator(".VPNavBarSearch button").first().press("Enter");
  await page.locator("#localsearch-input").fill("placeholder domain");
  const first = page.locator(".VPLocalSearchBox .results li").first();
  await first.waitFor();
  await page.screenshot({ path: join(pictures, "search_desk.png") });
  if (!(await first.innerText()).toLowerCase().includes("placeholder"))
    problems.push("the search does not find what is there");
}
