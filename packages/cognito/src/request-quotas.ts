import { createRateLimiter } from "@cognito-to-descope/core";
import type { Clock, Permit, RateLimit, RateLimiter } from "@cognito-to-descope/core";

import { OPERATION_CATEGORIES } from "./operations.ts";
import type { QuotaCategory, SettingsCategory, SourceOperation } from "./operations.ts";

/** The request rates to keep. */
export interface CognitoLimits {
  /** Per AWS account and region, all pools together. */
  readonly categories: Readonly<Record<QuotaCategory, RateLimit>>;
  /** Per user pool and operation, in the categories of app clients and of the pool's resources. */
  readonly perPoolOperation: RateLimit;
}

/** Cognito's quotas as published; an account can have others. Source: facts.md. */
export const DEFAULT_LIMITS: CognitoLimits = {
  categories: {
    UserList: { requests: 30, windowMs: 1000 },
    UserPoolClientRead: { requests: 15, windowMs: 1000 },
    UserPoolRead: { requests: 15, windowMs: 1000 },
    UserPoolResourceRead: { requests: 20, windowMs: 1000 },
    UserResourceRead: { requests: 50, windowMs: 1000 },
  },
  perPoolOperation: { requests: 5, windowMs: 1000 },
};

/** The same for changes of settings. They are few, so nobody sets other rates. Source: facts.md. */
const SETTINGS_LIMITS: Readonly<Record<SettingsCategory, RateLimit>> = {
  UserPoolClientUpdate: { requests: 15, windowMs: 1000 },
  UserPoolResourceUpdate: { requests: 15, windowMs: 1000 },
};

/** Categories in which a single operation on one pool is capped besides. Source: facts.md. */
const CAPPED_PER_POOL: readonly (QuotaCategory | SettingsCategory)[] = [
  "UserPoolClientRead",
  "UserPoolClientUpdate",
  "UserPoolResourceRead",
  "UserPoolResourceUpdate",
];

/** Gives one permit for each HTTP request. One instance serves all pools of one AWS account and region. */
export interface RequestQuotas {
  /** Waits until the request may be sent. */
  acquire(operation: SourceOperation, userPoolId: string, signal?: AbortSignal): Promise<Permit>;
  /** Hears the account of the pool, twelve digits, where it was not known. */
  learnAccount?(accountId: string): void;
}

/** How quotas are kept. */
export interface RequestQuotasOptions {
  readonly clock: Clock;
  /** What to keep instead of the published quotas, part by part. @defaultValue {@link DEFAULT_LIMITS} */
  readonly limits?: PartialLimits | undefined;
  /**
   * Makes the limiter of one budget, where several processes share it. `name` is stable: `UserList`, or
   * `ListGroups us-east-1_AbCdEf123` for a pool's cap. @defaultValue core's limiter, for this process alone
   */
  readonly createLimiter?: ((name: string, limit: RateLimit) => RateLimiter) | undefined;
}

/** {@link CognitoLimits} with every part optional. */
export interface PartialLimits {
  readonly categories?: Partial<CognitoLimits["categories"]> | undefined;
  readonly perPoolOperation?: RateLimit | undefined;
}

/**
 * Keeps the request rates of one AWS account and region.
 *
 * @throws RangeError when a rate allows nothing.
 */
export function createRequestQuotas(options: RequestQuotasOptions): RequestQuotas {
  const { clock, limits } = options;
  const createLimiter = options.createLimiter ?? ((_name, limit): RateLimiter => createRateLimiter(limit, clock));
  const limiters = new Map<string, RateLimiter>();
  for (const limit of [...Object.values(limits?.categories ?? {}), limits?.perPoolOperation]) {
    if (limit !== undefined && !(Number.isInteger(limit.requests) && limit.requests >= 1 && limit.windowMs > 0)) {
      throw new RangeError("a rate limit must allow at least 1 request in a window of more than 0 ms");
    }
  }

  function limiterOf(name: string, limit: RateLimit): RateLimiter {
    let limiter = limiters.get(name);
    if (limiter === undefined) {
      limiter = createLimiter(name, limit);
      limiters.set(name, limiter);
    }
    return limiter;
  }

  function rateOf(category: QuotaCategory | SettingsCategory): RateLimit {
    if (category === "UserPoolClientUpdate" || category === "UserPoolResourceUpdate") return SETTINGS_LIMITS[category];
    return limits?.categories?.[category] ?? DEFAULT_LIMITS.categories[category];
  }

  return {
    async acquire(operation, userPoolId, signal) {
      const category = OPERATION_CATEGORIES[operation];
      const account = limiterOf(category, rateOf(category));
      if (!CAPPED_PER_POOL.includes(category)) return await account.acquire(signal);
      const cap = limits?.perPoolOperation ?? DEFAULT_LIMITS.perPoolOperation;
      // The pool's place first: a pool that waits for its own cap must not hold a place of the account's budget.
      const ofPool = await limiterOf(`${operation} ${userPoolId}`, cap).acquire(signal);
      try {
        return both(ofPool, await account.acquire(signal));
      } catch (error) {
        ofPool.cancel();
        throw error;
      }
    },
  };
}

/** Cognito does not say which of its limits a request hit, so throttling slows down both. */
function both(ofPool: Permit, ofAccount: Permit): Permit {
  return {
    release() {
      ofPool.release();
      ofAccount.release();
    },
    cancel() {
      ofPool.cancel();
      ofAccount.cancel();
    },
    throttled(retryAfterMs) {
      ofPool.throttled(retryAfterMs);
      ofAccount.throttled(retryAfterMs);
    },
  };
}
