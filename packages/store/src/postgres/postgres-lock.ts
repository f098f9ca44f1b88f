import { MigrationError } from "@cognito-to-descope/core";
import { connectClient, type PostgresOptions, schemaOf } from "./connect.ts";
import { LOCK_CLASS, lockKey } from "./migrate-schema.ts";
import { toPostgresError } from "./postgres-error.ts";

/** Held while a run works, so that no second process works on the same state store. */
export interface PostgresLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a state store: an advisory lock of a connection that does nothing else. When the process dies, however it
 * dies, the server sees the connection end, at the latest a minute after the machine has gone silent, and the lock is free.
 *
 * @param onLost - Hears that the connection ended before the lock was released: another process may hold the lock now.
 * @throws {@link MigrationError} `ERR_RUN_ACTIVE` when another process holds it, and the faults of the connection.
 */
export async function takePostgresLock(
  url: string,
  onLost: (error: MigrationError) => void,
  options: PostgresOptions = {},
): Promise<PostgresLock> {
  const schema = schemaOf(options);
  const client = await connectClient(url, options);
  let held = false;
  const lost = (): void => {
    if (!held) return;
    held = false;
    onLost(
      new MigrationError("ERR_STORE_UNREADABLE", "the connection that holds the lock of the state store was lost", {
        suggestion: "Once the database answers again, run the command again: it goes on from where it stood.",
      }),
    );
  };
  client.on("end", lost);
  try {
    await client.query(
      `SELECT set_config('tcp_keepalives_idle', '20', false), set_config('tcp_keepalives_interval', '10', false),
         set_config('tcp_keepalives_count', '3', false)`,
    );
    const { rows } = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1, $2) AS taken", [
      LOCK_CLASS,
      lockKey("run", schema),
    ]);
    if (rows[0]?.taken !== true) {
      throw new MigrationError("ERR_RUN_ACTIVE", "another c2d works with this state store", {
        suggestion: "wait until it has finished, or name another state store with --state",
      });
    }
  } catch (error) {
    await client.end();
    throw toPostgresError(error);
  }
  held = true;
  return {
    async release() {
      held = false;
      await client.end();
    },
  };
}
