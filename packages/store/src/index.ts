/**
 * State store of a migration, on SQLite.
 *
 * @module
 */
export { openSqliteStore, type SqliteStoreOptions } from "./open-sqlite-store.ts";
export { openStateStore } from "./open-state-store.ts";
export { toStoreError } from "./store-error.ts";
