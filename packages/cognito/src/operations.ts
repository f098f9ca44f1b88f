/**
 * Every operation by which a pool is read, with the request rate category it draws from.
 *
 * The minimal IAM policy is made from it. Categories: AWS, "Quotas in Amazon Cognito" (see facts.md).
 */
export const SOURCE_OPERATIONS = {
  AdminListGroupsForUser: "UserResourceRead",
  DescribeIdentityProvider: "UserPoolResourceRead",
  DescribeUserPool: "UserPoolRead",
  DescribeUserPoolClient: "UserPoolClientRead",
  GetUserPoolMfaConfig: "UserPoolResourceRead",
  ListGroups: "UserPoolResourceRead",
  ListIdentityProviders: "UserPoolResourceRead",
  ListUserPoolClients: "UserPoolClientRead",
  ListUsers: "UserList",
  ListUsersInGroup: "UserList",
} as const;

/** Every operation that changes app clients. Only a set-up calls them, and only its policy allows them. */
export const CLIENT_OPERATIONS = {
  CreateUserPoolClient: "UserPoolClientUpdate",
  DeleteUserPoolClient: "UserPoolClientUpdate",
  UpdateUserPoolClient: "UserPoolClientUpdate",
} as const;

/** The one list: the client wrapper can send nothing that is not in it. */
export const POOL_OPERATIONS: typeof SOURCE_OPERATIONS & typeof CLIENT_OPERATIONS = {
  ...SOURCE_OPERATIONS,
  ...CLIENT_OPERATIONS,
};

/** An operation by which a pool is read. */
export type SourceOperation = keyof typeof SOURCE_OPERATIONS;

/** A request rate category of Cognito: one budget for an AWS account and region, all pools together. */
export type QuotaCategory = (typeof SOURCE_OPERATIONS)[SourceOperation];

/** An operation this adapter calls. */
export type PoolOperation = keyof typeof POOL_OPERATIONS;

/** A request rate category of what changes a pool's settings. */
export type ChangeCategory = (typeof CLIENT_OPERATIONS)[keyof typeof CLIENT_OPERATIONS];

/** Operations that make something new each time they are sent. */
export const MAKING_OPERATIONS: ReadonlySet<PoolOperation> = new Set(["CreateUserPoolClient"]);
