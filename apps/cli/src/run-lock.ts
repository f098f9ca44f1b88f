import { chmodSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { MigrationError } from "@cognito-to-descope/core";

const SQLITE_BUSY = 5;

/** Held while a run works, so that no second process works on the same state file. */
export interface RunLock extends Disposable {
  release(): void;
}

/**
 * Takes the lock of a state file.
 *
 * It is a lock of the operating system on a file beside the state file, by way of SQLite: when the process dies, however it
 * dies, the lock is gone.
 *
 * @throws MigrationError `ERR_RUN_ACTIVE` when another process holds it.
 */
export function takeRunLock(state: string): RunLock {
  const path = lockPathOf(state);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    chmodSync(path, 0o600);
    database.exec("PRAGMA busy_timeout = 0");
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    if (((error as { readonly errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY) {
      throw new MigrationError("ERR_RUN_ACTIVE", "another c2d works with this state file", {
        cause: error,
        suggestion: "wait until it has finished, or name another state file with --state",
      });
    }
    throw new MigrationError("ERR_STORE_READ_ONLY", "the directory of the state file cannot be written", {
      cause: error,
      suggestion: "make the directory writable for this user, or name another state file with --state",
    });
  }
  const held = database;
  const release = (): void => {
    if (held.isOpen) held.close();
  };
  return { release, [Symbol.dispose]: release };
}

/** Removes the file that the lock lives on. */
export function removeRunLock(state: string): void {
  rmSync(lockPathOf(state), { force: true });
}

function lockPathOf(state: string): string {
  return `${state}.lock`;
}
