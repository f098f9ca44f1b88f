/**
 * Every operation that reads a pool, with the request rate category it draws from.
 *
 * The client wrapper can send nothing that is not in this list or the next, and the minimal IAM policy is made from this one.
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
  ListResourceServers: "UserPoolResourceRead",
  ListUserPoolClients: "UserPoolClientRead",
  ListUsers: "UserList",
  ListUsersInGroup: "UserList",
} as const;

/**
 * Every operation that changes settings of a pool, with the category it draws from. None of them is called to migrate users:
 * only the commands that set up a way to sign in do.
 */
export const SETTINGS_OPERATIONS = {
  CreateIdentityProvider: "UserPoolResourceUpdate",
  CreateUserPoolClient: "UserPoolClientUpdate",
  DeleteIdentityProvider: "UserPoolResourceUpdate",
  DeleteUserPoolClient: "UserPoolClientUpdate",
  UpdateIdentityProvider: "UserPoolResourceUpdate",
  UpdateUserPoolClient: "UserPoolClientUpdate",
} as const;

/** Both lists. */
export const OPERATION_CATEGORIES: typeof SOURCE_OPERATIONS & typeof SETTINGS_OPERATIONS = {
  ...SOURCE_OPERATIONS,
  ...SETTINGS_OPERATIONS,
};

/** An operation this adapter calls. */
export type SourceOperation = keyof typeof OPERATION_CATEGORIES;

/** A request rate category of Cognito: one budget for an AWS account and region, all pools together. */
export type QuotaCategory = (typeof SOURCE_OPERATIONS)[keyof typeof SOURCE_OPERATIONS];

/** A category that only changes of settings draw from. */
export type SettingsCategory = (typeof SETTINGS_OPERATIONS)[keyof typeof SETTINGS_OPERATIONS];
