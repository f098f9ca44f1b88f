/**
 * Cognito's request quotas: per account and region by category, and per pool for some. Rates are those of the page "Quotas in
 * Amazon Cognito" (read 2026-11).
 */

import type { QuotaBucket } from "../wire/service.ts";

const ratesPerSecond = {
  UserAuthentication: 120,
  UserAuthenticationChallenge: 360,
  UserCreation: 50,
  UserFederation: 25,
  UserAccountRecovery: 30,
  UserRead: 120,
  UserUpdate: 25,
  UserToken: 120,
  UserResourceRead: 50,
  UserResourceUpdate: 25,
  UserList: 30,
  UserPoolRead: 15,
  UserPoolUpdate: 15,
  UserPoolResourceRead: 20,
  UserPoolResourceUpdate: 15,
  UserPoolClientRead: 15,
  UserPoolClientUpdate: 15,
  ClientAuthentication: 150,
} as const;

/** A category of Cognito's quota page. `UserAuthenticationChallenge` is the own allowance of answers to challenges. */
export type QuotaCategory = keyof typeof ratesPerSecond;

/** Categories of which any one operation has at most 5 requests per second and pool besides. */
const cappedPerPool: ReadonlySet<QuotaCategory> = new Set<QuotaCategory>([
  "UserPoolResourceRead",
  "UserPoolResourceUpdate",
  "UserPoolClientRead",
  "UserPoolClientUpdate",
]);

const buckets: ReadonlyMap<QuotaCategory, QuotaBucket> = new Map(
  (Object.keys(ratesPerSecond) as QuotaCategory[]).map((name) => [
    name,
    { name, requests: ratesPerSecond[name], windowMs: 1000, penaltyMs: 0 },
  ]),
);

/** The bucket of a category: one for the whole account and region. */
export function accountBucket(category: QuotaCategory): QuotaBucket {
  return buckets.get(category) as QuotaBucket;
}

/** All buckets that one call draws from. */
export function bucketsOf(
  category: QuotaCategory,
  operation: string,
  userPoolId: string | undefined,
): readonly QuotaBucket[] {
  const account = accountBucket(category);
  if (userPoolId === undefined || !cappedPerPool.has(category)) return [account];
  return [account, { name: `${category}/${operation}@${userPoolId}`, requests: 5, windowMs: 1000, penaltyMs: 0 }];
}
