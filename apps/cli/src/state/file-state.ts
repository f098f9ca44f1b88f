import { existsSync, rmSync } from "node:fs";
import { openStateStore } from "@cognito-to-descope/store";
import { makeStateDirectory } from "../make-state-directory.ts";
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
