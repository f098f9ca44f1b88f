import type { Clock, RateCounter } from "@cognito-to-descope/core";
import type { PostgresOptions } from "./connect.ts";
import { Database } from "./database.ts";
import { openPool } from "./open-pool.ts";
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
 * @throws `MigrationError` as `openPostgresStore` does.
 */
export async function openGatewayState(url: string, options: GatewayStateOptions): Promise<GatewayState> {
  const { clock, connections = 4, callTimeoutMs = 5000 } = options;
  const pool = await openPool(url, options, connections);
  const database = new Database(pool, callTimeoutMs);
  const monotonic = (): number => clock.monotonic();
  return {
    rates: new PostgresRateCounter(database, monotonic),
    usedKeys: createUsedKeys(database, monotonic),
    [Symbol.asyncDispose]: () => database.close(),
  };
}
