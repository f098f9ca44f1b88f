import type { Clock, RateCounter } from "@cognito-to-descope/core";
import { createPool, type PostgresOptions, schemaOf } from "./connect.ts";
import { Database } from "./database.ts";
import { migrateSchema } from "./migrate-schema.ts";
import { EVERY_MIGRATION } from "./migrations/every-migration.ts";
import { toPostgresError } from "./postgres-error.ts";
import { PostgresRateCounter } from "./postgres-rate-counter.ts";
import { createUsedKeys, type UsedKeys } from "./postgres-used-keys.ts";

/** Options of {@link openGatewayState}. */
export interface GatewayStateOptions extends PostgresOptions {
  readonly clock: Pick<Clock, "monotonic">;
  /** Connections that are held at most. @defaultValue 4 */
  readonly connections?: number;
  /** Milliseconds that a call may take; after that its connection is taken for lost. @defaultValue 5000 */
  readonly callTimeoutMs?: number;
}

/** What replicas of the gateway share. */
export interface GatewayState extends AsyncDisposable {
  readonly rates: RateCounter;
  readonly usedKeys: UsedKeys;
}

/**
 * Opens what replicas of the gateway share, in the database that holds the state store; the tables are made if need be.
 *
 * Without the database nothing is let through: each call then throws the fault of the connection, and works again once there is
 * one.
 *
 * @throws {@link MigrationError} as `openPostgresStore` does.
 */
export async function openGatewayState(url: string, options: GatewayStateOptions): Promise<GatewayState> {
  const { clock, connections = 4, callTimeoutMs = 5000 } = options;
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
  const database = new Database(pool, callTimeoutMs);
  const monotonic = (): number => clock.monotonic();
  return {
    rates: new PostgresRateCounter(database, monotonic),
    usedKeys: createUsedKeys(database, monotonic),
    [Symbol.asyncDispose]: () => database.close(),
  };
}
