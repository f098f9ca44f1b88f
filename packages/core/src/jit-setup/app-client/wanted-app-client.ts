import type { PoolSignIn } from "../../pool/pool-sign-in.ts";
import type { CognitoSettings } from "../../ports/pool-settings.ts";
import { AUTH_FLOWS, type CheckFlow } from "../jit-setup-options.ts";
import { readableAttributes } from "./readable-attributes.ts";

/**
 * Settings of an app client that checks passwords and does nothing else.
 *
 * Only password and refresh are allowed, no OAuth, nothing tells an unknown user from a wrong password, and every attribute
 * can be read, so that the mapping misses none. The tokens of a check are dropped: they live as short as Cognito lets them
 * (5 minutes, the refresh token an hour).
 */
export function wantedAppClient(pool: Pick<PoolSignIn, "schema">, flow: CheckFlow): CognitoSettings {
  return {
    ExplicitAuthFlows: [AUTH_FLOWS[flow], "ALLOW_REFRESH_TOKEN_AUTH"],
    SupportedIdentityProviders: ["COGNITO"],
    PreventUserExistenceErrors: "ENABLED",
    ReadAttributes: readableAttributes(pool),
    AllowedOAuthFlowsUserPoolClient: false,
    EnableTokenRevocation: true,
    AccessTokenValidity: 5,
    IdTokenValidity: 5,
    RefreshTokenValidity: 60,
    TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "minutes" },
  };
}
