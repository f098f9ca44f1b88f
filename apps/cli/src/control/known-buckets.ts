import { DEFAULT_LIMITS as COGNITO_LIMITS } from "@cognito-to-descope/cognito";
import { DEFAULT_LIMITS as DESCOPE_LIMITS } from "@cognito-to-descope/descope";
import { qualifiedBucket, type RateLimit } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { quotaScopes } from "./quota-scope.ts";

/** The name that operators use for what Cognito allows of one operation on one pool. */
export const PER_POOL_BUCKET = "perPoolOperation";

/** The buckets of a config by the names that operators use, with their quotas. */
export function knownBuckets({ limits, sources }: Pick<Config, "limits" | "sources">): ReadonlyMap<string, RateLimit> {
  const cognito: Record<string, RateLimit> = {
    ...COGNITO_LIMITS.categories,
    [PER_POOL_BUCKET]: COGNITO_LIMITS.perPoolOperation,
  };
  const buckets = new Map<string, RateLimit>();
  const add = (bucket: string, published: RateLimit, configured: RateLimit | undefined): void => {
    const { requests, windowMs } = configured ?? published;
    buckets.set(bucket, { requests, windowMs });
  };
  for (const [bucket, published] of Object.entries(DESCOPE_LIMITS)) {
    add(bucket, published, limits.descope?.[bucket as keyof typeof DESCOPE_LIMITS]);
  }
  const scopes = new Set([undefined, ...quotaScopes(sources)]);
  for (const [bucket, published] of Object.entries(cognito)) {
    const configured = limits.cognito?.[bucket as keyof NonNullable<typeof limits.cognito>];
    for (const scope of scopes) add(qualifiedBucket(bucket, scope), published, configured);
  }
  return buckets;
}
