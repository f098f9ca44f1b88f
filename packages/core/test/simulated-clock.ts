import type { Clock } from "../src/ports/clock.ts";

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that passes only while everybody sleeps, so that hours are simulated in milliseconds. */
export class SimulatedClock implements Clock {
  #now = 1_000;
  readonly #timers = new Set<Timer>();

  now(): number {
    return 1_700_000_000_000 + this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const onAbort = (): void => {
        this.#timers.delete(timer);
        reject(signal?.reason as Error);
      };
      const timer: Timer = {
        at: this.#now + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#timers.add(timer);
    });
  }

  /** Lets time pass until `work` ends, and gives its result. Throws when everybody waits for something else than time. */
  async run<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const watched = work.finally(() => (ended = true));
    watched.catch(() => undefined);
    for (;;) {
      await new Promise(setImmediate);
      if (ended) return watched;
      this.wakeNext();
    }
  }

  /** Lets time pass until whoever sleeps shortest wakes. Throws when nobody sleeps. */
  protected wakeNext(): void {
    let next = Infinity;
    for (const { at } of this.#timers) next = Math.min(next, at);
    if (next === Infinity) throw new Error("nobody sleeps, and the work does not end");
    this.#now = Math.max(this.#now, next);
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.#now)) {
      this.#timers.delete(timer);
      timer.wake();
    }
  }
}
