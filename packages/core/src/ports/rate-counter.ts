/** How many events of one key are let through. */
export interface RateLimitOfKey {
  /** In any window of {@link windowMs}. */
  readonly events: number;
  readonly windowMs: number;
}

/** Counts events by key, for all processes that share it. */
export interface RateCounter {
  /**
   * Counts an event, unless there were too many: then it is not counted.
   *
   * @param key - Not personal: a hash where it comes from something that is.
   * @returns Whole milliseconds until the next event of the key is let through; 0 when this one is.
   * @throws RangeError when the limit is none.
   */
  take(key: string, limit: RateLimitOfKey): Promise<number>;
  /** Takes the latest event of a key back, as if it had not been. Does nothing where there is none. */
  undo(key: string): Promise<void>;
  /** Forgets the events of a key. */
  forget(key: string): Promise<void>;
}
