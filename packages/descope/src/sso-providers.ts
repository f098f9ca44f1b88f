import { hasCode } from "@cognito-to-descope/core";
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
  let wire: OAuthProviderSettings | undefined;
  try {
    wire = await providers.read(providerId, options);
  } catch (error) {
    // Where a licence leaves the endpoints out, writing says so: that is the fault of one connection.
    if (!hasCode(error, "ERR_TARGET_FEATURE_MISSING")) throw error;
  }
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
      fields: textsOf(fields),
      customAttributes: textsOf(record(customAttributes)),
    },
  };
}

function textsOf(wire: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(wire).flatMap(([name, value]) => (text(value) === "" ? [] : [[name, text(value)]])),
  );
}
