import type { RateCounter, RateLimitOfKey } from "@cognito-to-descope/core";
import type { Statements } from "./database.ts";

/** Expired rows are removed so often by each process. */
const SWEEP_EVERY_MS = 60_000;

/**
 * Counts events by key for all processes that share the database, by the database's clock, exactly in any rolling window.
 *
 * One exchange for each event. An event that is refused writes nothing, so whoever keeps trying costs little. After a crash of
 * the database's server counting begins anew.
 */
export class PostgresRateCounter implements RateCounter {
  readonly #database: Statements;
  readonly #monotonic: () => number;
  #sweptAt: number;

  constructor(database: Statements, monotonic: () => number) {
    this.#database = database;
    this.#monotonic = monotonic;
    this.#sweptAt = monotonic();
  }

  async take(key: string, { events, windowMs }: RateLimitOfKey): Promise<number> {
    if (!Number.isInteger(events) || events < 1) throw new RangeError('"events" must be an integer of at least 1');
    if (!(windowMs > 0 && windowMs < Infinity)) throw new RangeError('"windowMs" must be greater than 0');
    const row = await this.#database.row<[number]>("SELECT take_event($1, $2, $3)", key, events, windowMs);
    await this.#sweep();
    return (row as [number])[0];
  }

  async undo(key: string): Promise<void> {
    await this.#database.run(
      "UPDATE rate_events SET times = times[:cardinality(times) - 1] WHERE key = $1 AND cardinality(times) > 0",
      key,
    );
  }

  async forget(key: string): Promise<void> {
    await this.#database.run("DELETE FROM rate_events WHERE key = $1", key);
  }

  /** Removes what has expired. The table is small: it holds the keys of the last few windows. */
  async #sweep(): Promise<void> {
    const now = this.#monotonic();
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    await this.#database.run(
      // A row that somebody counts on at this moment is left for the next time.
      `DELETE FROM rate_events WHERE key IN (
         SELECT key FROM rate_events WHERE expires_at < extract(epoch FROM clock_timestamp()) * 1000 FOR UPDATE SKIP LOCKED)`,
    );
  }
}
