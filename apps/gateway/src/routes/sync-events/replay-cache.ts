/** Remembers what was received, for as long as it could be sent again. */
export interface ReplayCache {
  /** Whether it is received for the first time. */
  add(key: string, expiresAt: number): boolean;
  /** Forgets what was added last, so that it can be sent again. */
  remove(key: string): void;
}

/**
 * A cache of this process.
 *
 * @param maxKeys - Beyond that the oldest key is forgotten before its time: it could be sent again, which does no harm here,
 *   because an event only says whom to look at.
 */
export function createReplayCache(maxKeys: number, now: () => number): ReplayCache {
  // A map keeps the order of insertion, which is nearly that of expiry.
  const keys = new Map<string, number>();
  return {
    add(key, expiresAt) {
      for (const [oldest, at] of keys) {
        if (at > now() && keys.size < maxKeys) break;
        keys.delete(oldest);
      }
      if (keys.has(key)) return false;
      keys.set(key, expiresAt);
      return true;
    },
    remove: (key) => void keys.delete(key),
  };
}
