// Runs a command with the Node that development is done on, after setting the checkout up.
//
// This file is plain JavaScript that any Node >= 18 can run: it is the first thing that runs on a fresh clone, where
// neither the dependencies nor the right Node are there yet.
//
// usage: node scripts/with-node.mjs <command> [arguments...]
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules", ".bin");
const stamp = join(root, "node_modules", ".installed-from");
const node = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

const [command, ...commandArguments] = process.argv.slice(2);
if (command === undefined) {
  console.error("usage: node scripts/with-node.mjs <command> [arguments...]");
  process.exit(2);
}

install();
const outcome = run(command === "node" ? node : join(bin, command), commandArguments);
process.exit(outcome.signal === null ? (outcome.status ?? 1) : 1);

/** Installs exactly what the lockfile says, unless that was done already. */
function install() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && existsSync(node)) return;
  console.error("setting up: npm ci (once for each change of package-lock.json)");
  succeed(run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]));
  // npm may be configured not to run install scripts; the package that brings Node has one.
  if (!existsSync(node)) {
    succeed(run(process.execPath, ["installArchSpecificPackage"], join(root, "node_modules", "node")));
  }
  writeFileSync(stamp, wanted);
}

function run(program, programArguments, cwd = root) {
  return spawnSync(program, programArguments, {
    cwd,
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  });
}

function succeed(result) {
  if (result.status === 0) return;
  if (result.error !== undefined) console.error(result.error.message);
  process.exit(result.status ?? 1);
}
