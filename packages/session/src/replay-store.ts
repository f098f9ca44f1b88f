import type { MaybePromise } from "./options.ts";

/** Remembers what was used, so that it is not used again. With several processes it must be shared between them. */
export interface ReplayStore {
  /**
   * Notes a key, at once and atomically.
   *
   * @param key - A hash or ID; no personal data.
   * @param expiresAt - Milliseconds since the epoch after which the key may be forgotten.
   * @returns Whether the key was new.
   */
  add(key: string, expiresAt: number): MaybePromise<boolean>;
  /** Forgets a key whose use came to nothing. */
  remove(key: string): MaybePromise<void>;
}

/** How a {@link createMemoryReplayStore | store in memory} is made. */
export interface MemoryReplayStoreOptions {
  /** Most keys. When they are all alive, further ones are refused: forgetting one would let it be used again. @defaultValue 100000 */
  readonly maxKeys?: number;
  /** Milliseconds since the epoch. @defaultValue Date.now */
  readonly now?: () => number;
}

/** A store for a single process. */
export function createMemoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  const { maxKeys = 100_000, now = Date.now } = options;
  const keys = new Map<string, number>();
  let sweepAt = 0;
  const sweep = (at: number): void => {
    for (const [key, expiresAt] of keys) if (expiresAt <= at) keys.delete(key);
    // A full store would else be searched for every key.
    sweepAt = at + 1000;
  };
  return {
    add: (key, expiresAt) => {
      const at = now();
      const known = keys.get(key);
      if (known !== undefined && known > at) return false;
      if (keys.size >= maxKeys) {
        if (at >= sweepAt) sweep(at);
        if (keys.size >= maxKeys) return false;
      }
      keys.set(key, expiresAt);
      return true;
    },
    remove: (key) => {
      keys.delete(key);
    },
  };
}
