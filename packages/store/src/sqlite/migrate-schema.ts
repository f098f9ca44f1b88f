import { MigrationError } from "@cognito-to-descope/core";
import type { Database } from "./database.ts";
import type { Migration } from "./migrations/migration.ts";

/** `application_id` of the file's header: the letters `c2ds`. It tells a state store from any other SQLite file. */
const APPLICATION_ID = 0x63326473;

/** What a database says about its schema. */
export interface SchemaVersion {
  /** `user_version`: the number of the last migration, 0 for a new file. */
  readonly version: number;
}

/**
 * Reads which schema a database has, and writes nothing.
 *
 * @throws {@link MigrationError} `ERR_STORE_NEWER` when a later version of this product wrote it, `ERR_STORE_UNREADABLE` when it
 * is a SQLite file of something else.
 */
export function readSchemaVersion(database: Database, newest: number): SchemaVersion {
  const [version, application, tables] = database.read(() => [
    database.row<[number]>("PRAGMA user_version")?.[0] ?? 0,
    database.row<[number]>("PRAGMA application_id")?.[0] ?? 0,
    database.row<[number]>("SELECT count(*) FROM sqlite_schema")?.[0] ?? 0,
  ]);
  if (application !== APPLICATION_ID && (application !== 0 || version !== 0 || tables !== 0)) {
    throw new MigrationError("ERR_STORE_UNREADABLE", "the file is a SQLite database, but not a state store", {
      suggestion: "Choose another path for the state store.",
    });
  }
  if (version > newest) {
    throw new MigrationError(
      "ERR_STORE_NEWER",
      `the state store was written by a later version (its schema is ${version}, this version knows ${newest})`,
      { suggestion: "Use the later version, or choose another path for the state store." },
    );
  }
  return { version };
}

/** Brings a database to the newest schema: every missing migration, in order, in one transaction. */
export function migrateSchema(database: Database, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.version ?? 0;
  if (readSchemaVersion(database, newest).version === newest) return;
  database.write("power", () => {
    // Asked again under the write lock: another process may have been here first. Pragmas of the header are part
    // of the transaction, and cannot be bound to a parameter.
    const version = database.row<[number]>("PRAGMA user_version")?.[0] ?? 0;
    for (const migration of migrations) if (migration.version > version) database.execute(migration.sql);
    database.execute(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.execute(`PRAGMA user_version = ${Math.max(version, newest)}`);
  });
}
