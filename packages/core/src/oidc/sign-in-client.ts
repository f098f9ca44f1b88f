import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { AppClientDescription, CognitoSettings } from "../ports/pool-settings.ts";
import type { SettingDifference } from "../jit-setup/setting-difference.ts";
import { settingDifferences } from "./setting-difference.ts";

/** By this name an app client is known to be ours: Cognito's clients carry no tags. */
export const OIDC_CLIENT_NAME = "cognito-to-descope-oidc";

/** Scopes that give the claims of the profile. None of them lets Descope change anything at Cognito. */
export const OIDC_SCOPES = ["openid", "email", "phone", "profile"] as const;

/** What the client is for. */
export interface SignInClientOptions {
  readonly callbackUrls: readonly string[];
  /** Attributes that Descope needs claims of. */
  readonly readAttributes: readonly string[];
  /** Providers of the pool that users may choose on the page, beside their password. */
  readonly identityProviders: readonly string[];
}

/** What is to happen to the client. */
export interface SignInClientPlan {
  readonly operation: "create" | "update" | "none";
  /** Absent when it is to be created. */
  readonly clientId?: string;
  /** Every setting afterwards. */
  readonly settings: CognitoSettings;
  readonly differences: readonly SettingDifference[];
}

/** The settings of a confidential client that only signs in, by the code flow, and only for Descope. */
function newSettings({ callbackUrls, readAttributes, identityProviders }: SignInClientOptions): CognitoSettings {
  return {
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: [...OIDC_SCOPES],
    CallbackURLs: [...callbackUrls],
    SupportedIdentityProviders: ["COGNITO", ...identityProviders],
    // Nobody signs in to this client but on Cognito's own page.
    ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
    PreventUserExistenceErrors: "ENABLED",
    EnableTokenRevocation: true,
    // Descope asks once and keeps nothing: the shortest that Cognito allows for a refresh token is one hour.
    RefreshTokenValidity: 60,
    AccessTokenValidity: 5,
    IdTokenValidity: 5,
    TokenValidityUnits: { RefreshToken: "minutes", AccessToken: "minutes", IdToken: "minutes" },
    ReadAttributes: [...readAttributes],
  };
}

/** A new client, or ours of an earlier run brought up to date. */
export function planOwnClient(found: AppClientDescription | undefined, options: SignInClientOptions): SignInClientPlan {
  const wanted = newSettings(options);
  if (found === undefined) {
    return { operation: "create", settings: wanted, differences: settingDifferences({}, wanted) };
  }
  const { GenerateSecret: _secret, ...lasting } = wanted;
  return planChange(found, {
    ...lasting,
    // A way back that was added by hand stays.
    CallbackURLs: union(found.settings["CallbackURLs"], options.callbackUrls),
  });
}

/**
 * A live client of the application, with what Descope needs added and nothing taken away. Every other setting is named
 * again, because an update replaces all of them.
 */
export function planLiveClient(found: AppClientDescription, options: SignInClientOptions): SignInClientPlan {
  const { settings } = found;
  const read = settings["ReadAttributes"];
  return planChange(found, {
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: union(settings["AllowedOAuthFlows"], ["code"]),
    AllowedOAuthScopes: union(settings["AllowedOAuthScopes"], OIDC_SCOPES),
    CallbackURLs: union(settings["CallbackURLs"], options.callbackUrls),
    SupportedIdentityProviders: union(settings["SupportedIdentityProviders"], ["COGNITO"]),
    ...(Array.isArray(read) ? { ReadAttributes: union(read, options.readAttributes) } : {}),
  });
}

function planChange(found: AppClientDescription, wanted: CognitoSettings): SignInClientPlan {
  const differences = settingDifferences(found.settings, wanted);
  return {
    operation: differences.length === 0 ? "none" : "update",
    clientId: found.clientId,
    settings: { ...found.settings, ...wanted },
    differences,
  };
}

/** What is there, then what is missing of the wanted, so that an order that means something is kept. */
export function union(found: unknown, wanted: readonly string[]): readonly string[] {
  const there = Array.isArray(found) ? (found as readonly string[]) : [];
  return [...there, ...wanted.filter((one) => !there.includes(one))];
}

/** Whether the pool lets nobody keep an address that is not proved to be theirs. */
export function provesEmails({ verification, identityProviders }: PoolSnapshot): boolean {
  const proved = verification?.atSignUp.includes("email") === true && verification.beforeUpdate.includes("email");
  // What a provider says of an address is taken over as it is.
  return proved && !identityProviders.some(({ attributeMapping }) => attributeMapping["email"] !== undefined);
}
