import type { GetUserPoolMfaConfigCommandOutput, UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import type { PoolSignIn } from "@cognito-to-descope/core";

import { mapDescribedPool, mapMfa } from "./map-pool.ts";

/** Maps the answers of DescribeUserPool and GetUserPoolMfaConfig. */
export function mapPoolSignIn(
  pool: UserPoolType,
  mfa: Omit<GetUserPoolMfaConfigCommandOutput, "$metadata">,
  userPoolId: string,
  region: string,
): PoolSignIn {
  return {
    ...mapDescribedPool(pool, userPoolId, region),
    mfa: mapMfa(mfa, pool),
    threatProtection: pool.UserPoolAddOns?.AdvancedSecurityMode ?? "OFF",
    remembersDevices: pool.DeviceConfiguration !== undefined && Object.keys(pool.DeviceConfiguration).length > 0,
    firstFactors: pool.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [],
    emailSender: pool.EmailConfiguration?.EmailSendingAccount ?? "",
    verificationMessage: pool.VerificationMessageTemplate?.DefaultEmailOption ?? "",
  };
}
