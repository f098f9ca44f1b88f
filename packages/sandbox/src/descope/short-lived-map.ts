/** A map whose entries end: at their time, or when there are too many, oldest first. */

interface Entry<V> {
  readonly value: V;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Keeps values for a while. A sandbox may run for days, and most states and links are never used. */
export class ShortLivedMap<V> {
  readonly #entries = new Map<string, Entry<V>>();
  readonly #clock: () => number;
  readonly #capacity: number;

  /** @param capacity - Most entries; beyond it the oldest are forgotten. */
  constructor(clock: () => number, capacity = 200_000) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  set(key: string, value: V, lifetimeMs: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: this.#clock() + lifetimeMs });
    if (this.#entries.size > this.#capacity) this.#forget();
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until >= this.#clock()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Gives a value and forgets it. */
  take(key: string): V | undefined {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  #forget(): void {
    const now = this.#clock();
    for (const [key, entry] of this.#entries) if (entry.until < now) this.#entries.delete(key);
    // Room for a tenth more, so that not every further entry walks the map.
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= this.#capacity * 0.9) return;
      this.#entries.delete(key);
    }
  }
}
