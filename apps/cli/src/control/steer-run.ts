import type { Clock, RateLimit, StateStore } from "@cognito-to-descope/core";
import { formatRate } from "./parse-rate.ts";

/** Says what an operator wants of one run; the processes at work look for it about once a second. */
export interface RunSteering {
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * Chooses a rate for a bucket.
   *
   * @param rate - Null for the quota itself.
   */
  throttle(bucket: string, rate: RateLimit | null, quota: RateLimit): Promise<void>;
}

/**
 * Steers a run of the store, and writes down who did.
 *
 * @param by - Account and machine of the operator.
 */
export function steerRun(
  store: Pick<StateStore, "readControl" | "changeControl" | "appendEvent">,
  runId: string,
  clock: Pick<Clock, "now">,
  by: string,
): RunSteering {
  return {
    async pause() {
      const { pause } = await store.readControl(runId);
      // Who paused first stays named.
      await store.changeControl(runId, { pause: pause ?? { since: clock.now(), by } });
      await store.appendEvent(runId, { at: clock.now(), type: "paused", data: { by } });
    },
    async resume() {
      await store.changeControl(runId, { pause: null });
      await store.appendEvent(runId, { at: clock.now(), type: "resumed", data: { by } });
    },
    async throttle(bucket, rate, quota) {
      await store.changeControl(runId, { rates: { [bucket]: rate } });
      const data = { by, bucket, rate: formatRate(rate ?? quota) };
      await store.appendEvent(runId, { at: clock.now(), type: "throttled", data });
    },
  };
}
