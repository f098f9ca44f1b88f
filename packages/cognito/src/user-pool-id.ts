import { isRegion, MigrationError } from "@cognito-to-descope/core";

/** The pattern and length of `UserPoolId` in Cognito's service model. */
const USER_POOL_ID = /^[\w-]+_[0-9a-zA-Z]+$/;

/** The region that a user pool ID begins with; undefined for IDs of emulators such as `local_abc123`. */
export function regionOfUserPoolId(userPoolId: string): string | undefined {
  const prefix = userPoolId.slice(0, userPoolId.lastIndexOf("_"));
  return isRegion(prefix) ? prefix : undefined;
}

/**
 * Checks a pool ID against the region before any request.
 *
 * @param region - As configured; when left out, the one that the pool ID begins with.
 * @param customEndpoint - With an endpoint of the caller's own, IDs and regions need not agree.
 * @returns The region to sign for.
 * @throws MigrationError `ERR_CONFIG_INVALID` for what is no pool ID or region; `ERR_SOURCE_REGION_MISMATCH` when the
 * pool is of another region.
 */
export function checkUserPoolId(userPoolId: string, region: string | undefined, customEndpoint: boolean): string {
  if (userPoolId.length > 55 || !USER_POOL_ID.test(userPoolId)) {
    throw new MigrationError("ERR_CONFIG_INVALID", 'the user pool ID must look like "us-east-1_AbCdEf123"', {
      suggestion: "copy the user pool ID from the pool's overview page in the AWS console",
    });
  }
  const own = regionOfUserPoolId(userPoolId);
  if (region !== undefined && !isRegion(region) && !customEndpoint) {
    throw new MigrationError("ERR_CONFIG_INVALID", 'the region must look like "us-east-1"');
  }
  if (customEndpoint) return region ?? own ?? "us-east-1";
  if (own === undefined) {
    throw new MigrationError("ERR_CONFIG_INVALID", "the user pool ID does not begin with a region", {
      suggestion: "pool IDs of emulators need an endpoint beside them",
    });
  }
  if (region !== undefined && region !== own) {
    throw new MigrationError(
      "ERR_SOURCE_REGION_MISMATCH",
      `user pool ${userPoolId} is in region ${own}, not in ${region}`,
      { suggestion: `set the region to ${own}` },
    );
  }
  return own;
}
