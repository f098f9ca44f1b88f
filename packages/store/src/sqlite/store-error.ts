import { MigrationError } from "@cognito-to-descope/core";
import { type Meaning, toMeant } from "../error-meaning.ts";

const FULL: Meaning = {
  code: "ERR_STORE_FULL",
  message: "the disk that holds the state store is full",
  suggestion: "Free space, or move the state file to a larger disk, and run the command again: nothing is lost.",
};
const READ_ONLY: Meaning = {
  code: "ERR_STORE_READ_ONLY",
  message: "the state store cannot be written",
  suggestion:
    "Make the state file and its directory writable for this user, or choose another path for the state store.",
};
const LOCKED: Meaning = {
  code: "ERR_STORE_LOCKED",
  message: "another process is writing to the state store",
  suggestion: "Wait until the other command has finished, or choose another path for the state store.",
};
const CORRUPT: Meaning = {
  code: "ERR_STORE_CORRUPT",
  message: "the state store is damaged or is not a SQLite file",
  suggestion: "Move the file away and start a new run; what is in the target already is found again and not doubled.",
};
const UNREADABLE: Meaning = {
  code: "ERR_STORE_UNREADABLE",
  message: "the state store cannot be opened",
  suggestion: "Check that the path names a file, or nothing yet, in a directory that this user may read and write.",
};

// Primary result codes of https://www.sqlite.org/rescode.html; the upper bits of an extended code only refine them.
const BY_RESULT: Readonly<Record<number, Meaning>> = {
  3: READ_ONLY, // SQLITE_PERM
  5: LOCKED, // SQLITE_BUSY
  6: LOCKED, // SQLITE_LOCKED
  8: READ_ONLY, // SQLITE_READONLY
  10: UNREADABLE, // SQLITE_IOERR
  11: CORRUPT, // SQLITE_CORRUPT
  13: FULL, // SQLITE_FULL
  14: UNREADABLE, // SQLITE_CANTOPEN
  23: READ_ONLY, // SQLITE_AUTH
  26: CORRUPT, // SQLITE_NOTADB
};

// SQLite reports a full disk as an I/O error where it grows the shared memory file (SQLITE_IOERR_SHMSIZE).
const SHARED_MEMORY_CANNOT_GROW = 4874;

const BY_ERRNO: Readonly<Record<string, Meaning>> = {
  EACCES: READ_ONLY,
  EPERM: READ_ONLY,
  EROFS: READ_ONLY,
  ENOSPC: FULL,
  EDQUOT: FULL,
};

/**
 * What SQLite or the file system threw, as a {@link MigrationError}; anything else is given back as it is.
 *
 * Messages of SQLite name tables and columns, never values, and stay in `cause`.
 */
export function toStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof MigrationError) return error;
  return toMeant(meaningOf(error as Error & { code?: unknown; errcode?: unknown; syscall?: unknown }), error);
}

function meaningOf(error: { code?: unknown; errcode?: unknown; syscall?: unknown }): Meaning | undefined {
  if (error.code === "ERR_SQLITE_ERROR" && typeof error.errcode === "number") {
    return error.errcode === SHARED_MEMORY_CANNOT_GROW ? FULL : BY_RESULT[error.errcode & 0xff];
  }
  if (typeof error.syscall === "string" && typeof error.code === "string") return BY_ERRNO[error.code] ?? UNREADABLE;
  return undefined;
}
