import type { RateCounter, RateLimitOfKey } from "@cognito-to-descope/core";

/** Keys that are remembered. Beyond that the one that was counted longest ago is forgotten. */
const MAX_KEYS = 100_000;

/** The events of one key. */
interface Counted {
  /** When they were, oldest first, on the monotonic scale. */
  readonly times: number[];
  /** When the last of them is out of its window. */
  expiresAt: number;
}

/**
 * Counts events of this process alone, exactly in any rolling window. Its memory is bounded, whatever keys come.
 *
 * @param monotonic - Milliseconds that never go back.
 * @param maxKeys - @defaultValue 100,000
 */
export function createMemoryRateCounter(monotonic: () => number, maxKeys: number = MAX_KEYS): RateCounter {
  const counted = new Map<string, Counted>();

  /** A map keeps the order of insertion: a key that is counted again becomes the youngest. */
  function makeRoom(now: number): void {
    for (const [key, { expiresAt }] of counted) {
      if (expiresAt > now && counted.size < maxKeys) return;
      counted.delete(key);
    }
  }

  return {
    async take(key, limit) {
      checkLimit(limit);
      const { events, windowMs } = limit;
      const now = monotonic();
      const entry = counted.get(key) ?? { times: [], expiresAt: 0 };
      const { times } = entry;
      let gone = 0;
      while (gone < times.length && (times[gone] as number) + windowMs <= now) gone += 1;
      if (gone > 0) times.splice(0, gone);
      if (times.length >= events) {
        const frees = times[times.length - events] as number;
        return Math.max(1, Math.ceil(frees + windowMs - now));
      }
      counted.delete(key);
      makeRoom(now);
      times.push(now);
      entry.expiresAt = now + windowMs;
      counted.set(key, entry);
      return 0;
    },
    async undo(key) {
      const entry = counted.get(key);
      if (entry === undefined) return;
      entry.times.pop();
      if (entry.times.length === 0) counted.delete(key);
    },
    async forget(key) {
      counted.delete(key);
    },
  };
}

function checkLimit({ events, windowMs }: RateLimitOfKey): void {
  if (!Number.isInteger(events) || events < 1) throw new RangeError('"events" must be an integer of at least 1');
  if (!(windowMs > 0 && windowMs < Infinity)) throw new RangeError('"windowMs" must be greater than 0');
}
