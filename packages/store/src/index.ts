/**
 * State store of a migration, on SQLite or PostgreSQL.
 *
 * @module
 */
export { openSqliteStore, type SqliteStoreOptions } from "./sqlite/open-sqlite-store.ts";
export { openStateStore } from "./open-state-store.ts";
export { holdsPassword, isPostgresUrl, withoutPassword } from "./postgres-url.ts";
export { toStoreError } from "./sqlite/store-error.ts";
