/**
 * Every operation this adapter calls, with the request rate category it draws from.
 *
 * The one list: the client wrapper can send nothing that is not in it, and the minimal IAM policy is made from it.
 * Categories: AWS, "Quotas in Amazon Cognito" (see facts.md).
 */
export const SOURCE_OPERATIONS = {
  AdminListGroupsForUser: "UserResourceRead",
  DescribeIdentityProvider: "UserPoolResourceRead",
  DescribeUserPool: "UserPoolRead",
  DescribeUserPoolClient: "UserPoolClientRead",
  DescribeUserPoolDomain: "UserPoolResourceRead",
  GetUserPoolMfaConfig: "UserPoolResourceRead",
  ListGroups: "UserPoolResourceRead",
  ListIdentityProviders: "UserPoolResourceRead",
  ListUserPoolClients: "UserPoolClientRead",
  ListUsers: "UserList",
  ListUsersInGroup: "UserList",
} as const;

/** An operation this adapter calls. */
export type SourceOperation = keyof typeof SOURCE_OPERATIONS;

/** A request rate category of Cognito: one budget for an AWS account and region, all pools together. */
export type QuotaCategory = (typeof SOURCE_OPERATIONS)[SourceOperation];
