import type { Pool } from "pg";
import { createPool, type PostgresOptions, schemaOf } from "./connect.ts";
import { migrateSchema } from "./migrate-schema.ts";
import { EVERY_MIGRATION } from "./migrations/every-migration.ts";
import { toPostgresError } from "./postgres-error.ts";

/** A pool of connections to a database whose tables are up to date. */
export async function openPool(url: string, options: PostgresOptions, connections: number): Promise<Pool> {
  const pool = createPool(url, options, connections);
  try {
    const client = await pool.connect();
    try {
      await migrateSchema(client, schemaOf(options), EVERY_MIGRATION);
    } finally {
      client.release();
    }
  } catch (error) {
    await pool.end();
    throw toPostgresError(error);
  }
  return pool;
}
