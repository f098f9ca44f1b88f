import type { Clock } from "@cognito-to-descope/core";

/** How a reading is paced. */
export interface Pace {
  readonly clock: Pick<Clock, "monotonic">;
  /** Milliseconds for which what was read counts, at least. */
  readonly everyMs: number;
}

/** Reading takes a fiftieth of the time at most, so that a run that works with the same store is not held up. */
const SHARE_OF_TIME = 50;

/**
 * Reads anew only when what was read is old, and once for all who ask meanwhile. What takes long is read less often.
 *
 * A reading that fails is not remembered.
 */
export function pacedReading<Value>(read: () => Promise<Value>, { clock, everyMs }: Pace): () => Promise<Value> {
  let reading: Promise<Value> | undefined;
  let until = -Infinity;
  return () => {
    if (reading !== undefined && clock.monotonic() < until) return reading;
    const began = clock.monotonic();
    const current = read();
    reading = current;
    // Until it is there, everybody waits for this one.
    until = Infinity;
    current.then(
      () => {
        const now = clock.monotonic();
        until = now + Math.max(everyMs, (now - began) * SHARE_OF_TIME);
      },
      () => {
        reading = undefined;
      },
    );
    return current;
  };
}
