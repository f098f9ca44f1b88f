import type { Clock, ItemRange, TakenRange, WorkQueue } from "@cognito-to-descope/core";
import type { Pool } from "pg";
import type { PgBoss } from "pg-boss";
import { createPlainPool, type PostgresOptions, schemaOf } from "./connect.ts";
import { toPostgresError } from "./postgres-error.ts";

/** Options of {@link openWorkQueue}. */
export interface WorkQueueOptions extends PostgresOptions {
  readonly clock: Clock;
  /**
   * How long nothing may be heard of a process before its range is given to another one, in seconds, from 10.
   *
   * @defaultValue 20
   */
  readonly silenceSeconds?: number;
}

/** How often it is looked for processes that are silent, in seconds. */
const LOOK_EVERY_SECONDS = 3;
/** The longest that pg-boss lets a job be under way, in seconds: a run may be paused for a night. */
const LONGEST_SECONDS = 86_399;
/** A range is given out as often as it takes. */
const RETRIES = 100_000;

/** The schema in which pg-boss keeps its tables for a state store. */
export function queueSchemaOf(options: PostgresOptions): string {
  return `${schemaOf(options).slice(0, 50)}_queue`;
}

/**
 * Opens the queue of a run's work in the database that holds its state store: pg-boss, with tables of its own, which are made
 * if need be.
 *
 * Every process that has it open looks after the ranges of those that died. All times are the database's.
 *
 * @throws `MigrationError` the faults of the connection.
 */
export async function openWorkQueue(url: string, runId: string, options: WorkQueueOptions): Promise<WorkQueue> {
  const { PgBoss } = await import("pg-boss");
  const pool = createPlainPool(url, options, 2);
  const schema = queueSchemaOf(options);
  const executeSql = async (text: string, values?: unknown[]): Promise<{ rows: unknown[] }> => pool.query(text, values);
  const boss = new PgBoss({
    db: { executeSql },
    schema,
    // A user who may not make schemas can be given one.
    createSchema: !(await exists(pool, schema)),
    schedule: false,
    registerInstance: false,
    superviseIntervalSeconds: LOOK_EVERY_SECONDS,
    monitorIntervalSeconds: LOOK_EVERY_SECONDS,
    reindex: false,
    monitorVacuum: false,
    openTelemetry: { enabled: false },
  });
  // What it does beside the work it tries again by itself.
  boss.on("error", () => undefined);
  const queue = new PostgresWorkQueue(boss, `run-${runId}`, schema, options);
  try {
    await boss.start();
    await queue.create();
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => undefined);
    await pool.end();
    throw toPostgresError(error);
  }
  return {
    offer: (ranges) => translated(() => queue.offer(ranges)),
    take: () => translated(() => queue.take()),
    isEmpty: () => translated(() => queue.isEmpty()),
    async [Symbol.asyncDispose]() {
      await boss.stop({ graceful: false }).catch(() => undefined);
      await pool.end();
    },
  };
}

async function exists(pool: Pool, schema: string): Promise<boolean> {
  try {
    return (await pool.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema])).rows.length > 0;
  } catch (error) {
    await pool.end();
    throw toPostgresError(error);
  }
}

class PostgresWorkQueue {
  readonly #boss: PgBoss;
  readonly #name: string;
  readonly #schema: string;
  readonly #clock: Clock;
  readonly #silenceSeconds: number;

  constructor(boss: PgBoss, name: string, schema: string, { clock, silenceSeconds = 20 }: WorkQueueOptions) {
    this.#boss = boss;
    this.#name = name;
    this.#schema = schema;
    this.#clock = clock;
    this.#silenceSeconds = silenceSeconds;
  }

  async create(): Promise<void> {
    await this.#boss.createQueue(this.#name, {
      // Of a range there is one that waits or is under way, at most.
      policy: "exclusive",
      retryLimit: RETRIES,
      expireInSeconds: LONGEST_SECONDS,
      heartbeatSeconds: this.#silenceSeconds,
      deleteAfterSeconds: 3600,
    });
  }

  async offer(ranges: readonly ItemRange[]): Promise<void> {
    for (let start = 0; start < ranges.length; start += 1000) {
      await this.#boss.insert(
        this.#name,
        ranges.slice(start, start + 1000).map(({ from, to }) => ({ data: { from, to }, singletonKey: String(from) })),
      );
    }
  }

  async take(): Promise<TakenRange | undefined> {
    const [job] = await this.#boss.fetch<ItemRange>(this.#name, { includeMetadata: true });
    if (job === undefined) return undefined;
    const attempt = { id: job.id, retryCount: job.retryCount };
    const lost = new AbortController();
    const ended = new AbortController();
    const keeping = this.#keep(attempt, lost, ended.signal);
    const end = async (settle: () => Promise<unknown>): Promise<void> => {
      ended.abort();
      await keeping;
      await translated(settle);
    };
    return {
      from: job.data.from,
      to: job.data.to,
      signal: lost.signal,
      done: () => end(() => this.#boss.complete(this.#name, attempt)),
      giveBack: () => end(() => this.#boss.fail(this.#name, attempt)),
    };
  }

  async isEmpty(): Promise<boolean> {
    const { rows } = await this.#boss
      .getDb()
      .executeSql(
        `SELECT 1 FROM ${this.#schema}.job WHERE name = $1 AND state IN ('created', 'retry', 'active') LIMIT 1`,
        [this.#name],
      );
    return rows.length === 0;
  }

  /** Says again and again that this process is alive. Once that was not heard for too long, the range is another's. */
  async #keep(
    attempt: { readonly id: string; readonly retryCount: number },
    lost: AbortController,
    ended: AbortSignal,
  ): Promise<void> {
    const silenceMs = this.#silenceSeconds * 1000;
    let heardAt = this.#clock.monotonic();
    while (!ended.aborted) {
      try {
        await this.#clock.sleep(silenceMs / 5, ended);
      } catch {
        return;
      }
      const asked = this.#clock.monotonic();
      let isMine = asked - heardAt < silenceMs;
      if (isMine) {
        try {
          const { affected } = (await this.#boss.touch(this.#name, attempt)) as { readonly affected: number };
          if (affected > 0) heardAt = asked;
          else isMine = false;
        } catch {
          // The database may be back before it matters.
        }
      }
      if (isMine || ended.aborted) continue;
      lost.abort(new Error("the range was given to another process"));
      return;
    }
  }
}

async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toPostgresError(error);
  }
}
