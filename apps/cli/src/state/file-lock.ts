import { chmodSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { hasCode, MigrationError } from "@cognito-to-descope/core";
import { toStoreError } from "@cognito-to-descope/store";
import type { RunLock } from "./state-location.ts";

const SQLITE_BUSY = 5;

/**
 * Takes the lock of a state file.
 *
 * It is a lock of the operating system on a file beside the state file, by way of SQLite: when the process dies, however it
 * dies, the lock is gone.
 *
 * @throws MigrationError `ERR_RUN_ACTIVE` when another process holds it, `ERR_STORE_FULL` when the disk is full, and
 * `ERR_STORE_READ_ONLY`.
 */
export function takeFileLock(state: string): RunLock {
  const path = lockPathOf(state);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    chmodSync(path, 0o600);
    database.exec("PRAGMA busy_timeout = 0");
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    throw toLockError(error);
  }
  const held = database;
  return {
    async release() {
      if (held.isOpen) held.close();
    },
  };
}

/** What SQLite threw when the lock was taken, as the operator's error. */
export function toLockError(error: unknown): MigrationError {
  if (((error as { readonly errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY) {
    return new MigrationError("ERR_RUN_ACTIVE", "another c2d works with this state file", {
      cause: error,
      suggestion: "wait until it has finished, or name another state file with --state",
    });
  }
  const fault = toStoreError(error);
  if (hasCode(fault, "ERR_STORE_FULL")) return fault;
  return new MigrationError("ERR_STORE_READ_ONLY", "the directory of the state file cannot be written", {
    cause: error,
    suggestion: "make the directory writable for this user, or name another state file with --state",
  });
}

/** Removes the file that the lock lives on. */
export function removeFileLock(state: string): void {
  rmSync(lockPathOf(state), { force: true });
}

function lockPathOf(state: string): string {
  return `${state}.lock`;
}
