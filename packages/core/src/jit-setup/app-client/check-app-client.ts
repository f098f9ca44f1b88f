import type { Findings } from "../../findings/findings.ts";
import type { PoolSignIn } from "../../pool/pool-sign-in.ts";
import type { CognitoSettings } from "../../ports/pool-settings.ts";
import type { CheckFlow, PasswordRoute } from "../jit-setup-options.ts";
import { allowsCheck, flowsOf } from "./allow-check-flow.ts";
import { isOwnClient } from "./plan-app-client.ts";
import { attributesReadBy, readableAttributes } from "./readable-attributes.ts";

/** An app client as it will be. */
export interface CheckedClient {
  readonly name: string;
  readonly hasSecret: boolean;
  readonly settings: CognitoSettings;
}

const DAY_S = 86_400;
const UNIT_SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: DAY_S };

/** Finds what of an app client stands against checking passwords by it, or is worth knowing. */
export function checkAppClient(
  client: CheckedClient,
  pool: PoolSignIn,
  { route, flow }: { readonly route: PasswordRoute; readonly flow: CheckFlow },
  findings: Findings,
): void {
  const { name, settings } = client;
  if (!allowsCheck(settings, flow)) findings.add("jit-flow-not-allowed", name);
  if (client.hasSecret && route === "direct") findings.add("jit-secret-unusable", name);
  if (settings["PreventUserExistenceErrors"] !== "ENABLED") findings.add("jit-users-told-apart", name);
  const readable = new Set(attributesReadBy(settings, pool));
  for (const attribute of readableAttributes(pool)) {
    if (!readable.has(attribute)) findings.add("jit-attributes-unreadable", attribute);
  }
  const providers = settings["SupportedIdentityProviders"];
  if (!Array.isArray(providers) || !providers.includes("COGNITO")) findings.add("jit-cognito-not-offered", name);
  // Clients with the older names of flows can refresh without saying so.
  if (flowsOf(settings).some((each) => each.startsWith("ALLOW_"))) {
    if (!flowsOf(settings).includes("ALLOW_REFRESH_TOKEN_AUTH")) findings.add("jit-refresh-not-allowed", name);
  }
  if (!isOwnClient(settings)) findings.add("jit-oauth-settings", name);
  if (refreshTokenSeconds(settings) > DAY_S) findings.add("jit-tokens-live-long", name);
}

/** How long a refresh token of the client lives: 30 days when it does not say. */
function refreshTokenSeconds(settings: CognitoSettings): number {
  const units = settings["TokenValidityUnits"];
  const unit =
    typeof units === "object" && units !== null ? (units as Record<string, unknown>)["RefreshToken"] : "days";
  const validity = Number(settings["RefreshTokenValidity"]) || 30;
  return validity * (UNIT_SECONDS[String(unit)] ?? DAY_S);
}
