import type { Clock } from "../ports/clock.ts";

/** A vendor's quota, as it is to be kept. */
export interface RateLimit {
  /** Requests allowed in any window of {@link windowMs}. */
  readonly requests: number;
  readonly windowMs: number;
}

/** A place in the window, held until the request's answer is there. */
export interface Permit {
  /** The answer is there, or the request was given up: the place frees one window later. */
  release(): void;
  /**
   * The vendor refused the request for its rate: everybody waits, and the rate falls to half.
   *
   * @param retryAfterMs - How long the vendor said to wait; {@link RateLimit.windowMs} when it said nothing.
   */
  throttled(retryAfterMs?: number): void;
}

/** Keeps requests within a quota. */
export interface RateLimiter {
  /** Waits for a place in the window. Places are given in the order they were asked for. */
  acquire(signal?: AbortSignal): Promise<Permit>;
  /** Requests that are allowed per window now: falls on throttling, rises again without it. */
  readonly allowed: number;
  /** How often the vendor has throttled. */
  readonly throttles: number;
}

/**
 * Keeps requests within a quota in *any* rolling window, as the vendor counts them.
 *
 * A place is taken before the request is sent and frees one window after its answer arrived. The vendor counts the
 * request somewhere between the two, so no delay on the way can put more than `requests` into one of its windows.
 *
 * On throttling the rate falls to half and then rises by one request for each window without throttling (additive
 * increase, multiplicative decrease).
 */
export function createRateLimiter(limit: RateLimit, clock: Clock): RateLimiter {
  if (!Number.isInteger(limit.requests) || limit.requests < 1) {
    throw new RangeError('"requests" must be an integer of at least 1');
  }
  if (!(limit.windowMs > 0)) throw new RangeError('"windowMs" must be greater than 0');

  let allowed = limit.requests;
  let throttles = 0;
  let inFlight = 0;
  /** When places free that answered requests still hold, oldest first. */
  const holds: number[] = [];
  let blockedUntil = 0;
  let raisedAt = 0;
  let turn: Promise<void> = Promise.resolve();

  function settle(now: number): void {
    let freed = 0;
    while (freed < holds.length && (holds[freed] ?? 0) <= now) freed += 1;
    if (freed > 0) holds.splice(0, freed);
    if (allowed < limit.requests && now - raisedAt >= limit.windowMs) {
      allowed += 1;
      raisedAt = now;
    }
  }

  /** Milliseconds until a place may be free; 0 when one is. */
  function waitMs(now: number): number {
    settle(now);
    if (blockedUntil > now) return blockedUntil - now;
    if (inFlight + holds.length < allowed) return 0;
    // A place that is in flight frees one window after an answer that is not there yet: look again soon.
    const next = holds[Math.max(0, holds.length + inFlight - allowed)];
    return next === undefined ? Math.min(limit.windowMs, 5) : Math.max(1, next - now);
  }

  async function take(signal: AbortSignal | undefined): Promise<Permit> {
    for (;;) {
      signal?.throwIfAborted();
      const wait = waitMs(clock.monotonic());
      if (wait === 0) break;
      await clock.sleep(wait, signal);
    }
    inFlight += 1;
    return permit();
  }

  function permit(): Permit {
    let held = true;
    const throttlesBefore = throttles;
    const release = (): void => {
      if (!held) return;
      held = false;
      inFlight -= 1;
      holds.push(clock.monotonic() + limit.windowMs);
    };
    return {
      release,
      throttled(retryAfterMs = limit.windowMs) {
        release();
        const now = clock.monotonic();
        // Requests that were in flight together are throttled together: that is one sign, not many.
        if (throttles === throttlesBefore) {
          throttles += 1;
          allowed = Math.max(1, Math.floor(allowed / 2));
        }
        raisedAt = now;
        blockedUntil = Math.max(blockedUntil, now + retryAfterMs);
      },
    };
  }

  return {
    acquire(signal) {
      const mine = turn.then(() => take(signal));
      turn = mine.then(
        () => undefined,
        () => undefined,
      );
      return signal === undefined ? mine : endOnAbort(mine, signal);
    },
    get allowed() {
      return allowed;
    },
    get throttles() {
      return throttles;
    },
  };
}

/** Ends the wait for a place at once, also when others are before it in the queue. */
async function endOnAbort(place: Promise<Permit>, signal: AbortSignal): Promise<Permit> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([place, aborted]);
  } catch (error) {
    // A place that is given all the same goes back.
    place.then(
      (permit) => permit.release(),
      () => undefined,
    );
    throw error;
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}
