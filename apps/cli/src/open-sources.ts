import { createRequestQuotas, createUserPoolSource } from "@cognito-to-descope/cognito";
import type { CognitoSourceEvent, RequestQuotas } from "@cognito-to-descope/cognito";
import { createRateLimiter, type LimiterBoard, type RunSource } from "@cognito-to-descope/core";
import type { Config, SourceConfig } from "./config/config.ts";
import { PER_POOL_BUCKET } from "./control/known-buckets.ts";
import { quotaScope, quotaScopes } from "./control/quota-scope.ts";
import { systemClock } from "./system.ts";

/** The pools of a config, ready to be read. */
export interface OpenSources extends Disposable {
  readonly sources: readonly RunSource[];
}

/**
 * Opens every pool of the config. Makes no request yet.
 *
 * @param board - Where the limiters are put under control; left out where nobody controls them.
 */
export function openSources(
  config: Config,
  listener: (event: CognitoSourceEvent, userPoolId: string) => void = () => undefined,
  board?: LimiterBoard,
): OpenSources {
  const quotas = new Map<string, RequestQuotas>();
  const { UserList, UserPoolClientRead, UserPoolRead, UserPoolResourceRead, perPoolOperation } =
    config.limits.cognito ?? {};
  const categories = Object.fromEntries(
    Object.entries({ UserList, UserPoolClientRead, UserPoolRead, UserPoolResourceRead }).filter(
      ([, limit]) => limit !== undefined,
    ),
  );
  const scopes = quotaScopes(config.sources);
  const quotasOf = (source: SourceConfig, scope: string | undefined): RequestQuotas => {
    const key = quotaScope(source);
    let shared = quotas.get(key);
    if (shared === undefined) {
      shared = createRequestQuotas({
        clock: systemClock,
        limits: { categories, perPoolOperation },
        createLimiter: (name, limit) => {
          const limiter = createRateLimiter(limit, systemClock);
          // A pool's own cap is named by operation and pool, too many for anybody to set one by one.
          return board?.add(name.includes(" ") ? PER_POOL_BUCKET : name, scope, limiter) ?? limiter;
        },
      });
      quotas.set(key, shared);
    }
    return shared;
  };
  const opened = config.sources.map((source, index) => {
    const { awsKeys, tenant, ...options } = source;
    return {
      tenant,
      source: createUserPoolSource({
        ...options,
        accessKeyId: awsKeys?.accessKeyId,
        secretAccessKey: awsKeys?.secretAccessKey.reveal(),
        sessionToken: awsKeys?.sessionToken?.reveal(),
        clock: systemClock,
        quotas: quotasOf(source, scopes[index]),
        listener: (event) => listener(event, source.userPoolId),
      }),
    };
  });
  return {
    sources: opened,
    [Symbol.dispose]: () => opened.forEach(({ source }) => source.close()),
  };
}
