/** Ends a request at the caller's wish or after its time, whichever comes first. */
export interface RequestDeadline {
  readonly signal: AbortSignal;
  /** The time ran out. */
  readonly expired: boolean;
  /** Frees the timer and the listener. */
  clear(): void;
}

/** Starts the time of one request. */
export function startDeadline(timeoutMs: number, signal?: AbortSignal): RequestDeadline {
  const controller = new AbortController();
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    controller.abort();
  }, timeoutMs);
  const onAbort = (): void => controller.abort();
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted === true) controller.abort();
  return {
    signal: controller.signal,
    get expired() {
      return expired;
    },
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}
