import { createHash } from "node:crypto";
import { MigrationError } from "@cognito-to-descope/core";
import type { ClientBase } from "pg";
import type { Migration } from "./migrations/migration.ts";

/** First half of the keys of all advisory locks here: the letters `c2ds`. */
export const LOCK_CLASS = 0x63326473;

/** Second half of the key of an advisory lock: what is locked, in which schema. */
export function lockKey(what: "schema" | "run" | "apply", schema: string): number {
  return createHash("sha256").update(`${what} ${schema}`).digest().readInt32BE();
}

/**
 * Reads which schema a database has, and writes nothing: the number of its last migration, 0 for none.
 *
 * @throws `MigrationError` `ERR_STORE_NEWER` when a later version of this product wrote it, `ERR_STORE_UNREADABLE` when it
 * is a schema of something else.
 */
export async function readSchemaVersion(client: ClientBase, schema: string, newest: number): Promise<number> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
    [schema],
  );
  if (tables.length === 0) return 0;
  if (!tables.some(({ name }) => name === "store")) throw foreign(schema);
  const { rows } = await client
    .query<{ version: number }>(`SELECT version FROM "${schema}".store WHERE product = 'cognito-to-descope'`)
    .catch((error: unknown) => {
      // A table of that name with other columns.
      if ((error as { readonly code?: unknown }).code === "42703") throw foreign(schema);
      throw error;
    });
  const version = rows[0]?.version;
  if (version === undefined) throw foreign(schema);
  if (version > newest) {
    throw new MigrationError(
      "ERR_STORE_NEWER",
      `the state store was written by a later version (its schema is ${version}, this version knows ${newest})`,
      { suggestion: "Use the later version, or name another database for the state store." },
    );
  }
  return version;
}

/**
 * Brings a database to the newest schema: every missing migration, in order, in one transaction. Of several processes that do
 * so at a time one does, and the others wait for it.
 */
export async function migrateSchema(
  client: ClientBase,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  const newest = migrations.at(-1)?.version ?? 0;
  if ((await readSchemaVersion(client, schema, newest)) === newest) return;
  try {
    await client.query("BEGIN; SET LOCAL synchronous_commit = on");
    await client.query("SELECT pg_advisory_xact_lock($1, $2)", [LOCK_CLASS, lockKey("schema", schema)]);
    // Asked again under the lock: another process may have been here first.
    const version = await readSchemaVersion(client, schema, newest);
    if (version < newest) {
      const missing = migrations.filter((migration) => migration.version > version).map(({ sql }) => sql);
      await client.query(
        [
          // A user who may not make schemas can be given one.
          ...((await schemaExists(client, schema)) ? [] : [`CREATE SCHEMA "${schema}"`]),
          `SET LOCAL search_path = "${schema}"`,
          "CREATE TABLE IF NOT EXISTS store (product text NOT NULL PRIMARY KEY, version integer NOT NULL)",
          ...missing,
          `INSERT INTO store (product, version) VALUES ('cognito-to-descope', ${newest})
           ON CONFLICT (product) DO UPDATE SET version = excluded.version`,
        ].join(";\n"),
      );
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function schemaExists(client: ClientBase, schema: string): Promise<boolean> {
  const { rows } = await client.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema]);
  return rows.length > 0;
}

function foreign(schema: string): MigrationError {
  return new MigrationError(
    "ERR_STORE_UNREADABLE",
    `the schema ${schema} of the database holds something else than a state store`,
    { suggestion: "Name another database for the state store." },
  );
}
