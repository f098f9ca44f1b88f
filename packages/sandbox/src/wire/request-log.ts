/** A log of answered requests that can be asked. Holds no bodies and no headers: they carry secrets. */

/** One answered (or deliberately unanswered) request. */
export interface RequestLogEntry {
  /** Milliseconds since the epoch, on the sandbox's clock. */
  readonly at: number;
  readonly service: "cognito" | "descope";
  readonly operation: string;
  /** 0 when the connection was cut or left open without an answer. */
  readonly status: number;
  readonly method: string;
  readonly path: string;
  /** True when the operation may change state. */
  readonly write: boolean;
  /** The kind of fault that befell the request, if one did. */
  readonly fault?: string;
}

/** Which entries or counts are meant; everything that is left out matches all. */
export interface RequestQuery {
  readonly service?: "cognito" | "descope";
  /** Exact name, or a prefix that ends in `*`. */
  readonly operation?: string;
  readonly write?: boolean;
}

/** Answers of one operation, counted. */
export interface OperationCount {
  readonly service: "cognito" | "descope";
  readonly operation: string;
  readonly requests: number;
  readonly write: boolean;
  /** Requests by answered status; `0` for cut connections. */
  readonly byStatus: Readonly<Record<string, number>>;
}

interface MutableCount {
  readonly service: "cognito" | "descope";
  readonly operation: string;
  readonly write: boolean;
  requests: number;
  byStatus: Record<string, number>;
}

/** Tells whether a name matches an exact pattern or a prefix that ends in `*`. */
export function matchesOperation(pattern: string, operation: string): boolean {
  return pattern.endsWith("*") ? operation.startsWith(pattern.slice(0, -1)) : operation === pattern;
}

/** Counts for ever, and keeps the latest entries. */
export class RequestLog {
  readonly #counts = new Map<string, MutableCount>();
  readonly #ring: RequestLogEntry[] = [];
  readonly #capacity: number;
  #next = 0;

  /** @param capacity - How many entries are kept; counts are never dropped. */
  constructor(capacity = 100_000) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError('"capacity" must be a positive integer');
    this.#capacity = capacity;
  }

  add(entry: RequestLogEntry): void {
    const key = `${entry.service} ${entry.operation}`;
    let count = this.#counts.get(key);
    if (count === undefined) {
      count = {
        service: entry.service,
        operation: entry.operation,
        write: entry.write,
        requests: 0,
        byStatus: {},
      };
      this.#counts.set(key, count);
    }
    count.requests += 1;
    count.byStatus[entry.status] = (count.byStatus[entry.status] ?? 0) + 1;
    this.#ring[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** How many requests match. */
  count(query: RequestQuery = {}): number {
    let total = 0;
    for (const count of this.#counts.values()) if (matches(query, count)) total += count.requests;
    return total;
  }

  /** Requests by operation, in order of first arrival. */
  counts(query: RequestQuery = {}): readonly OperationCount[] {
    return [...this.#counts.values()]
      .filter((count) => matches(query, count))
      .map((count) => ({ ...count, byStatus: { ...count.byStatus } }));
  }

  /** The kept entries that match, oldest first. */
  entries(query: RequestQuery = {}): readonly RequestLogEntry[] {
    const full = this.#ring.length === this.#capacity;
    const ordered = full ? [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)] : this.#ring;
    return ordered.filter((entry) => matches(query, entry));
  }

  /** Forgets everything. */
  reset(): void {
    this.#counts.clear();
    this.#ring.length = 0;
    this.#next = 0;
  }
}

function matches(query: RequestQuery, of: { service: string; operation: string; write: boolean }): boolean {
  return (
    (query.service === undefined || query.service === of.service) &&
    (query.operation === undefined || matchesOperation(query.operation, of.operation)) &&
    (query.write === undefined || query.write === of.write)
  );
}
