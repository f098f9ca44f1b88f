import type { Heartbeat } from "@cognito-to-descope/core";

/** A sign of life of a process that applies. */
export function sampleHeartbeat(change: Partial<Heartbeat> = {}): Heartbeat {
  return {
    worker: "build-7:4711:00000000",
    host: "build-7",
    pid: 4711,
    startedAt: 1_700_000_000_000,
    at: 1_700_000_060_000,
    paused: false,
    step: "applying",
    done: 1200,
    total: 2000,
    perSecond: 20,
    buckets: [],
    ...change,
  };
}
