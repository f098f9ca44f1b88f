import { type IssuingPool, userPoolIssuer, userPoolProvider } from "@cognito-to-descope/core";

/** Finds out whether a setting names the pool. */
export type PoolReference = (setting: string | undefined) => boolean;

/**
 * Recognises every form in which a service names a user pool: its ID, its ARN, and the issuer and provider name on both of
 * its hosts. Compared as a whole, never by a part: one pool's ID can begin with another's.
 */
export function poolReference(pool: IssuingPool): PoolReference {
  const names = new Set([
    pool.userPoolId,
    userPoolIssuer(pool, "original"),
    userPoolIssuer(pool, "updated"),
    userPoolProvider(pool, "original"),
    userPoolProvider(pool, "updated"),
  ]);
  const arn = new RegExp(`^arn:[\\w-]+:cognito-idp:${pool.region}:\\d{12}:userpool/${pool.userPoolId}$`);
  return (setting) => setting !== undefined && (names.has(setting.replace(/\/$/, "")) || arn.test(setting));
}
