import { accessSync, constants, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CheckContext, type CheckResult, failed, ok } from "./check.ts";

/** A run keeps each user as it was read, as it is planned and as the project has it. */
const BYTES_PER_USER = 8 * 1024;
const LEAST_BYTES = 256 * 1024 * 1024;

/** The Node that this runs on; an older one does not get this far. */
export function checkNode(): CheckResult {
  return ok("Node", process.version);
}

/** Checks that state and reports can be written. Leaves nothing behind that was not there. */
export async function checkState({ config }: CheckContext): Promise<CheckResult> {
  const { name, kind } = config.state;
  const check = kind === "file" ? "state file" : "state store";
  try {
    if (await config.state.exists()) {
      const store = await config.state.open();
      const runs = await store.listRuns();
      await store[Symbol.asyncDispose]();
      return ok(check, `${name}, ${runs.length === 1 ? "1 run" : `${runs.length} runs`}`);
    }
    if (kind === "file") tryDirectory(dirname(name));
    return ok(check, kind === "file" ? `${name} can be made` : `${name} answers, and has no state store yet`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) {
      return {
        check,
        result: "fail",
        detail: `${name} cannot be made`,
        advice: "make its directory writable for this user, or name another file with --state",
      };
    }
    return failed(check, error);
  }
}

function tryDirectory(directory: string): void {
  const parent = existingParent(directory);
  accessSync(parent, constants.W_OK | constants.X_OK);
  rmSync(mkdtempSync(join(parent, ".c2d-doctor-")), { recursive: true });
}

/** Checks that the disk has room for a run. */
export async function checkDisk({ config }: CheckContext, users: number): Promise<CheckResult> {
  const needed = Math.max(LEAST_BYTES, users * BYTES_PER_USER);
  if (config.state.kind === "postgres") {
    return ok("disk space", `about ${megabytes(needed)} needed on the database's server, which is not asked`);
  }
  try {
    const { bavail, bsize } = await statfs(existingParent(dirname(config.state.name)));
    const free = bavail * bsize;
    const detail = `${megabytes(free)} free, about ${megabytes(needed)} needed`;
    return free >= needed
      ? ok("disk space", detail)
      : { check: "disk space", result: "warn", detail, advice: "free space, or name a state file on another disk" };
  } catch (error) {
    return failed("disk space", error);
  }
}

/** The nearest directory above that exists. */
function existingParent(directory: string): string {
  let at = directory;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  if (!statSync(at).isDirectory()) {
    throw Object.assign(new Error("not a directory"), { code: "ENOTDIR", syscall: "stat" });
  }
  return at;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024).toLocaleString("en-US")} MB`;
}
