import type { Clock } from "../ports/clock.ts";
import type { CallQuota } from "../ports/provision-target.ts";

/** Spreads calls over the window of a quota, so that somebody who comes late in it still finds a place soon. */
export interface Pacer {
  /** Milliseconds until a call may be made; 0 when it may be now. */
  waitMs(): number;
  /** A call is being made. */
  take(calls: number): void;
  /** Milliseconds between two calls when there are many to make. */
  readonly intervalMs: number;
  /** Lets nobody through for so long: the project asked for it. */
  hold(ms: number): void;
}

/** Calls that may be made at once after a quiet while. */
const BURST = 5;

/**
 * Paces calls within a quota: some at once, then one after each interval.
 *
 * A quota that is counted in a window of a minute could be used up in its first second, and everybody would wait for the rest
 * of it. So calls are spread evenly, but for a small burst that is set aside for quiet times: burst and even flow together stay
 * within the quota in any window.
 */
export function createPacer(clock: Clock, quota: () => CallQuota): Pacer {
  /** When all calls so far would have been made, had they been made evenly. */
  let evenUntil = 0;
  let heldUntil = 0;
  const burstOf = (allowed: number): number => Math.min(BURST, Math.max(1, Math.floor(allowed / 10)));
  const interval = (): number => {
    const { allowed, windowMs } = quota();
    // The burst counts in the window too, and so does the first call of the next.
    return windowMs / Math.max(1, allowed - burstOf(allowed));
  };
  return {
    waitMs() {
      const now = clock.monotonic();
      const credit = (burstOf(quota().allowed) - 1) * interval();
      return Math.max(0, evenUntil - credit - now, heldUntil - now);
    },
    take(calls) {
      evenUntil = Math.max(evenUntil, clock.monotonic()) + calls * interval();
    },
    get intervalMs() {
      return interval();
    },
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock.monotonic() + ms);
    },
  };
}

/** Paces calls that draw from two quotas. */
export function paceTogether(first: Pacer, second: Pacer): Pacer {
  return {
    waitMs: () => Math.max(first.waitMs(), second.waitMs()),
    take(calls) {
      first.take(calls);
      second.take(calls);
    },
    get intervalMs() {
      return Math.max(first.intervalMs, second.intervalMs);
    },
    hold(ms) {
      first.hold(ms);
    },
  };
}
