// Builds the guide as a static site into `site/dist`, with the reference of the packages below `api/`.
//
// usage: node site/build.ts [--base /path/] [--watch]
//   --base   path below which the site will be served, with a slash at both ends (default: /)
//   --watch  serve the pages on loopback, and follow changes of the documents; without the reference
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, createServer } from "vitepress";
import { checkSite } from "./src/check-site.ts";
import { placeOf } from "./src/links.ts";
import { fullText } from "./src/full-text.ts";
import { picturesOf, stagePages } from "./src/stage-pages.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const site = join(root, "site");
const pages = join(site, ".pages");

/** Writes the pages as the generator takes them; those that are as they should be stay untouched. */
function writePages(): void {
  for (const [path, text] of [...stagePages(root), ...fullText(root)]) {
    const file = join(pages, path);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  for (const picture of picturesOf(root)) cpSync(join(root, picture), join(pages, placeOf(picture)));
}

/** The same for somebody who is writing: a link that leads nowhere yet is said, and ends nothing. */
function followPages(): void {
  try {
    writePages();
  } catch (error) {
    console.error(String(error));
  }
}

const { values } = parseArgs({
  options: { base: { type: "string", default: "/" }, watch: { type: "boolean", default: false } },
});
const { base } = values;
if (!/^\/(?:[\w.-]+\/)*$/.test(base)) throw new Error("--base begins and ends with a slash");
rmSync(pages, { recursive: true, force: true });
writePages();
if (values.watch) {
  const server = await createServer(site, { base, host: "127.0.0.1" });
  await server.listen();
  server.printUrls();
  watch(join(root, "docs"), { recursive: true }, followPages);
} else {
  const dist = join(site, "dist");
  const api = join(site, ".api");
  rmSync(api, { recursive: true, force: true });
  const reference = spawn(process.execPath, [join(site, "src", "api-worker.ts"), api, base], { stdio: "inherit" });
  const [ended] = await Promise.all([once(reference, "exit"), build(site, { base })]);
  if (ended[0] !== 0) throw new Error("the reference of the packages has problems, which are named above");
  renameSync(api, join(dist, "api"));
  const problems = checkSite(dist, base);
  for (const problem of problems.slice(0, 50)) console.error(problem);
  if (problems.length > 0) throw new Error(`the site has ${problems.length} problems`);
  console.error(`the guide is in site/dist; it is to be served below ${base}`);
}
