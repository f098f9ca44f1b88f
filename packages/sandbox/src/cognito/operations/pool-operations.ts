/** Operations on user pools: settings, custom attributes, MFA configuration, tags. */

import { createAuthState } from "../auth/auth-state.ts";
import { certificateText } from "../auth/saml-certificate.ts";
import { invalidParameter, notFound } from "../aws-error.ts";
import { epochSeconds, poolArn, poolOf } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { pageOf } from "../page-token.ts";
import { addCustomAttributes, poolSchema } from "../pool-schema.ts";
import type { SchemaInput } from "../pool-schema.ts";
import type { Json, UserPool } from "../user-pool.ts";
import { UserTable } from "../user-table.ts";

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Members that CreateUserPool and UpdateUserPool take over as they are. */
const settingNames = [
  "Policies",
  "DeletionProtection",
  "LambdaConfig",
  "AutoVerifiedAttributes",
  "SmsVerificationMessage",
  "EmailVerificationMessage",
  "EmailVerificationSubject",
  "VerificationMessageTemplate",
  "SmsAuthenticationMessage",
  "UserAttributeUpdateSettings",
  "DeviceConfiguration",
  "EmailConfiguration",
  "SmsConfiguration",
  "AdminCreateUserConfig",
  "UserPoolAddOns",
  "AccountRecoverySetting",
  "UserPoolTier",
] as const;

const defaultPasswordPolicy = {
  MinimumLength: 8,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  TemporaryPasswordValidityDays: 7,
};

/** Parameters of CreateUserPool; settings that have no rules of their own go through as they are. */
export interface NewPool {
  readonly [setting: string]: unknown;
  readonly PoolName?: string;
  readonly Policies?: { readonly PasswordPolicy?: Json; readonly SignInPolicy?: Json };
  readonly AdminCreateUserConfig?: Json;
  readonly MfaConfiguration?: string;
  readonly UserPoolTags?: Readonly<Record<string, string>>;
  readonly Schema?: readonly SchemaInput[];
  readonly UsernameAttributes?: readonly string[];
  readonly AliasAttributes?: readonly string[];
  readonly UsernameConfiguration?: { readonly CaseSensitive?: boolean };
}

interface PoolInput extends NewPool {
  readonly UserPoolId: string;
}

/** What is left out falls back to its default, at update as at creation. */
function settingsOf(input: NewPool): Json {
  const given = Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = input[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  return {
    DeletionProtection: "INACTIVE",
    LambdaConfig: {},
    VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_CODE" },
    EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT" },
    UserPoolTier: "ESSENTIALS",
    ...given,
    Policies: {
      PasswordPolicy: { ...defaultPasswordPolicy, ...input.Policies?.PasswordPolicy },
      SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"], ...input.Policies?.SignInPolicy },
    },
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: false,
      UnusedAccountValidityDays: 7,
      ...input.AdminCreateUserConfig,
    },
  };
}

/** `UserPoolType` */
export function describePool(state: CognitoState, pool: UserPool): Json {
  const domains = [...state.domains.values()].filter(({ userPoolId }) => userPoolId === pool.id);
  const prefix = domains.find(({ certificateArn }) => certificateArn === undefined);
  const custom = domains.find(({ certificateArn }) => certificateArn !== undefined);
  return {
    Id: pool.id,
    Name: pool.name,
    ...pool.settings,
    LastModifiedDate: epochSeconds(pool.modifiedAt),
    CreationDate: epochSeconds(pool.createdAt),
    SchemaAttributes: pool.schema,
    ...(pool.aliasAttributes.length > 0 ? { AliasAttributes: pool.aliasAttributes } : {}),
    ...(pool.usernameAttributes.length > 0 ? { UsernameAttributes: pool.usernameAttributes } : {}),
    MfaConfiguration: pool.mfa["MfaConfiguration"],
    EstimatedNumberOfUsers: pool.users.size,
    UserPoolTags: pool.tags,
    ...(prefix === undefined ? {} : { Domain: prefix.domain }),
    ...(custom === undefined ? {} : { CustomDomain: custom.domain }),
    // Left out where it was at creation: the pool is then case-sensitive.
    ...(pool.caseSensitivityGiven === false ? {} : { UsernameConfiguration: { CaseSensitive: pool.caseSensitive } }),
    Arn: pool.arn,
  };
}

/** Creates a pool in the state; the service's own entry for generators too. */
export function createPool(state: CognitoState, input: NewPool): UserPool {
  const now = state.now();
  const usernameAttributes = input.UsernameAttributes ?? [];
  const aliasAttributes = input.AliasAttributes ?? [];
  if (usernameAttributes.length > 0 && aliasAttributes.length > 0) {
    throw invalidParameter("Only one of the aliasAttributes or usernameAttributes can be set in a user pool.");
  }
  const schema = poolSchema(input.Schema ?? []);
  let id: string;
  do id = `${state.region}_${state.ids.text(9, alphanumeric)}`;
  while (state.pools.has(id));
  const caseSensitive = input.UsernameConfiguration?.CaseSensitive ?? true;
  const pool: UserPool = {
    id,
    arn: poolArn(state, id),
    createdAt: now,
    modifiedAt: now,
    name: input.PoolName ?? "",
    settings: settingsOf(input),
    mfa: { MfaConfiguration: input.MfaConfiguration ?? "OFF" },
    schema,
    usernameAttributes,
    aliasAttributes,
    caseSensitive,
    caseSensitivityGiven: input.UsernameConfiguration !== undefined,
    tags: input.UserPoolTags ?? {},
    users: new UserTable(caseSensitive),
    groups: new Map(),
    clients: new Map(),
    providers: new Map(),
    resourceServers: new Map(),
    nextGroupOrdinal: 0,
    auth: createAuthState(id, state.now),
    derivedPassword: undefined,
  };
  state.pools.set(id, pool);
  return pool;
}

const createUserPool: Operation = {
  category: "UserPoolUpdate",
  write: true,
  run: (input: PoolInput, state) => ({ UserPool: describePool(state, createPool(state, input)) }),
};

const updateUserPool: Operation = {
  category: "UserPoolUpdate",
  write: true,
  run: (input: PoolInput, state) => {
    const pool = poolOf(state, input.UserPoolId);
    pool.settings = settingsOf(input);
    pool.mfa = { ...pool.mfa, MfaConfiguration: input.MfaConfiguration ?? "OFF" };
    if (input.PoolName !== undefined) pool.name = input.PoolName;
    if (input.UserPoolTags !== undefined) pool.tags = input.UserPoolTags;
    pool.modifiedAt = state.now();
    return {};
  },
};

const deleteUserPool: Operation = {
  category: "UserPoolUpdate",
  write: true,
  run: (input: { UserPoolId: string }, state) => {
    const pool = poolOf(state, input.UserPoolId);
    if (pool.settings["DeletionProtection"] === "ACTIVE") {
      throw invalidParameter(
        "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
      );
    }
    if ([...state.domains.values()].some(({ userPoolId }) => userPoolId === pool.id)) {
      throw invalidParameter("User pool cannot be deleted. It has a domain configured that should be deleted first.");
    }
    state.pools.delete(pool.id);
    return {};
  },
};

const listUserPools: Operation = {
  category: "UserPoolRead",
  write: false,
  run: (input: { MaxResults: number; NextToken?: string }, state) => {
    const { items, next } = pageOf([...state.pools.values()], state.tokens, {
      token: input.NextToken,
      limit: input.MaxResults,
      binding: ["ListUserPools"],
    });
    return {
      UserPools: items.map((pool) => ({
        Id: pool.id,
        Name: pool.name,
        LambdaConfig: pool.settings["LambdaConfig"],
        LastModifiedDate: epochSeconds(pool.modifiedAt),
        CreationDate: epochSeconds(pool.createdAt),
      })),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  },
};

const mfaConfigOf = (pool: UserPool): Json => ({
  SoftwareTokenMfaConfiguration: { Enabled: false },
  ...pool.mfa,
});

const setUserPoolMfaConfig: Operation = {
  category: "UserPoolResourceUpdate",
  write: true,
  run: (input: { UserPoolId: string } & Json, state) => {
    const pool = poolOf(state, input.UserPoolId);
    const { UserPoolId: _, ...given } = input;
    const factors = given["SmsMfaConfiguration"] ?? given["EmailMfaConfiguration"];
    const totp = given["SoftwareTokenMfaConfiguration"] as { Enabled?: boolean } | undefined;
    const wanted = given["MfaConfiguration"] ?? "OFF";
    if (wanted !== "OFF" && factors === undefined && totp?.Enabled !== true) {
      throw invalidParameter("Invalid MFA configuration given, can't turn on MFA without configuring an MFA type.");
    }
    pool.mfa = { ...given, MfaConfiguration: wanted };
    pool.modifiedAt = state.now();
    return mfaConfigOf(pool);
  },
};

/** Operations on pools. */
export const poolOperations: OperationTable = {
  CreateUserPool: createUserPool,
  UpdateUserPool: updateUserPool,
  DeleteUserPool: deleteUserPool,
  ListUserPools: listUserPools,
  SetUserPoolMfaConfig: setUserPoolMfaConfig,
  DescribeUserPool: {
    category: "UserPoolRead",
    write: false,
    run: (input: { UserPoolId: string }, state) => ({
      UserPool: describePool(state, poolOf(state, input.UserPoolId)),
    }),
  },
  AddCustomAttributes: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: { UserPoolId: string; CustomAttributes: readonly SchemaInput[] }, state) => {
      const pool = poolOf(state, input.UserPoolId);
      pool.schema = addCustomAttributes(pool.schema, input.CustomAttributes);
      pool.modifiedAt = state.now();
      return {};
    },
  },
  GetUserPoolMfaConfig: {
    category: "UserPoolResourceRead",
    write: false,
    run: (input: { UserPoolId: string }, state) => mfaConfigOf(poolOf(state, input.UserPoolId)),
  },
  GetSigningCertificate: {
    category: "UserPoolResourceRead",
    write: false,
    run: (input: { UserPoolId: string }, state) => ({
      Certificate: certificateText(poolOf(state, input.UserPoolId).auth.samlCertificate()),
    }),
  },
  ListTagsForResource: {
    category: "UserPoolResourceRead",
    write: false,
    run: (input: { ResourceArn: string }, state) => ({
      Tags: poolByArn(state, input.ResourceArn).tags,
    }),
  },
  TagResource: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: { ResourceArn: string; Tags: Readonly<Record<string, string>> }, state) => {
      const pool = poolByArn(state, input.ResourceArn);
      pool.tags = { ...pool.tags, ...input.Tags };
      return {};
    },
  },
  UntagResource: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: { ResourceArn: string; TagKeys: readonly string[] }, state) => {
      const pool = poolByArn(state, input.ResourceArn);
      pool.tags = Object.fromEntries(Object.entries(pool.tags).filter(([key]) => !input.TagKeys.includes(key)));
      return {};
    },
  },
};

function poolByArn(state: CognitoState, arn: string): UserPool {
  for (const pool of state.pools.values()) if (pool.arn === arn) return pool;
  throw notFound(`Resource ${arn} does not exist.`);
}
