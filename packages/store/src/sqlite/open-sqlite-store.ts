import { DatabaseSync } from "node:sqlite";
import { dirname, resolve } from "node:path";
import type { StateStore } from "@cognito-to-descope/core";
import { Database } from "./database.ts";
import { migrateSchema, readSchemaVersion } from "./migrate-schema.ts";
import { EVERY_MIGRATION } from "./migrations/every-migration.ts";
import { prepareStateFile } from "./state-file.ts";
import { SqliteStateStore } from "./sqlite-state-store.ts";
import { toStoreError } from "./store-error.ts";

/** Options of {@link openSqliteStore}. */
export interface SqliteStoreOptions {
  /**
   * How long a call waits for another process that is writing, in milliseconds. The process does nothing else meanwhile.
   *
   * @defaultValue 2000
   */
  readonly busyTimeoutMs?: number;
  /**
   * Largest size of the file in bytes, rounded down to pages of 8 KiB; beyond it calls fail with `ERR_STORE_FULL`. The
   * write-ahead log beside it, and the space to sort in, come on top.
   *
   * @defaultValue no limit but the disk
   */
  readonly maxBytes?: number;
}

const IN_MEMORY = ":memory:";
const PAGE_BYTES = 8192;
const CACHE_KIB = 32 * 1024;
const LOG_PAGES = 8000;

/**
 * Opens the state store in a SQLite file, which is created if need be: mode 0600, its directory 0700.
 *
 * An older schema is brought up to date. `":memory:"` is a store that is gone when it is closed.
 *
 * @throws `MigrationError` with a suggestion: `ERR_STORE_READ_ONLY`, `ERR_STORE_FULL`, `ERR_STORE_CORRUPT`, `ERR_STORE_LOCKED`,
 * `ERR_STORE_UNREADABLE`, and `ERR_STORE_NEWER` for a file of a later version, which is left as it is.
 */
export async function openSqliteStore(path: string, options: SqliteStoreOptions = {}): Promise<StateStore> {
  const busyTimeoutMs = wholeNumber("busyTimeoutMs", options.busyTimeoutMs ?? 2000, 0);
  const maxBytes = options.maxBytes === undefined ? undefined : wholeNumber("maxBytes", options.maxBytes, PAGE_BYTES);
  if (path !== IN_MEMORY) {
    prepareStateFile(path);
    refuseForeignFile(path, busyTimeoutMs);
  }
  const database = new Database(connect(path, busyTimeoutMs, false));
  try {
    configure(database, path, maxBytes);
    migrateSchema(database, EVERY_MIGRATION);
  } catch (error) {
    database.close();
    throw toStoreError(error);
  }
  return new SqliteStateStore(database);
}

/** Looks through a connection that cannot write: one that can would fold the write-ahead log in as it closes. */
function refuseForeignFile(path: string, busyTimeoutMs: number): void {
  const database = new Database(connect(path, busyTimeoutMs, true));
  try {
    readSchemaVersion(database, EVERY_MIGRATION.at(-1)?.version ?? 0);
  } finally {
    database.close();
  }
}

function connect(path: string, busyTimeoutMs: number, readOnly: boolean): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: busyTimeoutMs, readOnly });
  } catch (error) {
    throw toStoreError(error);
  }
}

function configure(database: Database, path: string, maxBytes: number | undefined): void {
  // The size of a page counts only until the first table is there. Two rows of users fill a page of 4 KiB badly.
  database.execute(`PRAGMA page_size = ${PAGE_BYTES}`);
  database.execute("PRAGMA journal_mode = WAL");
  // Appending rewrites the last page of a table again and again; a longer log folds more of those into one write.
  database.execute(`PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
  database.execute(`PRAGMA journal_size_limit = ${LOG_PAGES * PAGE_BYTES}`);
  // Bounds what SQLite holds: this for pages, and up to as much again while it sorts. A memory map would count
  // as resident and grow with the file.
  database.execute(`PRAGMA cache_size = -${CACHE_KIB}`);
  database.execute("PRAGMA mmap_size = 0");
  if (maxBytes !== undefined) database.execute(`PRAGMA max_page_count = ${Math.floor(maxBytes / PAGE_BYTES)}`);
  if (path !== IN_MEMORY) sortBeside(database, path);
}

/**
 * Has SQLite sort in the directory of the state file, and not in the system's temporary directory: what is sorted is personal data,
 * and may be larger than that has room for.
 *
 * The pragma is deprecated but has no successor short of the environment, which is not ours to change. It holds for the
 * process, so the store that was opened last decides. Where a build of SQLite leaves it out, SQLite uses the system's
 * directory; its files there are 0600 and have no name from the moment they are open.
 */
function sortBeside(database: Database, path: string): void {
  database.execute(`PRAGMA temp_store_directory = '${dirname(resolve(path)).replaceAll("'", "''")}'`);
}

function wholeNumber(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`"${name}" option must be a whole number from ${least}`);
  }
  return value;
}
