/** Time, passed in so that nothing here reads a clock of its own. */
export interface Clock {
  /** Epoch milliseconds. May jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds that never go back, from an arbitrary start. For waiting and pacing. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
