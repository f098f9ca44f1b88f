import type { Clock } from "../ports/clock.ts";

/** Tells those for whom there is no place when to come again, so that they do not all come at once. */
export interface Overflow {
  /** @param waitMs - When whoever waits now will have gone. */
  retryAfterMs(waitMs: number): number;
}

/** The least that anybody is asked to wait, in milliseconds. */
const LEAST_MS = 1000;

/** @param rate - How many users the project takes in a millisecond. */
export function createOverflow(clock: Clock, rate: () => number): Overflow {
  /** Those that were sent away and will come again, as far as their time is not over. */
  let away = 0;
  let at = clock.monotonic();
  return {
    retryAfterMs(waitMs) {
      const now = clock.monotonic();
      const perMs = Math.max(rate(), 1e-6);
      away = Math.max(0, away - (now - at) * perMs) + 1;
      at = now;
      return Math.max(LEAST_MS, Math.ceil(waitMs + away / perMs));
    },
  };
}
