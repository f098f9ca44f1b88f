import { MigrationError } from "@cognito-to-descope/core";
import { Client, type ClientBase, type ClientConfig, Pool, type PoolConfig } from "pg";
import { parseIntoClientConfig } from "pg-connection-string";
import { toPostgresError } from "./postgres-error.ts";

/** Options of everything that connects to a database. */
export interface PostgresOptions {
  /**
   * The schema that the tables are in. It is made if need be; one that holds something else is refused.
   *
   * @defaultValue "c2d"
   */
  readonly schema?: string;
  /**
   * How long connecting may take, in milliseconds.
   *
   * @defaultValue 10000
   */
  readonly connectTimeoutMs?: number;
  /**
   * How long a call waits for what another process has locked, in milliseconds.
   *
   * @defaultValue 20000
   */
  readonly lockTimeoutMs?: number;
}

const OLDEST_VERSION = 13;

/** Name of the schema that the tables are in. */
export function schemaOf({ schema = "c2d" }: PostgresOptions): string {
  // Stands in SQL as it is. 63 is what PostgreSQL cuts names to; pg_ is reserved.
  if (!/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new RangeError('"schema" option must be a lower-case name of up to 63 letters, digits and _');
  }
  return schema;
}

/** A connection of its own, for what belongs to one: a lock. */
export async function connectClient(url: string, options: PostgresOptions): Promise<Client> {
  const client = new Client(configOf(url, options));
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw toPostgresError(error);
  }
  return client;
}

/**
 * A pool of connections. Each is checked and set up before it is first used; one that breaks is replaced by the next call.
 *
 * @param connections - How many there are at most.
 */
export function createPool(url: string, options: PostgresOptions, connections: number): Pool {
  const config: Omit<PoolConfig, "onConnect"> & { onConnect: (client: ClientBase) => Promise<void> } = {
    ...configOf(url, options),
    max: connections,
    // Statements are sent one after the other without waiting for answers in between.
    pipeline: true,
    // The pool waits for it, though its types say that there is nothing to wait for.
    onConnect: (client) => setUp(client, options),
  };
  const pool = new Pool(config);
  // One that breaks while nobody uses it is replaced silently. Without listeners that would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/**
 * A pool of connections as PostgreSQL makes them, for statements that are not ours.
 *
 * @param connections - How many there are at most.
 */
export function createPlainPool(url: string, options: PostgresOptions, connections: number): Pool {
  const pool = new Pool({ ...configOf(url, options), max: connections });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

function configOf(url: string, { connectTimeoutMs = 10_000 }: PostgresOptions): ClientConfig {
  let config: ClientConfig;
  try {
    config = parseIntoClientConfig(url);
  } catch (error) {
    // No cause: what the parser throws holds the URL, and that the password.
    const { code } = error as { readonly code?: unknown };
    throw new MigrationError(
      "ERR_USAGE",
      code === "ENOENT" || code === "EACCES"
        ? "a certificate file that the URL of the state store names cannot be read"
        : "the location of the state store is not a usable URL",
      {
        suggestion:
          "Write postgres://user:password@host:5432/database, with every character of user and password that is no letter, digit, -, . or _ as %XX.",
      },
    );
  }
  return {
    ...config,
    fallback_application_name: "c2d",
    connectionTimeoutMillis: connectTimeoutMs,
    // Finds out about a server that is gone without a word.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/**
 * What every connection is set to.
 *
 * Ordinary calls go through keys, and the planner is told so: it plans by statistics, which say nothing yet of a table that
 * grows from none to a million rows in minutes, and a plan that was right for an empty table is kept. The few calls that work on
 * whole tables switch all of it on again (`Database.write`).
 */
async function setUp(client: ClientBase, options: PostgresOptions): Promise<void> {
  const settings = {
    search_path: `"${schemaOf(options)}"`,
    synchronous_commit: "off",
    default_transaction_isolation: "read committed",
    enable_seqscan: "off",
    enable_bitmapscan: "off",
    enable_hashjoin: "off",
    enable_mergejoin: "off",
    enable_material: "off",
    jit: "off",
    // What a dead process has locked is free again after that time, and not after two hours.
    tcp_keepalives_idle: "30",
    tcp_keepalives_interval: "10",
    tcp_keepalives_count: "3",
    idle_in_transaction_session_timeout: "60s",
    lock_timeout: `${options.lockTimeoutMs ?? 20_000}ms`,
    client_min_messages: "warning",
  };
  const { rows } = await client.query<{ version: number; encoding: string; read_only: string }>({
    text: `SELECT current_setting('server_version_num')::integer / 10000 AS version,
             current_setting('server_encoding') AS encoding,
             (SELECT count(set_config(name, value, false)) FROM unnest($1::text[], $2::text[]) s(name, value))`,
    values: [Object.keys(settings), Object.values(settings)],
  });
  const [server] = rows;
  if (server === undefined) return;
  if (server.version < OLDEST_VERSION) {
    throw new MigrationError(
      "ERR_STORE_UNREADABLE",
      `the database is PostgreSQL ${server.version}: a state store needs ${OLDEST_VERSION} or later`,
      { suggestion: "Name a database on a later server." },
    );
  }
  if (server.encoding !== "UTF8") {
    throw new MigrationError(
      "ERR_STORE_UNREADABLE",
      `the database's encoding is ${server.encoding}: a state store needs UTF8`,
      { suggestion: "Create one with `CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0`." },
    );
  }
}
