/**
 * State store of a migration on PostgreSQL, and what several machines share beside it. An entry of its own, so that nobody
 * else loads a PostgreSQL client.
 *
 * @module
 */
export { type PostgresOptions } from "./postgres/connect.ts";
export { type GatewayState, type GatewayStateOptions, openGatewayState } from "./postgres/open-gateway-state.ts";
export { openPostgresStore, postgresStoreExists, type PostgresStoreOptions } from "./postgres/open-postgres-store.ts";
export {
  isPostgresLockHeld,
  joinPostgresLock,
  type PostgresLock,
  type PostgresPart,
  takePostgresLock,
} from "./postgres/postgres-lock.ts";
export {
  openPostgresLimiters,
  type PostgresLimiters,
  type PostgresLimitersOptions,
} from "./postgres/open-postgres-limiters.ts";
export { openWorkQueue, type WorkQueueOptions } from "./postgres/open-work-queue.ts";
export { readPostgresClockOffset } from "./postgres/postgres-clock-offset.ts";
export { type UsedKeys } from "./postgres/postgres-used-keys.ts";
