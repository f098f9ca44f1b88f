import { union } from "../oidc/sign-in-client.ts";
import type { AppClientDescription, CognitoSettings } from "../ports/pool-settings.ts";
import type { Secret } from "../secret.ts";

/** One app client of a pool, as far as a migration needs it. */
export interface PoolAppClient {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly name: string;
  /** Absent for a client without one. */
  readonly secret?: Secret;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  /** `code`, `implicit`, `client_credentials`; empty where the client does not use Cognito's OAuth endpoints. */
  readonly grants: readonly string[];
  readonly scopes: readonly string[];
  /** Flows by which it signs users in over Cognito's API: `ALLOW_USER_SRP_AUTH`, … */
  readonly apiFlows: readonly string[];
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
}

/** Flows that sign nobody in by themselves. */
const NO_SIGN_IN = ["ALLOW_REFRESH_TOKEN_AUTH"];

/** What a client that names no flows allows; see facts.md of the Cognito adapter. */
const DEFAULT_FLOWS = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];

const UNIT_SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** Reads what Cognito says of an app client. */
export function readPoolAppClient(description: AppClientDescription, userPoolId: string): PoolAppClient {
  const { clientId, name, secret, settings } = description;
  const usesOAuth = settings["AllowedOAuthFlowsUserPoolClient"] === true;
  const given = union(settings["ExplicitAuthFlows"], []);
  const flows = given.length === 0 ? DEFAULT_FLOWS : given;
  return {
    userPoolId,
    clientId,
    name,
    ...(secret === undefined ? {} : { secret }),
    callbackUrls: union(settings["CallbackURLs"], []),
    logoutUrls: union(settings["LogoutURLs"], []),
    grants: usesOAuth ? union(settings["AllowedOAuthFlows"], []) : [],
    scopes: usesOAuth ? union(settings["AllowedOAuthScopes"], []) : [],
    apiFlows: flows.filter((flow) => !NO_SIGN_IN.includes(flow)),
    accessTokenSeconds: validity(settings, "AccessToken", { unit: "hours", otherwise: 3600 }),
    refreshTokenSeconds: validity(settings, "RefreshToken", { unit: "days", otherwise: 30 * 86_400 }),
  };
}

/** Unset and 0 mean the default; see facts.md of the Cognito adapter. */
function validity(
  settings: CognitoSettings,
  token: string,
  { unit, otherwise }: { readonly unit: string; readonly otherwise: number },
): number {
  const value = settings[`${token}Validity`];
  const units = settings["TokenValidityUnits"] as Readonly<Record<string, string | undefined>> | undefined;
  if (typeof value !== "number" || value === 0) return otherwise;
  return value * (UNIT_SECONDS[units?.[token] ?? unit] ?? 1);
}
