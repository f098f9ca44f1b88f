import { DEFAULT_LIMITS as COGNITO_LIMITS } from "@cognito-to-descope/cognito";
import { DEFAULT_LIMITS as DESCOPE_LIMITS } from "@cognito-to-descope/descope";
import type { RateLimit } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";

/** The name that operators use for what Cognito allows of one operation on one pool. */
export const PER_POOL_BUCKET = "perPoolOperation";

/**
 * The buckets of a config by the names that operators use, with their quotas. Where there are several budgets of AWS, each
 * has a name besides (`UserList@eu-west-1/123456789012`), which the processes at work tell: accounts are learnt from answers.
 */
export function knownBuckets({ limits }: Pick<Config, "limits">): ReadonlyMap<string, RateLimit> {
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
  for (const [bucket, published] of Object.entries(cognito)) {
    const configured = limits.cognito?.[bucket as keyof NonNullable<typeof limits.cognito>];
    add(bucket, published, configured);
  }
  return buckets;
}
