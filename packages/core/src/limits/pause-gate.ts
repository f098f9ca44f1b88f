import { type RateLimiter, withAcquire } from "./rate-limiter.ts";

/** Lets requests through, or holds them back while it is closed. Requests that are under way are not its business. */
export interface PauseGate {
  readonly closed: boolean;
  close(): void;
  open(): void;
  /** Waits while the gate is closed. */
  pass(signal?: AbortSignal): Promise<void>;
}

/** Makes a gate that is open. */
export function createPauseGate(): PauseGate {
  const state = { closed: false };
  const waiting = new Set<() => void>();
  return {
    get closed() {
      return state.closed;
    },
    close() {
      state.closed = true;
    },
    open() {
      state.closed = false;
      for (const goOn of waiting) goOn();
    },
    async pass(signal) {
      // It may be closed again before everybody who waited has gone on.
      while (state.closed) await untilOpen(signal);
      signal?.throwIfAborted();
    },
  };

  function untilOpen(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(goOn);
        signal?.removeEventListener("abort", onAbort);
      };
      const goOn = (): void => {
        leave();
        resolve();
      };
      const onAbort = (): void => {
        leave();
        reject(signal?.reason as Error);
      };
      waiting.add(goOn);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }
}

/** A limiter that gives no place while the gate is closed, not even to those who waited for one when it was closed. */
export function gateLimiter(limiter: RateLimiter, gate: PauseGate): RateLimiter {
  return withAcquire(limiter, async (signal) => {
    for (;;) {
      if (gate.closed) await gate.pass(signal);
      const permit = await limiter.acquire(signal);
      if (!gate.closed) return permit;
      permit.cancel();
    }
  });
}
