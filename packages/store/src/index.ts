/**
 * State store of a migration, on SQLite.
 *
 * @module
 */
export { openSqliteStore, type SqliteStoreOptions } from "./sqlite/open-sqlite-store.ts";
export { openStateStore } from "./open-state-store.ts";
export { toStoreError } from "./sqlite/store-error.ts";
