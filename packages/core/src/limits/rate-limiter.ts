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
  /** The request was never sent: the place is free at once. */
  cancel(): void;
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
  /**
   * Keeps to so many requests per window from now on, whoever waits already.
   *
   * @param requests - From 1 to the quota.
   * @throws RangeError for anything else; the rate stays as it was.
   */
  setRate(requests: number): void;
  /** The quota. */
  readonly limit: RateLimit;
  /** Requests per window that {@link setRate} has chosen; the quota before it was called. */
  readonly rate: number;
  /** Requests that are allowed per window now: the rate, or less after throttling. */
  readonly allowed: number;
  /** Places that are taken: requests without an answer, and those that were answered less than a window ago. */
  readonly inUse: number;
  /** How often the vendor has throttled. */
  readonly throttles: number;
}

/** A limiter whose places are all in this process: it knows at once whether one is free. */
export interface ImmediateRateLimiter extends RateLimiter {
  /** A place that is free now; undefined when there is none, or when others wait for it already. Never waits. */
  tryAcquire(): Permit | undefined;
  /** Milliseconds until a place may be free for whoever is first in line; 0 when one is. */
  readonly waitMs: number;
}

/** The most by which NTP slews a clock, as a share: the vendor's may be as much too fast as ours is too slow. */
const CLOCK_SLEW = 0.0005;
/** Both clocks may be read to the millisecond only. */
const CLOCK_STEPS_MS = 2;

/** From this share of the level at which the vendor throttled last the rate rises one by one. */
const CAREFUL_FROM = 0.9;
/** Elsewhere it rises by this share of the quota, so that half is made good in five windows. */
const RISE = 0.1;

/**
 * Keeps requests within a quota in *any* rolling window, as the vendor counts them.
 *
 * A place is taken before the request is sent and frees one window after its answer arrived. The vendor counts the
 * request somewhere between the two, so no delay on the way can put more than `requests` into one of its windows. The
 * window is kept a tenth of a percent longer than it is, for two clocks that do not run alike.
 *
 * On throttling the rate falls to half and then rises with each window without throttling: by a tenth of the quota, or by
 * one request near the level that was throttled last (additive increase, multiplicative decrease).
 */
export function createRateLimiter(limit: RateLimit, clock: Clock): ImmediateRateLimiter {
  if (!Number.isInteger(limit.requests) || limit.requests < 1) {
    throw new RangeError('"requests" must be an integer of at least 1');
  }
  if (!(limit.windowMs > 0)) throw new RangeError('"windowMs" must be greater than 0');

  const holdMs = (limit.windowMs * (1 + CLOCK_SLEW)) / (1 - CLOCK_SLEW) + CLOCK_STEPS_MS;
  const riseBy = Math.ceil(limit.requests * RISE);
  let rate = limit.requests;
  /** What the vendor seems to take: falls on throttling, rises without it. */
  let bearable = limit.requests;
  let throttledAtLevel = limit.requests;
  let throttles = 0;
  let inFlight = 0;
  /** When places free that answered requests still hold, oldest first. */
  const holds: number[] = [];
  let blockedUntil = 0;
  let raisedAt = 0;
  let turn: Promise<void> = Promise.resolve();
  let inLine = 0;
  /** Makes whoever is first in the queue look again. */
  let wake: (() => void) | undefined;

  const allowedNow = (): number => Math.min(rate, bearable);

  function settle(now: number): void {
    let freed = 0;
    while (freed < holds.length && (holds[freed] ?? 0) <= now) freed += 1;
    if (freed > 0) holds.splice(0, freed);
    while (bearable < limit.requests && now - raisedAt >= limit.windowMs) {
      const careful = bearable >= throttledAtLevel * CAREFUL_FROM && bearable <= throttledAtLevel;
      bearable = Math.min(limit.requests, bearable + (careful ? 1 : riseBy));
      raisedAt += limit.windowMs;
    }
  }

  /** Milliseconds until a place may be free; 0 when one is. */
  function msUntilFree(now: number): number {
    settle(now);
    if (blockedUntil > now) return blockedUntil - now;
    const excess = holds.length + inFlight - allowedNow();
    if (excess < 0) return 0;
    // A place that is in flight frees one window after an answer that is not there yet: its release wakes us.
    const next = holds[excess];
    return next === undefined ? holdMs : Math.max(1, next - now);
  }

  /** Waits, but not longer than until something changes. */
  async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const ended = new AbortController();
    const end = (): void => ended.abort();
    signal?.addEventListener("abort", end, { once: true });
    wake = end;
    try {
      await clock.sleep(ms, ended.signal);
    } catch (error) {
      if (!ended.signal.aborted) throw error;
    } finally {
      wake = undefined;
      signal?.removeEventListener("abort", end);
    }
  }

  async function take(signal: AbortSignal | undefined): Promise<Permit> {
    for (;;) {
      signal?.throwIfAborted();
      const ms = msUntilFree(clock.monotonic());
      if (ms === 0) break;
      await pause(ms, signal);
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
      holds.push(clock.monotonic() + holdMs);
      wake?.();
    };
    return {
      release,
      cancel() {
        if (!held) return;
        held = false;
        inFlight -= 1;
        wake?.();
      },
      throttled(retryAfterMs = limit.windowMs) {
        release();
        const now = clock.monotonic();
        settle(now);
        // Requests that were in flight together are throttled together: that is one sign, not many.
        if (throttles === throttlesBefore) {
          throttles += 1;
          throttledAtLevel = allowedNow();
          bearable = Math.max(1, Math.floor(throttledAtLevel / 2));
        }
        raisedAt = now;
        if (retryAfterMs > 0) blockedUntil = Math.max(blockedUntil, now + retryAfterMs);
      },
    };
  }

  return {
    limit,
    acquire(signal) {
      inLine += 1;
      const mine = turn.then(() => take(signal));
      const leave = (): void => void (inLine -= 1);
      turn = mine.then(leave, leave);
      return signal === undefined ? mine : endOnAbort(mine, signal);
    },
    tryAcquire() {
      if (inLine > 0 || msUntilFree(clock.monotonic()) > 0) return undefined;
      inFlight += 1;
      return permit();
    },
    get waitMs() {
      return msUntilFree(clock.monotonic());
    },
    setRate(requests) {
      if (!Number.isInteger(requests) || requests < 1 || requests > limit.requests) {
        throw new RangeError(`a rate must be an integer from 1 to the quota of ${limit.requests}`);
      }
      rate = requests;
      wake?.();
    },
    get rate() {
      return rate;
    },
    get allowed() {
      settle(clock.monotonic());
      return allowedNow();
    },
    get inUse() {
      settle(clock.monotonic());
      return holds.length + inFlight;
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
    // A place that is given all the same goes back: nothing was sent for it.
    place.then(
      (permit) => permit.cancel(),
      () => undefined,
    );
    throw error;
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}

/** A limiter whose places are given otherwise; all else about it is that of the one it stands for. */
export function withAcquire(limiter: RateLimiter, acquire: RateLimiter["acquire"]): RateLimiter {
  return {
    limit: limiter.limit,
    acquire,
    setRate: (requests) => limiter.setRate(requests),
    get rate() {
      return limiter.rate;
    },
    get allowed() {
      return limiter.allowed;
    },
    get inUse() {
      return limiter.inUse;
    },
    get throttles() {
      return limiter.throttles;
    },
  };
}
