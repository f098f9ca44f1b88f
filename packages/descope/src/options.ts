import { createRateLimiter, MigrationError } from "@cognito-to-descope/core";
import type { Clock, RateLimit, RateLimiter } from "@cognito-to-descope/core";
import { DEFAULT_LIMITS } from "./endpoints.ts";
import type { BucketLimit, BucketName } from "./endpoints.ts";
import type { TargetEventListener } from "./events.ts";

/** How often a request that may be repeated is sent, and how fast. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  /** Delay after the first try in milliseconds; doubles with each further try. */
  readonly firstDelayMs: number;
  /** Longest delay in milliseconds. */
  readonly maxDelayMs: number;
}

/** How a project is reached. */
export interface ProjectTargetOptions {
  readonly projectId: string;
  /** Management key. Kept out of everything that prints. */
  readonly managementKey: string;
  /** Base URL of the API. @defaultValue `https://api.descope.com`, or the host of the region that the project ID names */
  readonly baseUrl?: string | undefined;
  readonly clock: Clock;
  /** Numbers from 0 to below 1, for jitter and for the names of test users. */
  readonly random: () => number;
  /** Quotas to keep. @defaultValue {@link DEFAULT_LIMITS} */
  readonly limits?: Partial<Record<BucketName, BucketLimit>> | undefined;
  /** Makes the limiter of a bucket, for a budget that several processes share. @defaultValue `createRateLimiter` */
  readonly createLimiter?: ((bucket: BucketName, limit: RateLimit) => RateLimiter) | undefined;
  /** Users per batch, 1 to 10,000. @defaultValue 100 */
  readonly batchSize?: number | undefined;
  /** Users per search page that are asked for, 1 to 10,000. @defaultValue 1000 */
  readonly pageSize?: number | undefined;
  /** Time for one try of a request, its answer included. @defaultValue 60,000 */
  readonly requestTimeoutMs?: number | undefined;
  /** How long one call waits out throttling before it gives up with `ERR_TARGET_THROTTLED`. @defaultValue 1,800,000 (30 minutes) */
  readonly maxThrottleWaitMs?: number | undefined;
  /** @defaultValue 5 tries, 250 ms doubling up to 10 s */
  readonly retry?: Partial<RetryPolicy> | undefined;
  readonly onEvent?: TargetEventListener | undefined;
  /** Hears of each try of a request how long it took, in milliseconds. Must not throw. */
  readonly onAnswered?: ((ms: number) => void) | undefined;
}

/** Options with every default filled in and every value checked. */
export interface ResolvedOptions {
  readonly projectId: string;
  readonly managementKey: string;
  readonly baseUrl: string | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: Readonly<Record<BucketName, BucketLimit>>;
  readonly createLimiter: (bucket: BucketName, limit: RateLimit) => RateLimiter;
  readonly batchSize: number;
  readonly pageSize: number;
  readonly requestTimeoutMs: number;
  readonly maxThrottleWaitMs: number;
  readonly retry: RetryPolicy;
  readonly onEvent: TargetEventListener;
  readonly onAnswered: (ms: number) => void;
}

/**
 * Checks the options once and fills in the defaults.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` naming the option and never its value.
 */
export function resolveOptions(options: ProjectTargetOptions): ResolvedOptions {
  const { random } = options;
  const clock = withPlainReasons(options.clock);
  const limits = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(limits) as BucketName[]) {
    const limit = options.limits?.[name];
    if (limit === undefined) continue;
    integer(`limits.${name}.requests`, limit.requests, 1, Number.MAX_SAFE_INTEGER);
    integer(`limits.${name}.windowMs`, limit.windowMs, 1, MAX_MS);
    integer(`limits.${name}.penaltyMs`, limit.penaltyMs, 0, MAX_MS);
    limits[name] = limit;
  }
  const retry = {
    attempts: integer("retry.attempts", options.retry?.attempts ?? 5, 1, 100),
    firstDelayMs: integer("retry.firstDelayMs", options.retry?.firstDelayMs ?? 250, 0, MAX_MS),
    maxDelayMs: integer("retry.maxDelayMs", options.retry?.maxDelayMs ?? 10_000, 0, MAX_MS),
  };
  return {
    projectId: headerText("projectId", options.projectId),
    managementKey: headerText("managementKey", options.managementKey),
    baseUrl: checkBaseUrl(options.baseUrl),
    clock,
    random,
    limits,
    createLimiter: options.createLimiter ?? ((_bucket, limit) => createRateLimiter(limit, clock)),
    batchSize: integer("batchSize", options.batchSize ?? 100, 1, 10_000),
    pageSize: integer("pageSize", options.pageSize ?? 1000, 1, 10_000),
    requestTimeoutMs: integer("requestTimeoutMs", options.requestTimeoutMs ?? 60_000, 1, MAX_MS),
    maxThrottleWaitMs: integer("maxThrottleWaitMs", options.maxThrottleWaitMs ?? 1_800_000, 0, MAX_MS),
    retry,
    onEvent: options.onEvent ?? ((): void => undefined),
    onAnswered: options.onAnswered ?? ((): void => undefined),
  };
}

/** The same clock, whose sleep rejects with the signal's reason itself: the platform's timers wrap it. */
function withPlainReasons(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    async sleep(ms, signal) {
      try {
        await clock.sleep(ms, signal);
      } catch (error) {
        throw signal?.aborted === true ? signal.reason : error;
      }
    },
  };
}

/** Longest time that a timer keeps: 2^31 - 1 milliseconds. */
const MAX_MS = 2_147_483_647;

function invalid(name: string, must: string): MigrationError {
  return new MigrationError("ERR_CONFIG_INVALID", `"${name}" must ${must}`);
}

function integer(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw invalid(name, `be an integer from ${least} to ${most}`);
  }
  return value;
}

/** Both go into a header, and the platform's own error about a bad header shows its whole value. */
function headerText(name: string, value: string): string {
  if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value)) {
    throw invalid(name, "be set, without spaces, line breaks or characters beyond ASCII");
  }
  return value;
}

function checkBaseUrl(baseUrl: string | undefined): string | undefined {
  if (baseUrl === undefined || baseUrl === "") return undefined;
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw invalid("baseUrl", "be a URL such as https://api.descope.com");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") throw invalid("baseUrl", "begin with https://");
  if (url.username !== "" || url.password !== "") throw invalid("baseUrl", "hold no user name and no password");
  if (url.search !== "" || url.hash !== "") throw invalid("baseUrl", "have no query and no fragment");
  return url.href.replace(/\/+$/, "");
}
