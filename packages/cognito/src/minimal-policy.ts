import { isRegion, MigrationError, partitionOf } from "@cognito-to-descope/core";

import { SETTINGS_OPERATIONS, SOURCE_OPERATIONS } from "./operations.ts";
import type { SourceOperation } from "./operations.ts";

/** What the policy is for. */
export interface MinimalPolicyOptions {
  readonly region: string;
  /** Twelve digits. @defaultValue any account */
  readonly accountId?: string | undefined;
  /** @defaultValue any pool of the region */
  readonly userPoolId?: string | undefined;
  /** Whether a way to sign in may be set up as well: app clients and identity providers. @defaultValue false */
  readonly settings?: boolean | undefined;
  /** Whether custom domains may be looked up as well, as moving SSO connections does. @defaultValue false */
  readonly domains?: boolean | undefined;
}

/** An IAM policy document, as JSON. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** One statement of a policy document. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** Asks for a domain by its name, so IAM knows no pool that it could be allowed for; see facts.md. */
const OF_NO_POOL = "DescribeUserPoolDomain" satisfies SourceOperation;

/**
 * The least IAM policy with which a user pool can be read, and set up where that is asked for: exactly the operations that
 * this package calls.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when a part is not what its name says.
 */
export function minimalPolicy(options: MinimalPolicyOptions): PolicyDocument {
  const { region, accountId = "*", userPoolId = "*" } = options;
  if (!isRegion(region)) throw new MigrationError("ERR_CONFIG_INVALID", 'the region must look like "us-east-1"');
  if (accountId !== "*" && !/^\d{12}$/.test(accountId)) {
    throw new MigrationError("ERR_CONFIG_INVALID", "the AWS account ID must have twelve digits");
  }
  if (userPoolId !== "*" && !/^[\w-]+_[0-9a-zA-Z]+$/.test(userPoolId)) {
    throw new MigrationError("ERR_CONFIG_INVALID", 'the user pool ID must look like "us-east-1_AbCdEf123"');
  }
  const statement = (Sid: string, operations: object): PolicyStatement => ({
    Sid,
    Effect: "Allow",
    Action: Object.keys(operations)
      .filter((operation) => operation !== OF_NO_POOL)
      .map((operation) => `cognito-idp:${operation}`),
    Resource: [`arn:${partitionOf(region)}:cognito-idp:${region}:${accountId}:userpool/${userPoolId}`],
  });
  return {
    Version: "2012-10-17",
    Statement: [
      statement("ReadUserPool", SOURCE_OPERATIONS),
      ...(options.settings === true ? [statement("SetUpSignIn", SETTINGS_OPERATIONS)] : []),
      ...(options.domains === true
        ? [{ Sid: "ReadDomain", Effect: "Allow", Action: [`cognito-idp:${OF_NO_POOL}`], Resource: ["*"] } as const]
        : []),
    ],
  };
}
