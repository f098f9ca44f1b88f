import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { toStoreError } from "./store-error.ts";

/**
 * What a transaction must outlive.
 *
 * `process`: a crash of the process. For what can be read, computed or looked up again. After a loss of power the newest such
 * transactions may be gone, but never one in the middle: the write-ahead log is recovered from its start on.
 *
 * `power`: a loss of power as well, by waiting for the disk. It also secures every transaction before it.
 */
export type Durability = "process" | "power";

/** Rows that one INSERT takes at most. Cognito gives pages of 60. */
const ROWS_PER_INSERT = 60;

/**
 * One connection to a SQLite database: prepared statements and transactions.
 *
 * Parameters are plain `?`: node:sqlite of Node 22 does not bind numbered ones (`?1`) by their place.
 */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #inserts = new Map<string, string[]>();
  #durability: Durability | undefined;

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  /** Runs statements that give no rows. */
  execute(sql: string): void {
    this.#connection.exec(sql);
  }

  /** Every row, each as the array of its columns. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the columns are known beside the statement
  rows<Row extends readonly unknown[]>(sql: string, ...values: readonly SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values) as unknown as Row[];
  }

  /** The first row, as the array of its columns. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the columns are known beside the statement
  row<Row extends readonly unknown[]>(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as unknown as Row | undefined;
  }

  /** Runs one statement and gives the number of rows that it changed. */
  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /**
   * Inserts rows, given as one flat list of values.
   *
   * Many rows to a statement cost about a fifth less than one row each, and less than unpacking them from JSON in SQL.
   *
   * @param into - `INTO table(columns)`, with `OR REPLACE` or the like before it where needed.
   * @returns the number of rows that were inserted.
   */
  insert(into: string, columns: number, values: readonly SQLInputValue[]): number {
    const step = ROWS_PER_INSERT * columns;
    let inserted = 0;
    for (let start = 0; start < values.length; start += step) {
      const some = values.length <= step ? values : values.slice(start, start + step);
      inserted += this.run(this.#insertSql(into, columns, some.length / columns), ...some);
    }
    return inserted;
  }

  /** Reads from one state of the database, whatever other processes write meanwhile. */
  read<Result>(work: () => Result): Result {
    return this.#transaction("BEGIN", work);
  }

  /** Writes all of it or nothing. */
  write<Result>(durability: Durability, work: () => Result): Result {
    this.#setDurability(durability);
    // IMMEDIATE takes the write lock at once: a transaction that reads first and writes later could not wait for it.
    return this.#transaction("BEGIN IMMEDIATE", work);
  }

  close(): void {
    if (this.#connection.isOpen) this.#connection.close();
  }

  #transaction<Result>(begin: string, work: () => Result): Result {
    try {
      this.run(begin);
      const result = work();
      this.run("COMMIT");
      return result;
    } catch (error) {
      // SQLite has rolled back by itself after some errors (a full disk, an I/O error).
      if (this.#connection.isOpen && this.#connection.isTransaction) this.#connection.exec("ROLLBACK");
      throw toStoreError(error);
    }
  }

  #setDurability(durability: Durability): void {
    if (this.#durability === durability) return;
    try {
      this.#connection.exec(`PRAGMA synchronous = ${durability === "power" ? "FULL" : "NORMAL"}`);
    } catch (error) {
      throw toStoreError(error);
    }
    this.#durability = durability;
  }

  #insertSql(into: string, columns: number, rows: number): string {
    let byRows = this.#inserts.get(into);
    if (byRows === undefined) this.#inserts.set(into, (byRows = []));
    const row = `(${Array.from({ length: columns }, () => "?").join(",")})`;
    return (byRows[rows] ??= `INSERT ${into} VALUES ${Array.from({ length: rows }, () => row).join(",")}`);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
