import type { Clock } from "../ports/clock.ts";
import type { RateLimit, RateLimiter } from "../limits/rate-limiter.ts";
import type { CallQuota } from "../ports/provision-target.ts";

/** Spreads calls over the window of a quota, so that somebody who comes late in it still finds a place soon. */
export interface Pacer {
  /** Milliseconds until a call may be made; 0 when it may be now. */
  waitMs(): number;
  /** Waits for so many turns among all processes that share the quota; absent where there are no others. */
  readonly enter?: ((calls: number) => Promise<void>) | undefined;
  /** A call is being made. */
  take(calls: number): void;
  /** Milliseconds between two calls when there are many to make. */
  readonly intervalMs: number;
  /** Whether calls are scarce: more were made lately than can be for long. */
  readonly isPressed: boolean;
  /** Lets nobody through for so long: the project asked for it. */
  hold(ms: number): void;
}

/** Makes a limiter that all processes share which draw on a quota. */
export type SharedPace = (limit: RateLimit) => RateLimiter;

/** Calls that may be made at once after a quiet while. */
const BURST = 5;

/** For how many windows a call holds its place, with the time that its answer takes. */
const HOLD = 1.01;

/** From so many calls on that were made before their time, calls are scarce. */
const PRESSED_FROM = 2;

/**
 * Paces calls within a quota: some at once, then one after each interval.
 *
 * A quota that is counted in a window of a minute could be used up in its first second, and everybody would wait for the rest
 * of it. So calls are spread evenly, but for a small burst that is set aside for quiet times: burst and even flow together stay
 * within the quota in any window.
 *
 * @param shared - Where other processes draw on the same quota: calls of all are spread evenly then, without a burst.
 */
export function createPacer(clock: Clock, quota: () => CallQuota, shared?: SharedPace): Pacer {
  const turns = shared?.({ requests: 1, windowMs: Math.ceil(evenInterval(quota())) });
  /** When all calls so far would have been made, had they been made evenly. */
  let evenUntil = 0;
  let heldUntil = 0;
  const interval = (): number => evenInterval(quota());
  return {
    waitMs() {
      const now = clock.monotonic();
      const credit = (burstOf(quota().allowed) - 1) * interval();
      return Math.max(0, evenUntil - credit - now, heldUntil - now);
    },
    enter:
      turns &&
      (async (calls) => {
        for (let call = 0; call < calls; call += 1) (await turns.acquire()).release();
      }),
    take(calls) {
      evenUntil = Math.max(evenUntil, clock.monotonic()) + calls * interval();
    },
    get intervalMs() {
      return interval();
    },
    get isPressed() {
      return evenUntil - clock.monotonic() > PRESSED_FROM * interval();
    },
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock.monotonic() + ms);
    },
  };
}

/** Calls at once, as a share of a quota. */
function burstOf(allowed: number): number {
  return Math.min(BURST, Math.max(1, Math.floor(allowed / 10)));
}

/** Milliseconds from one call to the next in an even flow that leaves room for a burst. */
export function evenInterval({ allowed, windowMs }: CallQuota): number {
  // The burst counts in the window too. And a place is held until a little more than a window after the answer.
  return (windowMs * HOLD) / Math.max(1, allowed - burstOf(allowed));
}

/** Paces calls that draw from two quotas. */
export function paceTogether(first: Pacer, second: Pacer): Pacer {
  return {
    waitMs: () => Math.max(first.waitMs(), second.waitMs()),
    enter:
      first.enter &&
      (async (calls) => {
        await Promise.all([first.enter?.(calls), second.enter?.(calls)]);
      }),
    take(calls) {
      first.take(calls);
      second.take(calls);
    },
    get intervalMs() {
      return Math.max(first.intervalMs, second.intervalMs);
    },
    get isPressed() {
      return first.isPressed || second.isPressed;
    },
    hold(ms) {
      first.hold(ms);
    },
  };
}
