import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "@cognito-to-descope/core";

/** The machine's clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    await sleep(Math.min(ms, 2_147_483_647), undefined, signal === undefined ? {} : { signal });
  },
};
