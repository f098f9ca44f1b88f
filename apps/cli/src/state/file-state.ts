import { existsSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import { makeDirectory } from "../output/make-directory.ts";
import { removeFileLock, takeFileLock } from "./file-lock.ts";
import type { StateLocation } from "./state-location.ts";

/** The state store in a SQLite file. */
export function fileState(path: string): StateLocation {
  return {
    kind: "file",
    name: path,
    exists: async () => existsSync(path),
    async open() {
      makeStateDirectory(path);
      return openStateStore(path);
    },
    lock: async () => takeFileLock(path),
    remove() {
      for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
      removeFileLock(path);
    },
  };
}

function makeStateDirectory(path: string): void {
  try {
    makeDirectory(dirname(path));
  } catch (error) {
    throw new MigrationError("ERR_STORE_READ_ONLY", "the directory of the state file cannot be made", {
      cause: error,
      suggestion: "choose a path for the state file that this user can write to",
    });
  }
}
