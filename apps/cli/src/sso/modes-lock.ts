import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Clock, MigrationError } from "@cognito-to-descope/core";
import { makeDirectory } from "../output/make-directory.ts";

const SQLITE_BUSY = 5;
/** A change takes milliseconds. */
const PATIENCE_MS = 5000;
const EVERY_MS = 20;

/**
 * Works under the lock of a file of modes, and waits up to 5 seconds for whoever has it.
 *
 * It is a lock of the operating system on a file beside it, by way of SQLite: when the process dies, however it dies, the lock is
 * gone.
 *
 * @throws MigrationError `ERR_STORE_LOCKED`, `ERR_OUTPUT_UNWRITABLE`, and what the work throws.
 */
export async function underModesLock<Result>(
  path: string,
  clock: Pick<Clock, "monotonic" | "sleep">,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = await waitForLock(path, clock);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function waitForLock(path: string, clock: Pick<Clock, "monotonic" | "sleep">): Promise<DatabaseSync> {
  const until = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    const lock = tryLock(path);
    if (lock !== undefined) return lock;
    if (clock.monotonic() >= until) {
      throw new MigrationError("ERR_STORE_LOCKED", "another process is changing the modes of the bridge", {
        suggestion: "try again; a process that was stopped in the middle holds the lock until it goes on or ends",
      });
    }
    await clock.sleep(EVERY_MS);
  }
}

/** Undefined when another process has it. */
function tryLock(path: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    makeDirectory(dirname(path));
    database = new DatabaseSync(`${path}.lock`);
    database.exec("PRAGMA busy_timeout = 0");
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if (((error as { readonly errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY) return undefined;
    throw new MigrationError("ERR_OUTPUT_UNWRITABLE", "the directory of the bridge's modes cannot be written", {
      cause: error,
      suggestion: "make the directory writable for this user, or name another file with --modes",
    });
  }
}
