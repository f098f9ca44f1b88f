import type { Clock } from "@cognito-to-descope/core";

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Waits until somebody sleeps who wakes within that time. */
  untilAsleep(ms: number): Promise<void>;
  /** Waits for such a sleeper, goes on, and wakes whoever slept until then. With 0 it only gives everybody a turn. */
  advance(ms: number): Promise<void>;
}

/** How often somebody is given time to lie down, a millisecond each: far more than work takes on a machine that is busy. */
const MOST_TURNS = 10_000;

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

/** Makes a clock that begins at zero. */
export function createManualClock(): ManualClock {
  let now = 0;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  const untilAsleep = async (ms: number): Promise<void> => {
    for (let turns = 0; turns < MOST_TURNS; turns += 1) {
      if ([...sleepers].some(({ until }) => until <= now + ms)) return;
      await turn();
    }
    throw new Error(`nobody sleeps until ${now + ms}`);
  };
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
    untilAsleep,
    async advance(ms) {
      if (ms > 0) await untilAsleep(ms);
      now += ms;
      for (const sleeper of sleepers) {
        if (sleeper.until > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      for (let turns = 0; turns < 3; turns += 1) await turn();
    },
  };
}
