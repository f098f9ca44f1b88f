import type { ServiceProvider } from "./connection.ts";

/** What a pool's SAML providers were given by hand when they were set up, to the character. */
export function serviceProviderOf(userPoolId: string, host: string): ServiceProvider {
  return {
    acsUrl: `https://${host}/saml2/idpresponse`,
    entityId: `urn:amazon:cognito:sp:${userPoolId}`,
  };
}

/** The redirect URI that a pool's OIDC and social providers were given. */
export function cognitoRedirectUrl(host: string): string {
  return `https://${host}/oauth2/idpresponse`;
}

/** Where Descope begins a sign-in at an OIDC provider whose redirect URI the bridge translates. */
export function bridgeAuthorizeUrl(host: string, connection: string): string {
  return `https://${host}/_bridge/oidc/${encodeURIComponent(connection)}/authorize`;
}

/** Where Descope redeems the code of such a sign-in. */
export function bridgeTokenUrl(host: string, connection: string): string {
  return `https://${host}/_bridge/oidc/${encodeURIComponent(connection)}/token`;
}

/** Where the pool begins a sign-in that goes straight on to one of its providers. */
export function cognitoAuthorizeUrl(host: string, connection: string): string {
  return `https://${host}/oauth2/authorize?identity_provider=${encodeURIComponent(connection)}`;
}
