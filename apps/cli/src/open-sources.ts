import {
  createAccountQuotas,
  createCognitoClients,
  createRequestQuotas,
  createUserPoolSource,
} from "@cognito-to-descope/cognito";
import type { CognitoSourceEvent, CognitoUserPoolSource } from "@cognito-to-descope/cognito";
import { createRateLimiter, type LimiterBoard, type RunSource } from "@cognito-to-descope/core";
import type { Config } from "./config/config.ts";
import { PER_POOL_BUCKET } from "./control/known-buckets.ts";
import { poolAccess } from "./pool-access.ts";
import type { SharedLimiters } from "./state/state-location.ts";
import { systemClock } from "./system.ts";

/** A pool of a config, ready to be read, and its settings to be changed. */
export interface OpenSource extends RunSource {
  readonly source: CognitoUserPoolSource;
}

/** The pools of a config, ready to be read. */
export interface OpenSources extends Disposable {
  readonly sources: readonly OpenSource[];
}

/**
 * Opens every pool of the config. Makes no request yet.
 *
 * @param board - Where the limiters are put under control; left out where nobody controls them.
 * @param shared - Where the quotas are kept that other processes draw on as well.
 * @param onAnswered - Hears of each request how long it took, in milliseconds.
 */
export function openSources(
  config: Config,
  listener: (event: CognitoSourceEvent, userPoolId: string) => void = () => undefined,
  board?: LimiterBoard,
  shared?: SharedLimiters,
  onAnswered?: (ms: number) => void,
): OpenSources {
  const { UserList, UserPoolClientRead, UserPoolRead, UserPoolResourceRead, UserResourceRead, perPoolOperation } =
    config.limits.cognito ?? {};
  const categories = Object.fromEntries(
    Object.entries({ UserList, UserPoolClientRead, UserPoolRead, UserPoolResourceRead, UserResourceRead }).filter(
      ([, limit]) => limit !== undefined,
    ),
  );
  const accountQuotas = createAccountQuotas((scope) =>
    createRequestQuotas({
      clock: systemClock,
      limits: { categories, perPoolOperation },
      createLimiter: (name, limit) => {
        const limiter = shared?.limiter(`cognito ${scope} ${name}`, limit) ?? createRateLimiter(limit, systemClock);
        // A pool's own cap is named by operation and pool, too many for anybody to set one by one.
        const bucket = name.includes(" ") ? PER_POOL_BUCKET : name;
        // With one pool nobody has to tell budgets apart.
        const named = config.sources.length > 1 ? scope.replace(" ", "/") : undefined;
        return board?.add(bucket, named, limiter) ?? limiter;
      },
    }),
  );
  const clients = createCognitoClients();
  const opened = config.sources.map((source) => {
    const { userPoolId, tenant, tenantName, shards } = source;
    return {
      tenant,
      tenantName,
      shards,
      source: createUserPoolSource({
        ...poolAccess(source),
        userPoolId,
        clock: systemClock,
        accountQuotas,
        clients,
        listener: (event) => listener(event, userPoolId),
        onAnswered,
      }),
    };
  });
  return {
    sources: opened,
    [Symbol.dispose]: () => clients[Symbol.dispose](),
  };
}
