import type { Database } from "./database.ts";

/** Expired keys are removed so often by each process. */
const SWEEP_EVERY_MS = 60_000;

/** Remembers for all processes that share a database which keys were used, so that none is used twice. */
export interface UsedKeys {
  /**
   * Notes a key, atomically, and waits for the disk: not even a loss of power makes it new again.
   *
   * @param key - A hash or ID; no personal data.
   * @param expiresAt - Epoch milliseconds after which the key may be forgotten.
   * @returns Whether the key was new.
   */
  add(key: string, expiresAt: number): Promise<boolean>;
  /** Forgets a key whose use came to nothing. */
  remove(key: string): Promise<void>;
}

/** Used keys in a table, by the database's clock. */
export function createUsedKeys(database: Database, monotonic: () => number): UsedKeys {
  let sweptAt = monotonic();
  return {
    async add(key, expiresAt) {
      const now = monotonic();
      const sweeps = now - sweptAt >= SWEEP_EVERY_MS;
      if (sweeps) sweptAt = now;
      return database.write("power", async (statements) => {
        // A key that has expired is as good as new.
        const added = await statements.run(
          `INSERT INTO used_keys AS u (key, expires_at) VALUES ($1, $2)
           ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at
           WHERE u.expires_at <= extract(epoch FROM clock_timestamp()) * 1000`,
          key,
          expiresAt,
        );
        if (sweeps) {
          await statements.run(
            `DELETE FROM used_keys WHERE key IN (
               SELECT key FROM used_keys WHERE expires_at <= extract(epoch FROM clock_timestamp()) * 1000
               FOR UPDATE SKIP LOCKED)`,
          );
        }
        return added === 1;
      });
    },
    async remove(key) {
      await database.run("DELETE FROM used_keys WHERE key = $1", key);
    },
  };
}
