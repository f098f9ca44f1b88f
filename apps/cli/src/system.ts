import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, Digest } from "@cognito-to-descope/core";

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** Hashing by Node. */
export const systemDigest: Digest = {
  sha256: (text) => createHash("sha256").update(text).digest("hex"),
};

/** A new run's id: when it began, in UTC, and a random end. Sorts by time and is fit for a file name. */
export function newRunId(now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${time}-${randomBytes(3).toString("hex")}`;
}
