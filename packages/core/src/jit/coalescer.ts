import type { Clock } from "../ports/clock.ts";
import type { Pacer } from "./pacer.ts";

/** Gathers what waits for the same kind of call, and makes one call for many. */
export interface Coalescer<Entry> {
  add(entry: Entry): void;
  /** How many wait. */
  readonly waiting: number;
  /** Whether anybody waits, or a call is under way. */
  readonly isBusy: boolean;
  /** About how many milliseconds somebody waits who comes after so many others. */
  waitMs(ahead: number): number;
  /** Forgets those that nobody waits for any more. */
  sweep(): void;
}

/** How a coalescer works. */
export interface CoalescerOptions<Entry> {
  readonly clock: Clock;
  readonly pacer: Pacer;
  /** How many go in one call. */
  readonly size: () => number;
  /** How many requests a call with so many costs. @defaultValue one */
  readonly cost?: (entries: number) => number;
  /** How many calls are under way at once. */
  readonly concurrency: number;
  /**
   * Least time between two calls while each has more than one, in milliseconds: then more is about to come, and a call for
   * many costs little more than one for a few. A call with one goes at once.
   */
  readonly windowMs: number;
  /** The same while calls are scarce, whatever each has. @defaultValue {@link windowMs} */
  readonly scarceWindowMs?: number;
  /** Whether anybody still waits for it. */
  readonly isWanted: (entry: Entry) => boolean;
  /** Makes the call. Must not throw. */
  readonly send: (entries: readonly Entry[]) => Promise<void>;
}

const LONGEST_STEP_MS = 1000;

/** Starts without anybody. */
export function createCoalescer<Entry>(options: CoalescerOptions<Entry>): Coalescer<Entry> {
  const {
    clock,
    pacer,
    size,
    cost = () => 1,
    concurrency,
    windowMs,
    scarceWindowMs = windowMs,
    isWanted,
    send,
  } = options;
  let queue: Entry[] = [];
  let underWay = 0;
  let pumping = false;
  /** When the last call was made, and for how many. */
  let last = { at: -Infinity, entries: 0 };
  let wake: (() => void) | undefined;

  const gatherMs = (): number => {
    if (queue.length >= size()) return 0;
    const gap = pacer.isPressed ? scarceWindowMs : last.entries < 2 ? 0 : windowMs;
    return Math.max(0, last.at + gap - clock.monotonic());
  };

  async function pump(): Promise<void> {
    // Whoever comes in the same turn of the loop goes along.
    await Promise.resolve();
    while (queue.length > 0) {
      if (underWay >= concurrency) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      const waitMs = Math.max(pacer.waitMs(), gatherMs());
      if (waitMs > 0) {
        // In steps: nobody may be left to wait for, long before a long wait is over.
        await clock.sleep(Math.min(waitMs, LONGEST_STEP_MS));
        continue;
      }
      if (pacer.enter !== undefined) await pacer.enter(cost(queue.length));
      // Only now is it settled who goes: others came while a place was waited for.
      const entries = take();
      if (entries.length === 0) continue;
      pacer.take(cost(entries.length));
      last = { at: clock.monotonic(), entries: entries.length };
      underWay += 1;
      void send(entries).finally(() => {
        underWay -= 1;
        wake?.();
        wake = undefined;
      });
    }
    pumping = false;
  }

  function take(): readonly Entry[] {
    const most = size();
    const entries: Entry[] = [];
    let taken = 0;
    for (const entry of queue) {
      if (entries.length === most) break;
      taken += 1;
      if (isWanted(entry)) entries.push(entry);
    }
    queue = taken === queue.length ? [] : queue.slice(taken);
    return entries;
  }

  return {
    add(entry) {
      queue.push(entry);
      if (pumping) return;
      pumping = true;
      void pump();
    },
    get waiting() {
      return queue.length;
    },
    get isBusy() {
      return queue.length > 0 || underWay > 0;
    },
    waitMs(ahead) {
      const most = size();
      const calls = Math.floor(ahead / most);
      const each = Math.max(pacer.intervalMs * cost(Math.min(most, ahead + 1)), 0);
      return Math.max(pacer.waitMs(), gatherMs()) + calls * each;
    },
    sweep() {
      if (queue.some((entry) => !isWanted(entry))) queue = queue.filter(isWanted);
    },
  };
}
