import { connectClient, type PostgresOptions } from "./connect.ts";
import { toPostgresError } from "./postgres-error.ts";

const TRIES = 3;

/**
 * How many milliseconds the database's clock is ahead of this machine's, to within half of what an exchange takes: what several
 * machines write down is compared by one clock.
 *
 * @param now - This machine's clock.
 * @throws `MigrationError` the faults of the connection.
 */
export async function readPostgresClockOffset(
  url: string,
  now: () => number,
  options: PostgresOptions = {},
): Promise<number> {
  const client = await connectClient(url, options);
  try {
    let best = { took: Infinity, offset: 0 };
    for (let tries = 0; tries < TRIES; tries += 1) {
      const asked = now();
      const { rows } = await client.query<{ ms: number }>(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms",
      );
      const answered = now();
      const took = Math.abs(answered - asked);
      if (took < best.took) best = { took, offset: Math.round((rows[0]?.ms ?? asked) - (asked + answered) / 2) };
    }
    return best.offset;
  } catch (error) {
    throw toPostgresError(error);
  } finally {
    await client.end();
  }
}
