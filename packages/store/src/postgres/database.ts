import type { Pool, PoolClient, QueryArrayConfig, QueryConfig } from "pg";
import { isConnectionLost, toPostgresError } from "./postgres-error.ts";

/**
 * What a transaction must outlive.
 *
 * `process`: a crash of this process, and of the server's. For what can be read, computed or looked up again. After a loss of
 * power of the server the newest such transactions may be gone, but never one in the middle: its log is recovered from its
 * start on.
 *
 * `power`: a loss of power of the server as well, by waiting for its disk. It also secures every transaction before it.
 */
export type Durability = "process" | "power";

/** A parameter of a statement. A list is an array of PostgreSQL. */
export type Value = string | number | boolean | null | readonly (string | number | null)[];

/** Runs single statements, sent one after the other without waiting for answers in between. */
export interface Statements {
  /** Every row, each as the array of its columns. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the columns are known beside the statement
  rows<Row extends readonly unknown[]>(sql: string, ...values: readonly Value[]): Promise<Row[]>;
  /** The first row, as the array of its columns. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the columns are known beside the statement
  row<Row extends readonly unknown[]>(sql: string, ...values: readonly Value[]): Promise<Row | undefined>;
  /** The number of rows that the statement wrote. */
  run(sql: string, ...values: readonly Value[]): Promise<number>;
}

/**
 * A PostgreSQL database: prepared statements and transactions, over a few connections.
 *
 * A statement by itself is a transaction of durability `process`. What a call can say in one statement it says in one: an
 * exchange with the server costs as much as writing a page of rows.
 */
export class Database implements Statements {
  readonly #pool: Pool;
  readonly #callTimeoutMs: number;

  constructor(pool: Pool, callTimeoutMs: number) {
    this.#pool = pool;
    this.#callTimeoutMs = callTimeoutMs;
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the columns are known beside the statement
  rows<Row extends readonly unknown[]>(sql: string, ...values: readonly Value[]): Promise<Row[]> {
    return this.read((statements) => statements.rows<Row>(sql, ...values));
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the columns are known beside the statement
  row<Row extends readonly unknown[]>(sql: string, ...values: readonly Value[]): Promise<Row | undefined> {
    return this.read((statements) => statements.row<Row>(sql, ...values));
  }

  run(sql: string, ...values: readonly Value[]): Promise<number> {
    return this.read((statements) => statements.run(sql, ...values));
  }

  /** Several statements over one connection, each by itself. */
  async read<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result> {
    return this.#connected((client) => work(new Connection(client, this.#callTimeoutMs)));
  }

  /**
   * Writes all of it or nothing.
   *
   * @param slow - Whether it reads or writes a whole table, and so takes as long as it takes, by whatever way the planner finds.
   */
  async write<Result>(
    durability: Durability,
    work: (statements: Statements) => Promise<Result>,
    { slow = false }: { readonly slow?: boolean } = {},
  ): Promise<Result> {
    return this.#connected(async (client) => {
      const connection = new Connection(client, slow ? 0 : this.#callTimeoutMs);
      const settings = [...(durability === "power" ? ["synchronous_commit = on"] : []), ...(slow ? SLOW_SETTINGS : [])];
      // Sent together with the first statement, so it costs no exchange of its own.
      const begun = connection.command(["BEGIN", ...settings.map((one) => `SET LOCAL ${one}`)].join("; "));
      try {
        const [, result] = await all([begun, work(connection)]);
        await connection.command("COMMIT");
        return result;
      } catch (error) {
        // A connection that is gone has rolled back.
        await connection.command("ROLLBACK").catch(() => undefined);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    if (!this.#pool.ended && !this.#pool.ending) await this.#pool.end();
  }

  async #connected<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw toPostgresError(error);
    }
    let isLost = false;
    try {
      return await work(client);
    } catch (error) {
      isLost = isConnectionLost(error);
      throw toPostgresError(error);
    } finally {
      // Given back as lost, it is replaced: it may not have noticed yet itself.
      client.release(isLost);
    }
  }
}

// Whole tables are read in whatever way is quickest, and sorted in memory while that is small.
const SLOW_SETTINGS = [
  "enable_seqscan = on",
  "enable_bitmapscan = on",
  "enable_hashjoin = on",
  "enable_mergejoin = on",
  "enable_material = on",
  "work_mem = '64MB'",
  "statement_timeout = 0",
];

// pg takes it, and its types do not know.
type Timed<Config> = Config & { readonly query_timeout: number };

/** Numbers need no quotes in an array, and so none of the care that pg takes of each. */
function toParameter(value: Value): unknown {
  return Array.isArray(value) && typeof value[0] === "number" ? `{${value.join(",")}}` : value;
}

/** Names of prepared statements, the same on every connection. */
const names = new Map<string, string>();

class Connection implements Statements {
  readonly #client: PoolClient;
  readonly #timeoutMs: number;

  constructor(client: PoolClient, timeoutMs: number) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the columns are known beside the statement
  async rows<Row extends readonly unknown[]>(sql: string, ...values: readonly Value[]): Promise<Row[]> {
    return (await this.#query(sql, values)).rows as unknown as Row[];
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the columns are known beside the statement
  async row<Row extends readonly unknown[]>(sql: string, ...values: readonly Value[]): Promise<Row | undefined> {
    return (await this.#query(sql, values)).rows[0] as Row | undefined;
  }

  async run(sql: string, ...values: readonly Value[]): Promise<number> {
    return (await this.#query(sql, values)).rowCount ?? 0;
  }

  async command(sql: string): Promise<void> {
    const config: Timed<QueryConfig> = { text: sql, query_timeout: this.#timeoutMs };
    await this.#client.query(config);
  }

  #query(
    text: string,
    values: readonly Value[],
  ): Promise<{ readonly rows: unknown[][]; readonly rowCount: number | null }> {
    let name = names.get(text);
    if (name === undefined) names.set(text, (name = `c2d_${names.size + 1}`));
    const config: Timed<QueryArrayConfig> = {
      name,
      text,
      values: values.map(toParameter),
      rowMode: "array",
      query_timeout: this.#timeoutMs,
    };
    return this.#client.query<unknown[]>(config);
  }
}

/**
 * The results of statements that were sent together, once all are there. The first of them that failed is what is thrown: those
 * after it fail only because the transaction has failed already.
 */
export async function all<const Results extends readonly Promise<unknown>[]>(
  results: Results,
): Promise<{ -readonly [Index in keyof Results]: Awaited<Results[Index]> }> {
  await Promise.allSettled(results);
  const values: unknown[] = [];
  for (const result of results) values.push(await result);
  return values as { -readonly [Index in keyof Results]: Awaited<Results[Index]> };
}
