import { isRegion, MigrationError, partitionOf } from "@cognito-to-descope/core";

import { CLIENT_OPERATIONS, SOURCE_OPERATIONS } from "./operations.ts";

/** What the policy is for. */
export interface MinimalPolicyOptions {
  readonly region: string;
  /** Twelve digits. @defaultValue any account */
  readonly accountId?: string | undefined;
  /** @defaultValue any pool of the region */
  readonly userPoolId?: string | undefined;
  /** Adds what a set-up needs that makes, edits or deletes app clients. @defaultValue false */
  readonly appClients?: boolean | undefined;
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

/**
 * The least IAM policy with which a user pool can be read: exactly the operations that this package calls. What changes
 * app clients is in a statement of its own, and only where it is asked for.
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
  const pool = `arn:${partitionOf(region)}:cognito-idp:${region}:${accountId}:userpool/${userPoolId}`;
  const statement = (Sid: string, operations: object): PolicyStatement => ({
    Sid,
    Effect: "Allow",
    Action: Object.keys(operations).map((operation) => `cognito-idp:${operation}`),
    Resource: [pool],
  });
  return {
    Version: "2012-10-17",
    Statement: [
      statement("ReadUserPool", SOURCE_OPERATIONS),
      ...(options.appClients === true ? [statement("ChangeAppClients", CLIENT_OPERATIONS)] : []),
    ],
  };
}
