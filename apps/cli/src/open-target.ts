import { createProjectTarget } from "@cognito-to-descope/descope";
import type { BucketLimit, BucketName, ProjectTargetOptions, TargetEvent } from "@cognito-to-descope/descope";
import { createRateLimiter, type LimiterBoard, MigrationError, type ProjectTarget } from "@cognito-to-descope/core";
import type { Config } from "./config/config.ts";
import type { SharedLimiters } from "./state/state-location.ts";
import { systemClock } from "./system.ts";

/**
 * Opens the project of the config. Makes no request yet.
 *
 * @param board - Where the limiters are put under control; left out where nobody controls them.
 * @param shared - Where the quotas are kept that other processes draw on as well.
 * @param onAnswered - Hears of each request how long it took, in milliseconds.
 */
export function openTarget(
  config: Config,
  onEvent: (event: TargetEvent) => void = () => undefined,
  board?: LimiterBoard,
  shared?: SharedLimiters,
  onAnswered?: (ms: number) => void,
): ProjectTarget {
  const options = targetOptions(config);
  return createProjectTarget({
    ...options,
    onEvent,
    onAnswered,
    createLimiter: (bucket, limit) => {
      const limiter =
        shared?.limiter(`descope ${options.projectId} ${bucket}`, limit) ?? createRateLimiter(limit, systemClock);
      return board?.add(bucket, undefined, limiter) ?? limiter;
    },
  });
}

/** What the Descope adapter needs to know of a config. */
export function targetOptions({ target, limits }: Config): ProjectTargetOptions {
  if (target === undefined) throw new MigrationError("ERR_CONFIG_INVALID", "the config names no project");
  const buckets = Object.entries(limits.descope ?? {}).flatMap(([name, limit]) =>
    limit === undefined
      ? []
      : [[name, { requests: limit.requests, windowMs: limit.windowMs, penaltyMs: limit.penaltyMs ?? limit.windowMs }]],
  );
  return {
    projectId: target.projectId,
    managementKey: target.managementKey.reveal(),
    baseUrl: target.baseUrl,
    batchSize: target.batchSize,
    limits: Object.fromEntries(buckets) as Partial<Record<BucketName, BucketLimit>>,
    clock: systemClock,
    random: Math.random,
  };
}
