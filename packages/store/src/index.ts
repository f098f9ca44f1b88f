/**
 * State store of a migration, on SQLite or PostgreSQL.
 *
 * @module
 */
export { openSqliteStore, type SqliteStoreOptions } from "./sqlite/open-sqlite-store.ts";
export { openPostgresStore, postgresStoreExists, type PostgresStoreOptions } from "./postgres/open-postgres-store.ts";
export { openStateStore } from "./open-state-store.ts";
export { toStoreError } from "./sqlite/store-error.ts";
