import { userPoolIssuer } from "../aws-integration/user-pool-issuers.ts";
import type { MappingRules } from "../mapping/rules.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { ConnectionRoles, OidcSettings } from "./connection-settings.ts";
import { bridgeAuthorizeUrl, cognitoAuthorizeUrl } from "./bridge-addresses.ts";
import { knownHost, type PoolConnections } from "./pool-connections.ts";
import type { SsoOptions } from "./sso-options.ts";
import { turnMapping } from "./turn-mapping.ts";

/** What the settings of a tenant need whose OIDC provider is the user pool. */
export interface UpstreamCognitoOptions {
  readonly pool: PoolConnections;
  /** The connection that Cognito sends the user on to. */
  readonly provider: { readonly name: string; readonly attributeMapping: Readonly<Record<string, string>> };
  /** App client of Descope at the pool. */
  readonly clientId: string;
  readonly via: SsoOptions["upstreamVia"];
  readonly roles: ConnectionRoles;
  readonly redirectUrl: string;
  readonly rules: MappingRules;
}

/**
 * The settings of a tenant that signs in at the user pool, which sends its users straight on to their identity provider.
 *
 * The provider sees no change: it is still asked by Cognito. Undefined while the pool has no domain.
 */
export function upstreamCognitoSettings(options: UpstreamCognitoOptions): OidcSettings | undefined {
  const { pool, provider, clientId, via, roles, redirectUrl, rules } = options;
  const host = knownHost(pool);
  if (host === undefined) return undefined;
  const issuer = userPoolIssuer({ userPoolId: pool.userPoolId, region: pool.region }, "original");
  // What Cognito took from the provider is what it puts into its own tokens, by its own names.
  const own = Object.fromEntries(
    [...Object.keys(provider.attributeMapping), "email"]
      .filter((attribute) => attribute !== "username")
      .map((attribute) => [attribute, attribute]),
  );
  const { claims } = turnMapping({ ...own, email_verified: "email_verified" }, "oidc", rules);
  return {
    protocol: "oidc",
    name: provider.name,
    clientId,
    authorizeUrl:
      via === "address" ? cognitoAuthorizeUrl(host, provider.name) : bridgeAuthorizeUrl(via.bridge, provider.name),
    tokenUrl: `https://${host}/oauth2/token`,
    userInfoUrl: `https://${host}/oauth2/userInfo`,
    jwksUrl: `${issuer}/.well-known/jwks.json`,
    issuer,
    scopes: ["openid", "email", "profile", "phone"],
    claims: { ...claims, customAttributes: { ...claims.customAttributes, [OWN_ATTRIBUTES.sub]: "sub" } },
    roles,
    redirectUrl,
  };
}
