import { dnsSuffixOf } from "./aws-region.ts";

/**
 * The two hosts that can issue a pool's tokens: the original one, and the one of pools that are set to the multi-region
 * form. A pool uses one of them at a time.
 */
export type UserPoolIssuerForm = "original" | "updated";

/** A pool, as far as its issuers go. */
export interface IssuingPool {
  readonly userPoolId: string;
  readonly region: string;
}

/** The value of `iss` in the pool's tokens. */
export function userPoolIssuer(pool: IssuingPool, form: UserPoolIssuerForm): string {
  return `https://${userPoolProvider(pool, form)}`;
}

/** The issuer without its scheme: what identity pools and IAM call the provider's name. */
export function userPoolProvider({ userPoolId, region }: IssuingPool, form: UserPoolIssuerForm): string {
  return `${form === "updated" ? "issuer-" : ""}cognito-idp.${region}.${dnsSuffixOf(region)}/${userPoolId}`;
}
