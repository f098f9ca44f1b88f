import { MigrationError } from "@cognito-to-descope/core";
import type { Client } from "pg";
import { connectClient, type PostgresOptions, schemaOf } from "./connect.ts";
import { LOCK_CLASS, lockKey } from "./migrate-schema.ts";
import { toPostgresError } from "./postgres-error.ts";

/** Held while a run works. Whoever holds it leads the run: no second process reads, plans or ends a run meanwhile. */
export interface PostgresLock {
  /** Lets others take part in what is being applied, by {@link joinPostgresLock}. Until then nobody does. */
  share(): Promise<void>;
  release(): Promise<void>;
}

/** Held while a process takes part in a run that another one leads: nobody reads or plans another run meanwhile. */
export interface PostgresPart {
  /** Tries to take the lead. It works when whoever had it is dead or has ended. */
  lead(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * Takes the lock of a state store: an advisory lock of a connection that does nothing else. When the process dies, however it
 * dies, the server sees the connection end, at the latest a minute after the machine has gone silent, and the lock is free.
 *
 * @param onLost - Hears that the connection ended before the lock was released: another process may hold the lock now.
 * @throws `MigrationError` `ERR_RUN_ACTIVE` when another process holds it or takes part in a run, and the faults of the
 * connection.
 */
export async function takePostgresLock(
  url: string,
  onLost: (error: MigrationError) => void,
  options: PostgresOptions = {},
): Promise<PostgresLock> {
  const schema = schemaOf(options);
  const held = await connectHolder(url, onLost, options);
  try {
    if (!(await held.lock("run", schema)) || !(await held.lock("apply", schema))) {
      throw new MigrationError("ERR_RUN_ACTIVE", "another c2d works with this state store", {
        suggestion: "wait until it has finished, or name another state store with --state",
      });
    }
  } catch (error) {
    await held.release();
    throw toPostgresError(error);
  }
  let isShared = false;
  return {
    async share() {
      if (isShared) return;
      // One's own locks do not keep one waiting, so there is no moment without either.
      await held.lock("apply", schema, true);
      await held.unlock("apply", schema);
      isShared = true;
    },
    release: () => held.release(),
  };
}

/**
 * Takes part in what whoever leads the state store's run is applying.
 *
 * @param onLost - Hears that the connection ended before the part was released: another process may plan a run now.
 * @returns undefined when whoever leads does not share, because it reads or plans.
 * @throws `MigrationError` the faults of the connection.
 */
export async function joinPostgresLock(
  url: string,
  onLost: (error: MigrationError) => void,
  options: PostgresOptions = {},
): Promise<PostgresPart | undefined> {
  const schema = schemaOf(options);
  const held = await connectHolder(url, onLost, options);
  try {
    if (!(await held.lock("apply", schema, true))) {
      await held.release();
      return undefined;
    }
  } catch (error) {
    await held.release();
    throw toPostgresError(error);
  }
  return {
    async lead() {
      try {
        return await held.lock("run", schema);
      } catch (error) {
        throw toPostgresError(error);
      }
    },
    release: () => held.release(),
  };
}

/**
 * Whether another process leads a run, or reads or plans one. Asking holds nobody up.
 *
 * @throws `MigrationError` the faults of the connection.
 */
export async function isPostgresLockHeld(url: string, options: PostgresOptions = {}): Promise<boolean> {
  const client = await connectClient(url, options);
  try {
    const { rows } = await client.query(
      `SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
       WHERE l.locktype = 'advisory' AND l.classid::bigint = $1 AND l.objid::bigint = $2 AND l.objsubid = 2 AND l.granted`,
      [LOCK_CLASS, lockKey("run", schemaOf(options)) >>> 0],
    );
    return rows.length > 0;
  } catch (error) {
    throw toPostgresError(error);
  } finally {
    await client.end();
  }
}

interface Holder {
  lock(what: "run" | "apply", schema: string, shared?: boolean): Promise<boolean>;
  unlock(what: "run" | "apply", schema: string): Promise<void>;
  release(): Promise<void>;
}

async function connectHolder(
  url: string,
  onLost: (error: MigrationError) => void,
  options: PostgresOptions,
): Promise<Holder> {
  const client: Client = await connectClient(url, options);
  let holds = false;
  client.on("end", () => {
    if (!holds) return;
    holds = false;
    onLost(
      new MigrationError("ERR_STORE_UNREADABLE", "the connection that holds the lock of the state store was lost", {
        suggestion: "Once the database answers again, run the command again: it goes on from where it stood.",
      }),
    );
  });
  const release = async (): Promise<void> => {
    holds = false;
    await client.end();
  };
  try {
    await client.query(
      `SELECT set_config('tcp_keepalives_idle', '20', false), set_config('tcp_keepalives_interval', '10', false),
         set_config('tcp_keepalives_count', '3', false)`,
    );
  } catch (error) {
    await release();
    throw toPostgresError(error);
  }
  return {
    async lock(what, schema, shared = false) {
      const { rows } = await client.query<{ taken: boolean }>(
        `SELECT pg_try_advisory_lock${shared ? "_shared" : ""}($1, $2) AS taken`,
        [LOCK_CLASS, lockKey(what, schema)],
      );
      const taken = rows[0]?.taken === true;
      holds ||= taken;
      return taken;
    },
    async unlock(what, schema) {
      await client.query("SELECT pg_advisory_unlock($1, $2)", [LOCK_CLASS, lockKey(what, schema)]);
    },
    release,
  };
}
