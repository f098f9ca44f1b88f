import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const SPECIFIER = /(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"|new URL\("(\.{1,2}\/[^"]+)"/g;

/** Source files of the packages and the CLI that neither a published entry point nor a script imports, however far. */
export function unreachedSources(): readonly string[] {
  const reached = new Set<string>();
  const queue = entryPoints();
  for (const file of queue) {
    if (reached.has(file) || !existsSync(file)) continue;
    reached.add(file);
    if (!/\.[cm]?[jt]s$/.test(file)) continue;
    for (const [, imported, url] of readFileSync(file, "utf8").matchAll(SPECIFIER)) {
      queue.push(resolve(dirname(file), imported ?? url ?? ""));
    }
  }
  return globSync("{packages/*,apps/cli}/src/**/*.ts", { cwd: ROOT })
    .map((file) => resolve(ROOT, file))
    .filter((file) => !reached.has(file))
    .map((file) => relative(ROOT, file))
    .sort();
}

/** What the packages export, the programs of the CLI, and the scripts of the checkout. */
function entryPoints(): string[] {
  const entries = globSync("{packages/*,apps/cli}/package.json", { cwd: ROOT }).flatMap((manifest) => {
    const { exports = {} } = JSON.parse(readFileSync(resolve(ROOT, manifest), "utf8")) as {
      readonly exports?: Readonly<Record<string, Readonly<Record<string, string>> | string>>;
    };
    return Object.values(exports).flatMap((entry) => {
      const source = typeof entry === "string" ? entry : entry["@cognito-to-descope/source"];
      return source === undefined ? [] : [resolve(ROOT, dirname(manifest), source)];
    });
  });
  const scripts = globSync("scripts/*.ts", { cwd: ROOT }).map((script) => resolve(ROOT, script));
  // What is deployed elsewhere is bundled, and nothing of the program imports it.
  const programs = [
    "apps/cli/src/main.ts",
    "apps/cli/src/authorizer/handlers.ts",
    "apps/cli/src/gateway-function/handler.ts",
    ...["lambda", "server", "worker"].map((platform) => `apps/cli/src/bridge/${platform}.ts`),
  ];
  return [...entries, ...scripts, ...programs.map((program) => resolve(ROOT, program))];
}
