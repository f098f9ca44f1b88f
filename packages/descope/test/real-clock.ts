import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "@cognito-to-descope/core";

/** The machine's clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};

/** A clock on which a second takes ten milliseconds. */
export const hurriedClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now() * 100,
  sleep: (ms, signal) => realClock.sleep(ms / 100, signal),
};
