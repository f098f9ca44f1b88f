import { DEFAULT_LIMITS } from "@cognito-to-descope/descope";
import type { PlanCounts } from "@cognito-to-descope/core";
import type { Config } from "./config/config.ts";

/** How long an apply takes at least, and the quota that decides. */
export interface PlanDuration {
  readonly seconds: number;
  readonly quota: string;
}

/** Reckons how long the quotas let an apply take. Latency comes on top. */
export function reckonDuration(counts: PlanCounts, { limits, target }: Config): PlanDuration {
  const batchSize = target?.batchSize ?? 100;
  const creates = Math.ceil(counts.create / batchSize);
  const deletes = Math.ceil(counts.delete / batchSize);
  const patches = Math.ceil(counts.patch / batchSize);
  const requests = [
    ["user-create", creates],
    // Each batch is looked up before it is created.
    ["user-update", creates + deletes],
    // Each batch of deletes is looked up before.
    ["user-other", patches + deletes],
  ] as const;
  const { seconds, quota } = requests
    .map(([name, count]) => {
      const limit = limits.descope?.[name] ?? DEFAULT_LIMITS[name];
      // The first window's requests are sent at once.
      const windows = count === 0 ? 0 : Math.floor((count - 1) / limit.requests);
      return {
        use: count / limit.requests,
        seconds: (windows * limit.windowMs) / 1000,
        quota: `Descope ${name}: ${limit.requests} requests in ${limit.windowMs / 1000} s, ${batchSize} users a batch`,
      };
    })
    // A plan that fits into the first windows takes no time, and the fullest of them is named.
    .reduce((longest, one) =>
      one.seconds > longest.seconds || (one.seconds === longest.seconds && one.use > longest.use) ? one : longest,
    );
  return { seconds, quota };
}
