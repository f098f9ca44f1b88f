// Builds the page of a checkout. Not published: an installed package has it built.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root: string = fileURLToPath(new URL("..", import.meta.url));
const page: string = join(root, "dist", "page");
/** Says of which sources the page was built. */
const stamp: string = join(root, "dist", "page-sources.sha256");
const lock: string = join(root, "dist", "page.lock");

const WAIT_MS = 100;
const MOST_WAITS = 1200;

/**
 * Builds the page where it is not that of the sources. Of several processes one builds, and the others wait for it.
 *
 * @param onBuild - Hears that a build begins.
 */
export async function buildPageIfStale(onBuild: () => void = () => undefined): Promise<void> {
  const sources = hashSources();
  if (isBuiltFrom(sources)) return;
  mkdirSync(join(root, "dist"), { recursive: true });
  await takeLock();
  try {
    if (isBuiltFrom(sources)) return;
    onBuild();
    await build();
    writeFileSync(stamp, sources);
  } finally {
    rmSync(lock, { force: true });
  }
}

/** In a process of its own: whatever this one is, the page is built for production. */
async function build(): Promise<void> {
  const fresh = join(root, "dist", `page-${process.pid}`);
  const vite = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin", "vite.js");
  const given = ["build", join("src", "page"), "--config", "vite.config.ts", "--outDir", fresh, "--emptyOutDir"];
  try {
    await promisify(execFile)(process.execPath, [vite, ...given, "--logLevel", "error"], {
      cwd: root,
      env: { ...process.env, NODE_ENV: "production", NODE_OPTIONS: "" },
    });
    rmSync(page, { recursive: true, force: true });
    renameSync(fresh, page);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function isBuiltFrom(sources: string): boolean {
  try {
    return readFileSync(stamp, "utf8") === sources && readFileSync(join(page, "index.html")).length > 0;
  } catch {
    return false;
  }
}

function hashSources(): string {
  const hash = createHash("sha256");
  const files = [
    "package.json",
    "vite.config.ts",
    ...readdirSync(join(root, "src", "page"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length)),
  ];
  for (const file of files.sort()) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

/** A lock of a process that is gone is taken over. */
async function takeLock(): Promise<void> {
  for (let waits = 0; waits < MOST_WAITS; waits += 1) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (isAbandoned()) rmSync(lock, { force: true });
    else await sleep(WAIT_MS);
  }
  throw new Error("another process has been building the page of the console for two minutes");
}

function isAbandoned(): boolean {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    if (!(pid > 0)) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
