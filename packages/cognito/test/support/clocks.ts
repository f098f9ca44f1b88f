import { setTimeout as sleep } from "node:timers/promises";

import type { Clock } from "@cognito-to-descope/core";

/** The machine's own time. */
export const realClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};

/** A clock on which every wait is over at once; {@link waited} tells how long they would have taken. */
export function createHastyClock(): Clock & { readonly waited: number } {
  let waited = 0;
  return {
    now: () => Date.now() + waited,
    monotonic: () => performance.now() + waited,
    async sleep(ms, signal) {
      waited += ms;
      await sleep(0, undefined, signal === undefined ? {} : { signal });
    },
    get waited() {
      return waited;
    },
  };
}
