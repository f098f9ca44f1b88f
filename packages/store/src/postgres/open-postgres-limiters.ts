import { randomUUID } from "node:crypto";
import type { Clock, RateLimit, RateLimiter } from "@cognito-to-descope/core";
import type { PostgresOptions } from "./connect.ts";
import { Database } from "./database.ts";
import { openPool } from "./open-pool.ts";
import { PostgresRateLimiter } from "./postgres-rate-limiter.ts";

/** Options of {@link openPostgresLimiters}. */
export interface PostgresLimitersOptions extends PostgresOptions {
  readonly clock: Clock;
  /** From 0 to less than 1. Spreads the times at which workers ask again. */
  readonly random: () => number;
  /**
   * How long a request may take, in milliseconds. The places of a worker that died free that long, and one window, after
   * they were taken.
   *
   * @defaultValue 120000
   */
  readonly requestTimeoutMs?: number;
}

/** Limiters of quotas that any number of processes share. */
export interface PostgresLimiters extends AsyncDisposable {
  /**
   * The limiter of a bucket.
   *
   * @param bucket - Names the quota in the database, and so has to say whose quota it is: `descope P2abc user-create`.
   * @param limit - The quota. One that differs from what the bucket has takes its place, for every process.
   */
  limiter(bucket: string, limit: RateLimit): RateLimiter;
}

/**
 * Opens limiters in the database that holds a state store; the tables are made if need be.
 *
 * Disposing of them waits until the database has heard of what was given back. A limiter that loses the database refuses
 * places, with the fault of the connection, and gives them again once there is one.
 *
 * @throws `MigrationError` as `openPostgresStore` does.
 */
export async function openPostgresLimiters(url: string, options: PostgresLimitersOptions): Promise<PostgresLimiters> {
  const { clock, random, requestTimeoutMs = 120_000 } = options;
  // Two: one bucket that waits for the disk does not keep the others waiting.
  const pool = await openPool(url, options, 2);
  const database = new Database(pool, 60_000);
  const worker = randomUUID();
  const limiters = new Map<string, PostgresRateLimiter>();
  return {
    limiter(bucket, limit) {
      let limiter = limiters.get(bucket);
      if (limiter === undefined) {
        limiter = new PostgresRateLimiter({ database, bucket, worker, limit, requestTimeoutMs, clock, random });
        limiters.set(bucket, limiter);
      }
      return limiter;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...limiters.values()].map((limiter) => limiter.close()));
      await database.close();
    },
  };
}
