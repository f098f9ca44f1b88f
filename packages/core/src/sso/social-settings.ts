import type { ConnectionClaims, SocialSettings } from "./connection-settings.ts";
import type { ReadConnection } from "./read-connection.ts";

/** Providers that Descope knows by itself. It has none for Login with Amazon. */
const SYSTEM_PROVIDERS: Readonly<Record<string, string>> = {
  Google: "google",
  Facebook: "facebook",
  SignInWithApple: "apple",
};

/** What a social provider becomes: one of Descope's own, or a custom one with Cognito's endpoints. */
export function socialSettings({ connection, provider }: ReadConnection, claims: ConnectionClaims): SocialSettings {
  const providerId = SYSTEM_PROVIDERS[provider.type];
  const custom = providerId === undefined;
  const { upstream } = connection;
  const subject = provider.attributeMapping["username"] ?? "sub";
  return {
    protocol: "social",
    providerId: providerId ?? provider.name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    custom,
    clientId: upstream?.clientId ?? "",
    scopes: upstream?.scopes ?? [],
    authorizeUrl: custom ? (upstream?.authorizeUrl ?? "") : "",
    tokenUrl: custom ? (upstream?.tokenUrl ?? "") : "",
    userInfoUrl: custom ? (upstream?.userInfoUrl ?? "") : "",
    // Descope asks for a login ID in every mapping of a custom provider.
    claims: { ...claims, fields: { ...claims.fields, loginId: claims.fields.email ?? subject } },
  };
}
