import type { Clock } from "@cognito-to-descope/core";

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Lets whoever is at work lie down, goes on, and wakes whoever slept until then. */
  advance(ms: number): Promise<void>;
}

/** Turns in which files may be read before the next one lies down. */
const MOST_TURNS = 20_000;

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Makes a clock that begins at zero. */
export function createManualClock(): ManualClock {
  let now = 0;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => now,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(signal.reason as Error);
        });
      }),
    async advance(ms) {
      const isDue = (): boolean => [...sleepers].some(({ until }) => until <= now + ms);
      for (let turns = 0; turns < MOST_TURNS && !isDue(); turns += 1) await turn();
      now += ms;
      for (const sleeper of sleepers) {
        if (sleeper.until > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      await turn();
    },
  };
}
