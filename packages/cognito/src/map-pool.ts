import type {
  GetUserPoolMfaConfigCommandOutput,
  GroupType,
  IdentityProviderType,
  LambdaConfigType,
  UserPoolClientType,
  UserPoolType,
} from "@aws-sdk/client-cognito-identity-provider";
import type {
  AppClient,
  IdentityProvider,
  PasswordPolicy,
  PoolGroup,
  PoolMfa,
  PoolSnapshot,
  SchemaAttribute,
} from "@cognito-to-descope/core";

import { withoutSecrets } from "./provider-details.ts";

/** What DescribeUserPool tells of a pool. */
export type DescribedPool = Omit<PoolSnapshot, "mfa" | "appClients" | "identityProviders" | "groups">;

/** Maps DescribeUserPool's answer. */
export function mapDescribedPool(pool: UserPoolType, userPoolId: string, region: string): DescribedPool {
  return {
    userPoolId,
    name: pool.Name ?? "",
    region,
    estimatedUsers: pool.EstimatedNumberOfUsers ?? 0,
    schema: (pool.SchemaAttributes ?? []).flatMap((attribute): SchemaAttribute[] =>
      attribute.Name === undefined
        ? []
        : [
            {
              name: attribute.Name,
              type: attribute.AttributeDataType ?? "String",
              required: attribute.Required ?? false,
              mutable: attribute.Mutable ?? true,
            },
          ],
    ),
    usernameAttributes: pool.UsernameAttributes ?? [],
    aliasAttributes: pool.AliasAttributes ?? [],
    // The API's own default when a pool does not say.
    caseSensitive: pool.UsernameConfiguration?.CaseSensitive ?? true,
    passwordPolicy: mapPasswordPolicy(pool),
    verification: {
      atSignUp: pool.AutoVerifiedAttributes ?? [],
      beforeUpdate: pool.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [],
    },
    triggers: mapTriggers(pool.LambdaConfig),
    tier: pool.UserPoolTier ?? "",
    ...(pool.Domain ? { domain: pool.Domain } : {}),
    ...(pool.CustomDomain ? { customDomain: pool.CustomDomain } : {}),
  };
}

function mapPasswordPolicy(pool: UserPoolType): PasswordPolicy {
  const policy = pool.Policies?.PasswordPolicy;
  return {
    // What is not said counts as not asked for: a target that is stricter than the pool refuses good passwords.
    minimumLength: policy?.MinimumLength ?? 6,
    requireLowercase: policy?.RequireLowercase ?? false,
    requireUppercase: policy?.RequireUppercase ?? false,
    requireNumbers: policy?.RequireNumbers ?? false,
    requireSymbols: policy?.RequireSymbols ?? false,
  };
}

/** Triggers by Cognito's names. `PreTokenGenerationConfig` and the like count as the trigger that they configure. */
export function mapTriggers(config: LambdaConfigType | undefined): Record<string, string> {
  const triggers: Record<string, string> = {};
  for (const [name, value] of Object.entries(config ?? {}) as [string, unknown][]) {
    if (name === "KMSKeyID") continue;
    if (typeof value === "string" && value !== "") triggers[name] = value;
    const arn = typeof value === "object" && value !== null ? (value as { LambdaArn?: unknown }).LambdaArn : undefined;
    if (typeof arn === "string" && arn !== "") triggers[name.replace(/Config$/, "")] = arn;
  }
  return triggers;
}

/**
 * Maps GetUserPoolMfaConfig's answer.
 *
 * @param pool - Tells the configuration when the endpoint has no GetUserPoolMfaConfig.
 */
export function mapMfa(config: Omit<GetUserPoolMfaConfigCommandOutput, "$metadata">, pool: UserPoolType): PoolMfa {
  return {
    configuration: config.MfaConfiguration ?? pool.MfaConfiguration ?? "OFF",
    // Emulators answer an empty object for what is not set up.
    sms: Object.values(config.SmsMfaConfiguration ?? {}).some((value) => value !== undefined),
    totp: config.SoftwareTokenMfaConfiguration?.Enabled ?? false,
    email: config.EmailMfaConfiguration !== undefined,
    passkeys: config.WebAuthnConfiguration?.RelyingPartyId !== undefined,
  };
}

const SECONDS: Readonly<Record<string, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3600,
  days: 86_400,
};

/** Maps one app client. Its secret is dropped here; that it has one is kept. */
export function mapAppClient(client: UserPoolClientType): AppClient {
  const unit = client.TokenValidityUnits?.RefreshToken ?? "days";
  // 30 days is Cognito's default, also for a validity of 0.
  const refreshToken = client.RefreshTokenValidity
    ? client.RefreshTokenValidity * (SECONDS[unit] ?? 86_400)
    : 30 * 86_400;
  return {
    clientId: client.ClientId ?? "",
    name: client.ClientName ?? "",
    hasSecret: Boolean(client.ClientSecret),
    authFlows: client.ExplicitAuthFlows ?? [],
    callbackUrls: client.CallbackURLs ?? [],
    oauthFlows: client.AllowedOAuthFlows ?? [],
    identityProviders: client.SupportedIdentityProviders ?? [],
    refreshTokenSeconds: refreshToken,
  };
}

/** Maps one identity provider. Its secrets are dropped here. */
export function mapIdentityProvider(provider: IdentityProviderType): IdentityProvider {
  return {
    name: provider.ProviderName ?? "",
    type: provider.ProviderType ?? "",
    identifiers: provider.IdpIdentifiers ?? [],
    details: withoutSecrets(provider.ProviderDetails ?? {}),
    attributeMapping: { ...provider.AttributeMapping },
  };
}

/** Maps one group. */
export function mapGroup(group: GroupType): PoolGroup {
  return {
    name: group.GroupName ?? "",
    description: group.Description ?? "",
    ...(group.Precedence === undefined ? {} : { precedence: group.Precedence }),
    ...(group.RoleArn ? { roleArn: group.RoleArn } : {}),
  };
}
