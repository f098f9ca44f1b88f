import type { Clock, Permit, RateLimit, RateLimiter } from "@cognito-to-descope/core";
import type { Statements } from "./database.ts";

/** How long answers are gathered before the database hears of them. They count from when they came. */
const GATHER_MS = 10;
/** Places that one exchange takes at most. */
const MOST_AT_ONCE = 500;
/** Waits end at different times for different workers, by up to this share of the window. */
const JITTER = 0.01;
const MOST_JITTER_MS = 10;

/** What a limiter of one bucket is made of. */
export interface PostgresRateLimiterParts {
  readonly database: Statements;
  readonly bucket: string;
  /** Names this process among the workers that wait. */
  readonly worker: string;
  readonly limit: RateLimit;
  /** How long a request may take: a place without an answer frees that long and one window after it was given. */
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
  /** From 0 to less than 1. */
  readonly random: () => number;
}

interface Waiter {
  readonly resolve: (permit: Permit) => void;
  readonly reject: (reason: Error) => void;
}

interface Returned {
  readonly answered: { readonly id: string; readonly at: number }[];
  readonly unused: string[];
  readonly throttled: { readonly epoch: number; readonly pauseMs: number; readonly at: number }[];
}

type ExchangeRow = readonly [
  places: readonly string[],
  waitMs: number,
  atMs: number,
  requests: number,
  windowMs: number,
  rate: number,
  allowed: number,
  inUse: number,
  throttles: number,
];

/**
 * Keeps requests of any number of processes within one quota, in *any* rolling window, as the vendor counts them.
 *
 * As in the core's limiter, a place is taken before a request is sent and frees one window after its answer arrived. Places,
 * the rate after throttling and the wait that a vendor asked for are the database's, and so is the clock. Whoever waits is
 * told when it is his turn, and asks again then: places go round among the workers that want some, each getting an equal share.
 * The places of a worker that died free by themselves.
 *
 * What a process wants and gives back goes in one exchange, so a busy one takes many places at a time.
 */
export class PostgresRateLimiter implements RateLimiter {
  readonly #parts: PostgresRateLimiterParts;
  #queue: Waiter[] = [];
  #returned: Returned = emptyReturned();
  #newRate: number | undefined;
  /** When what was given back is to be sent. */
  #sendAt = Infinity;
  /** When it is this worker's turn to ask. */
  #askAt = 0;
  #working: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #isDefined = false;
  /** What the bucket's clock said, and when that was by ours. */
  #last: { readonly atMs: number; readonly received: number } | undefined;
  #limit: RateLimit;
  #rate: number;
  #allowed: number;
  #inUse = 0;
  #throttles = 0;

  constructor(parts: PostgresRateLimiterParts) {
    const { requests, windowMs } = parts.limit;
    if (!Number.isInteger(requests) || requests < 1)
      throw new RangeError('"requests" must be an integer of at least 1');
    if (!(windowMs > 0 && windowMs < Infinity)) throw new RangeError('"windowMs" must be greater than 0');
    this.#parts = parts;
    this.#limit = parts.limit;
    this.#rate = requests;
    this.#allowed = requests;
  }

  /** The quota. */
  get limit(): RateLimit {
    return this.#limit;
  }

  /** Requests per window that were chosen, as far as this process knows; the quota before. */
  get rate(): number {
    return this.#newRate ?? this.#rate;
  }

  /** Requests that all processes together may make per window, as far as this one knows. */
  get allowed(): number {
    return Math.min(this.#allowed, this.rate);
  }

  /** Places that all processes together have taken, as far as this one knows. */
  get inUse(): number {
    return this.#inUse;
  }

  get throttles(): number {
    return this.#throttles;
  }

  /** Chooses a rate within the quota, for every process. Who waits in this one asks again at once. */
  setRate(requests: number): void {
    if (!Number.isInteger(requests) || requests < 1 || requests > this.#limit.requests) {
      throw new RangeError(`a rate must be an integer from 1 to the quota of ${this.#limit.requests}`);
    }
    this.#newRate = requests;
    this.#askAt = 0;
    this.#sendBy(0);
  }

  acquire(signal?: AbortSignal): Promise<Permit> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#queue = this.#queue.filter((one) => one !== waiter);
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        resolve(permit) {
          signal?.removeEventListener("abort", onAbort);
          resolve(permit);
        },
        reject(reason) {
          signal?.removeEventListener("abort", onAbort);
          reject(reason);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#queue.push(waiter);
      this.#work();
    });
  }

  /** Gives no more places, and resolves once the database has heard of everything that was given back. */
  async close(): Promise<void> {
    this.#rejectAll(new Error("the limiter is closed"));
    if (this.#sendAt < Infinity) this.#sendBy(0);
    while (this.#working !== undefined) await this.#working;
  }

  #work(): void {
    this.#wake?.();
    this.#working ??= this.#exchangeWhileNeeded()
      // Without the database nobody knows what the others have sent, so nobody may send.
      .catch((error: unknown) => this.#rejectAll(error as Error))
      .finally(() => {
        this.#working = undefined;
        if (this.#queue.length > 0 || this.#sendAt < Infinity) this.#work();
      });
  }

  async #exchangeWhileNeeded(): Promise<void> {
    // Whoever asks in the same turn of the loop is asked for together.
    await Promise.resolve();
    const { clock } = this.#parts;
    while (this.#queue.length > 0 || this.#sendAt < Infinity) {
      const now = clock.monotonic();
      const asks = this.#queue.length > 0 && now >= this.#askAt;
      if (asks || now >= this.#sendAt) await this.#exchange(asks);
      else await this.#sleep(Math.min(this.#queue.length > 0 ? this.#askAt : Infinity, this.#sendAt) - now);
    }
  }

  #rejectAll(reason: Error): void {
    const waiting = this.#queue;
    this.#queue = [];
    for (const waiter of waiting) waiter.reject(reason);
  }

  /** Sleeps, but not longer than until something changes. */
  async #sleep(ms: number): Promise<void> {
    const changed = new AbortController();
    this.#wake = () => changed.abort();
    try {
      await this.#parts.clock.sleep(ms, changed.signal);
    } catch (error) {
      if (!changed.signal.aborted) throw error;
    } finally {
      this.#wake = undefined;
    }
  }

  async #exchange(asks: boolean): Promise<void> {
    const { database, bucket, worker, requestTimeoutMs, clock, random } = this.#parts;
    if (!this.#isDefined) await this.#define();
    const { answered, unused, throttled } = this.#returned;
    const newRate = this.#newRate;
    this.#returned = emptyReturned();
    this.#sendAt = Infinity;
    const wants = asks ? Math.min(this.#queue.length, MOST_AT_ONCE) : this.#queue.length > 0 ? null : 0;
    const now = clock.monotonic();
    const exchanged = database.row<ExchangeRow>(
      "SELECT * FROM exchange_places($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      bucket,
      worker,
      wants,
      requestTimeoutMs,
      answered.map(({ id }) => id),
      answered.map(({ at }) => now - at),
      unused,
      throttled.map(({ epoch }) => epoch),
      throttled.map(({ pauseMs, at }) => Math.max(0, pauseMs - (now - at))),
      newRate ?? null,
      this.#last?.atMs ?? null,
      this.#last === undefined ? null : now - this.#last.received,
    );
    const row = (await exchanged.catch((error: unknown) => {
      // The next exchange says it again, which does no harm when this one was heard all the same.
      this.#returned.answered.push(...answered);
      this.#returned.unused.push(...unused);
      this.#returned.throttled.push(...throttled);
      this.#sendAt = Infinity;
      throw error;
    })) as ExchangeRow;
    const [places, waitMs, atMs, requests, windowMs, rate, allowed, inUse, throttles] = row;
    const received = clock.monotonic();
    this.#last = { atMs, received };
    this.#limit = { requests, windowMs };
    this.#rate = rate;
    if (this.#newRate === newRate) this.#newRate = undefined;
    this.#allowed = allowed;
    this.#inUse = inUse;
    this.#throttles = throttles;
    if (asks) {
      const jitterMs = waitMs === 0 ? 0 : random() * Math.min(MOST_JITTER_MS, windowMs * JITTER);
      this.#askAt = Math.max(this.#blockedUntil(), received + waitMs + jitterMs);
    }
    for (const id of places) {
      const waiter = this.#queue.shift();
      if (waiter === undefined) this.#giveBack(({ unused: list }) => list.push(id));
      else waiter.resolve(this.#permit(id));
    }
  }

  /** Makes the bucket, or gives it another quota when the one that it has is not this worker's. */
  async #define(): Promise<void> {
    const { database, bucket, limit } = this.#parts;
    await database.run(
      `INSERT INTO rate_buckets AS b (name, requests, window_ms, rate, bearable, throttled_at_level)
       VALUES ($1, $2, $3, $2, $2, $2)
       ON CONFLICT (name) DO UPDATE SET
         requests = excluded.requests, window_ms = excluded.window_ms,
         rate = CASE WHEN b.rate = b.requests THEN excluded.requests ELSE least(b.rate, excluded.requests) END,
         bearable = CASE WHEN b.bearable = b.requests THEN excluded.requests ELSE least(b.bearable, excluded.requests) END
       WHERE (b.requests, b.window_ms) IS DISTINCT FROM (excluded.requests, excluded.window_ms)`,
      bucket,
      limit.requests,
      limit.windowMs,
    );
    this.#isDefined = true;
  }

  #permit(id: string): Permit & { cancel(): void } {
    const { clock } = this.#parts;
    const epoch = this.#throttles;
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      const at = clock.monotonic();
      this.#giveBack(({ answered }) => answered.push({ id, at }));
    };
    return {
      release,
      cancel: () => {
        if (!held) return;
        held = false;
        this.#giveBack(({ unused }) => unused.push(id));
      },
      throttled: (retryAfterMs = this.#limit.windowMs) => {
        release();
        const at = clock.monotonic();
        this.#returned.throttled.push({ epoch, pauseMs: Math.max(0, retryAfterMs), at });
        // The others hear of it at once, and nobody here asks before.
        this.#askAt = Math.max(this.#askAt, at + retryAfterMs);
        this.#sendBy(0);
      },
    };
  }

  /** Until when the throttles that the database has not heard of forbid to ask. */
  #blockedUntil(): number {
    return Math.max(0, ...this.#returned.throttled.map(({ pauseMs, at }) => at + pauseMs));
  }

  #giveBack(change: (returned: Returned) => void): void {
    change(this.#returned);
    this.#sendBy(this.#parts.clock.monotonic() + GATHER_MS);
  }

  #sendBy(time: number): void {
    this.#sendAt = Math.min(this.#sendAt, time);
    this.#work();
  }
}

function emptyReturned(): Returned {
  return { answered: [], unused: [], throttled: [] };
}
