import type { StateStore } from "@cognito-to-descope/core";
import { connectClient, type PostgresOptions, schemaOf } from "./connect.ts";
import { Database } from "./database.ts";
import { readSchemaVersion } from "./migrate-schema.ts";
import { openPool } from "./open-pool.ts";
import { toPostgresError } from "./postgres-error.ts";
import { PostgresStateStore } from "./postgres-state-store.ts";

/** Options of {@link openPostgresStore}. */
export interface PostgresStoreOptions extends PostgresOptions {
  /**
   * Connections that the store holds at most. Calls that find none free wait for one.
   *
   * @defaultValue 4
   */
  readonly connections?: number;
  /**
   * How long a call may take, in milliseconds; after that its connection is taken for lost. Calls that work on whole tables
   * (`finishReading`, `finishTargetScan`, …) take as long as they take.
   *
   * @defaultValue 60000
   */
  readonly callTimeoutMs?: number;
}

/**
 * Opens the state store in a PostgreSQL database (version 13 or later, encoding UTF8), of which any number of processes may use
 * it at a time. Its tables are made if need be, in a schema of their own; an older schema is brought up to date.
 *
 * Connect to the server itself: a pooler that gives every transaction another connection loses the settings and locks that
 * belong to one.
 *
 * @param url - `postgres://user:password@host:5432/database`. Its password stands in no message.
 * @throws `MigrationError` with a suggestion: `ERR_STORE_UNREADABLE`, `ERR_STORE_READ_ONLY`, `ERR_STORE_FULL`,
 * `ERR_STORE_LOCKED`, `ERR_STORE_NEWER` for a schema of a later version, which is left as it is, and `ERR_USAGE` for a URL that
 * cannot be used.
 */
export async function openPostgresStore(url: string, options: PostgresStoreOptions = {}): Promise<StateStore> {
  const schema = schemaOf(options);
  const connections = wholeNumber("connections", options.connections ?? 4, 1);
  const callTimeoutMs = wholeNumber("callTimeoutMs", options.callTimeoutMs ?? 60_000, 1);
  const pool = await openPool(url, options, connections);
  return new PostgresStateStore(new Database(pool, callTimeoutMs), schema);
}

/** Whether there is a state store in a database. Asking makes none. */
export async function postgresStoreExists(url: string, options: PostgresOptions = {}): Promise<boolean> {
  const schema = schemaOf(options);
  const client = await connectClient(url, options);
  try {
    return (await readSchemaVersion(client, schema, Number.MAX_SAFE_INTEGER)) > 0;
  } catch (error) {
    throw toPostgresError(error);
  } finally {
    await client.end();
  }
}

function wholeNumber(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`"${name}" option must be a whole number from ${least}`);
  }
  return value;
}
