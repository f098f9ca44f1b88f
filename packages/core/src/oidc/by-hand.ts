import type { OAuthProviderSettings } from "../ports/oauth-providers.ts";
import type { ClaimMapping } from "./claim-mapping.ts";

/** Stands where a client ID belongs that does not exist yet. */
const NO_CLIENT_ID = "<client ID>";

/** Stands where the secret belongs: it is never printed. */
const SECRET = "<client secret>";

function textsOf(settings: OAuthProviderSettings): (name: string) => string {
  return (name) => {
    const value = settings[name];
    return typeof value === "string" ? value : "";
  };
}

function mappingOf(settings: OAuthProviderSettings): ClaimMapping["userDataClaimsMapping"] {
  return settings["userDataClaimsMapping"] as ClaimMapping["userDataClaimsMapping"];
}

/** Claims by what they fill, fields and custom attributes in one, as the console and Terraform have them. */
function flatMapping(settings: OAuthProviderSettings): Readonly<Record<string, string>> {
  const { customAttributes, ...fields } = mappingOf(settings);
  return { ...(fields as Readonly<Record<string, string>>), ...customAttributes };
}

/** What to do in Descope's console where the project does not let its providers be written. One line each. */
export function providerConsoleSteps(settings: OAuthProviderSettings, userPoolId: string): readonly string[] {
  const text = textsOf(settings);
  const clientId = text("clientId") || NO_CLIENT_ID;
  return [
    `Authentication Methods > Social Login (OAuth / OIDC) > Custom provider, with the name "${settings.id}"`,
    `Client ID: ${clientId}`,
    `Client secret: aws cognito-idp describe-user-pool-client --user-pool-id ${userPoolId} --client-id ${clientId} --query UserPoolClient.ClientSecret --output text`,
    `Scopes: ${(settings["scopes"] as readonly string[]).join(" ")}`,
    "Grant type: authorization code",
    `Issuer: ${text("issuer")}`,
    `Authorization endpoint: ${text("authUrl")}`,
    `Token endpoint: ${text("tokenUrl")}`,
    `User info endpoint: ${text("userDataUrl")}`,
    `JWKS endpoint: ${text("jwksUrl")}`,
    `Merge user accounts by email address: ${settings["trustProvidedEmails"] === true ? "on" : "off"}`,
    `Update the profile at each sign-in: ${settings["jitUpdatesDisabled"] === true ? "off" : "on"}`,
    ...Object.entries(flatMapping(settings)).map(([field, claim]) => `Attribute mapping: ${claim} → ${field}`),
    "then run c2d oidc setup again: it asks for the sign-in page and says whether everything fits",
  ];
}

/** The provider as a Terraform document in JSON. Its secret is a variable. */
export function providerTerraform(settings: OAuthProviderSettings, projectId: string): string {
  const text = textsOf(settings);
  const document = {
    terraform: { required_providers: { descope: { source: "descope/descope" } } },
    variable: {
      cognito_client_secret: { type: "string", sensitive: true, description: "Secret of the app client in Cognito" },
    },
    resource: {
      descope_oauth_provider: {
        [settings.id.replace(/\W/g, "_")]: {
          project_id: projectId,
          id: settings.id,
          description: text("description"),
          client_id: text("clientId") || NO_CLIENT_ID,
          client_secret: "${var.cognito_client_secret}",
          allowed_grant_types: settings["allowedGrantTypes"],
          authorization_endpoint: text("authUrl"),
          token_endpoint: text("tokenUrl"),
          user_info_endpoint: text("userDataUrl"),
          jwks_endpoint: text("jwksUrl"),
          issuer: text("issuer"),
          scopes: settings["scopes"],
          merge_user_accounts: settings["trustProvidedEmails"],
          disable_jit_updates: settings["jitUpdatesDisabled"],
          ...(text("callbackDomain") === "" ? {} : { callback_domain: text("callbackDomain") }),
          claim_mapping: flatMapping(settings),
        },
      },
    },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** The provider as the part of a project snapshot that holds it: `auth/oauth.json`. The secret goes in as an input secret. */
export function providerSnapshot(settings: OAuthProviderSettings): string {
  const { id, ...provider } = settings;
  const file = {
    providerSettings: {
      [id]: { ...provider, name: id, custom: true, grantType: "authorization_code", clientSecret: SECRET },
    },
  };
  return `${JSON.stringify({ "auth/oauth.json": file }, undefined, 2)}\n`;
}
