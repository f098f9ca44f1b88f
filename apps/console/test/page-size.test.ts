import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { pageDirectory, preparePage } from "../src/page-directory.ts";

const MOST_BYTES = 120 * 1024;

/** Files that a browser loads before anybody has clicked: the page, what it names, and the code of the first page. */
function firstView(directory: string): readonly string[] {
  const html = readFileSync(join(directory, "index.html"), "utf8");
  const named = [...html.matchAll(/(?:src|href)="\/console\/([^"]+)"/g)].map(([, path = ""]) => path);
  const first = readdirSync(join(directory, "assets")).filter((name) => name.startsWith("overview-page-"));
  const files = ["index.html", ...named, ...first.map((name) => `assets/${name}`)];
  // What a chunk imports at once comes along; what it imports lazily does not.
  for (const file of files.filter((name) => name.endsWith(".js"))) {
    const code = readFileSync(join(directory, file), "utf8");
    for (const [, name = ""] of code.matchAll(/(?:from|^import|[;}]import)\s*"\.\/([^"]+)"/g))
      if (!files.includes(`assets/${name}`)) files.push(`assets/${name}`);
  }
  return files;
}

test("the first view is at most 120 KB in gzip", { timeout: 180_000 }, async () => {
  await preparePage(() => undefined);
  const directory = fileURLToPath(pageDirectory());
  const files = firstView(directory);
  expect(files.filter((file) => file.endsWith(".js")).length).toBeGreaterThan(1);
  const sizes = files.map((file) => [file, gzipSync(readFileSync(join(directory, file))).length] as const);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(MOST_BYTES);
});
