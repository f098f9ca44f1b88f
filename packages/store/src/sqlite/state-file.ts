import { accessSync, chmodSync, closeSync, constants, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";
import { toStoreError } from "./store-error.ts";

/**
 * Makes sure that there is a state file which only its owner can read, and that it can be written.
 *
 * SQLite gives the files beside it (`-wal`, `-shm`) the permissions of the database file, so it is created here, as 0600, before SQLite
 * would create it with the permissions of the umask.
 *
 * @throws {@link MigrationError} `ERR_STORE_READ_ONLY`, `ERR_STORE_FULL` or `ERR_STORE_UNREADABLE`.
 */
export function prepareStateFile(path: string): void {
  try {
    const directory = dirname(resolve(path));
    makeDirectory(directory);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isFile()) {
      const what = stats.isDirectory() ? "a directory" : "not a regular file";
      throw new MigrationError("ERR_STORE_UNREADABLE", `the path of the state store is ${what}`, {
        suggestion: "Choose a path that names a file, or nothing yet.",
      });
    }
    // The directory is written to as well: SQLite keeps its write-ahead log in there.
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    closeSync(openSync(path, "a", 0o600));
    restrict(path);
    restrict(`${path}-wal`);
    restrict(`${path}-shm`);
  } catch (error) {
    throw toStoreError(error);
  }
}

/**
 * Makes a directory for its owner only, and those above it.
 *
 * One by one, because Node's `recursive` never returns in places that take no directory and say that there is none, such
 * as `/proc`.
 */
function makeDirectory(path: string): void {
  if (isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process was faster.
    if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Takes group's and others' permissions from a file that has them, where there is such a file. */
function restrict(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && (stats.mode & 0o077) !== 0) chmodSync(path, stats.mode & 0o700);
}
