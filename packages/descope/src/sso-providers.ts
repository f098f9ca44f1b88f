import type { OAuthProviders, OAuthProviderSettings, SocialSettings } from "@cognito-to-descope/core";
import { record, text, texts } from "./sso-wire.ts";

/** What only a custom provider is told; Descope knows it of its own ones. */
type CustomFields = Pick<SocialSettings, "authorizeUrl" | "tokenUrl" | "userInfoUrl" | "claims">;

/** A social provider as the endpoints of OAuth providers take it. */
export function toWireProvider(settings: SocialSettings): OAuthProviderSettings {
  const { providerId, custom, clientId, scopes } = settings;
  return {
    id: providerId,
    enabled: true,
    clientId,
    scopes,
    ...(custom ? customFields(settings) : {}),
  };
}

function customFields({ authorizeUrl, tokenUrl, userInfoUrl, claims }: CustomFields): Record<string, unknown> {
  return {
    authUrl: authorizeUrl,
    tokenUrl,
    userDataUrl: userInfoUrl,
    userDataClaimsMapping: { ...claims.fields, customAttributes: claims.customAttributes },
  };
}

/** Reads a provider of the project; undefined when it has none of this ID, or one without a client. */
export async function readSocialProvider(
  providers: OAuthProviders,
  providerId: string,
  options: Parameters<OAuthProviders["read"]>[1],
): Promise<SocialSettings | undefined> {
  const wire = await providers.read(providerId, options);
  if (wire === undefined || text(wire["clientId"]) === "") return undefined;
  const { customAttributes, ...fields } = record(wire["userDataClaimsMapping"]);
  return {
    protocol: "social",
    providerId,
    custom: text(wire["authUrl"]) !== "",
    clientId: text(wire["clientId"]),
    scopes: texts(wire["scopes"]),
    authorizeUrl: text(wire["authUrl"]),
    tokenUrl: text(wire["tokenUrl"]),
    userInfoUrl: text(wire["userDataUrl"]),
    claims: {
      fields: Object.fromEntries(Object.entries(fields).filter(([, claim]) => text(claim) !== "")) as Record<
        string,
        string
      >,
      customAttributes: Object.fromEntries(
        Object.entries(record(customAttributes)).filter(([, claim]) => text(claim) !== ""),
      ) as Record<string, string>,
    },
  };
}
