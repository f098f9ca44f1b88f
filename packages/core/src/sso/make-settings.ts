import type { MappingRules } from "../mapping/rules.ts";
import { bridgeAuthorizeUrl, bridgeTokenUrl } from "./bridge-addresses.ts";
import type { ConnectionRoles, ConnectionSettings, SamlProviderSource } from "./connection-settings.ts";
import type { ReadConnection } from "./read-connection.ts";
import { byUse, signOnUrlOf } from "./saml-metadata.ts";
import { socialSettings } from "./social-settings.ts";
import { ofConnection, type SsoOptions } from "./sso-options.ts";
import type { ConnectionFinding } from "./sso-plan.ts";
import { type TurnedMapping, turnMapping } from "./turn-mapping.ts";
import { upstreamCognitoSettings } from "./upstream-cognito.ts";

/** The settings of a connection, or why there are none. */
export interface MadeSettings {
  /** Absent when something is missing without which no user could sign in. */
  readonly settings?: ConnectionSettings;
  /** App client of the pool whose secret is the settings' secret, instead of the provider's own. */
  readonly upstreamClient?: string;
  readonly sendsSecret: boolean;
  /** Custom attributes that the settings write, with the pool attribute of each. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly findings: readonly ConnectionFinding[];
}

/** Decides what a connection becomes in the project. */
export function makeSettings(
  read: ReadConnection,
  options: SsoOptions,
  rules: MappingRules,
  now: number,
): MadeSettings {
  const { connection, pool, provider } = read;
  const { protocol } = connection;
  const turned = turnMapping(provider.attributeMapping, protocol, rules);
  const findings = mappingFindings(turned, read, options);
  const roles = rolesOf(read, options);
  const group = ofConnection(options.groupClaims, connection);
  const claims = group === undefined ? turned.claims : { ...turned.claims, fields: { ...turned.claims.fields, group } };
  const common = { claims, roles, redirectUrl: options.redirectUrl ?? "" };
  if (protocol === "social") {
    const settings = socialSettings(read, claims);
    return hasSecret(read)
      ? { settings, sendsSecret: true, attributes: settings.custom ? turned.attributes : new Map(), findings }
      : { sendsSecret: false, attributes: new Map(), findings: [...findings, { rule: "sso-secret-missing" }] };
  }
  const clientId = options.upstreamClients[pool.userPoolId] ?? options.upstreamClients["*"];
  if (
    clientId !== undefined &&
    (connection.class === "F" || (connection.class === "D" && pool.customDomain === undefined))
  ) {
    const settings = upstreamCognitoSettings({
      pool,
      provider,
      clientId,
      via: options.upstreamVia,
      roles,
      redirectUrl: common.redirectUrl,
      rules,
    });
    if (settings !== undefined) {
      const attributes = new Map([...turned.attributes].filter(([name]) => name in settings.claims.customAttributes));
      const dropped: ConnectionFinding[] = [...findings, { rule: "sso-upstream-cognito" }];
      return { settings, upstreamClient: clientId, sendsSecret: true, attributes, findings: dropped };
    }
  }
  if (protocol === "oidc") return { ...oidcSettings(read, common, findings), attributes: turned.attributes };
  const source = samlSource(read, now);
  if (source === undefined) return { sendsSecret: false, attributes: new Map(), findings };
  return {
    settings: {
      protocol: "saml",
      source,
      idpEntityId: read.entity?.entityId ?? "",
      // Without a domain of the customer's own nothing arrives at the old address: the new one is Descope's.
      spAcsUrl: pool.customDomain === undefined ? "" : (connection.serviceProvider?.acsUrl ?? ""),
      spEntityId: connection.serviceProvider?.entityId ?? "",
      ...common,
    },
    sendsSecret: false,
    attributes: turned.attributes,
    findings,
  };
}

function rolesOf({ connection }: ReadConnection, { roles }: SsoOptions): ConnectionRoles {
  const given = ofConnection(roles, connection) ?? roles["*"];
  return { mappings: given?.groups ?? [], defaults: given?.defaults ?? [] };
}

function hasSecret({ provider }: ReadConnection): boolean {
  return provider.secret !== undefined;
}

function mappingFindings(
  turned: TurnedMapping,
  { connection }: ReadConnection,
  options: SsoOptions,
): ConnectionFinding[] {
  const findings: ConnectionFinding[] = [];
  if (connection.protocol === "saml" && turned.claims.fields.email === undefined)
    findings.push({ rule: "sso-email-unmapped" });
  if (ofConnection(options.groupClaims, connection) === undefined) {
    for (const detail of turned.groupClaims) findings.push({ rule: "sso-group-claim-proposed", detail });
  }
  for (const detail of turned.dropped) findings.push({ rule: "sso-attribute-dropped", detail });
  return findings;
}

/** The metadata's address where it describes one provider, so that new certificates are followed; else its values. */
function samlSource({ provider, metadata, entity }: ReadConnection, now: number): SamlProviderSource | undefined {
  const metadataUrl = provider.details["MetadataURL"];
  const several = metadata !== undefined && "entities" in metadata && metadata.entities.length > 1;
  if (metadataUrl !== undefined && metadataUrl !== "" && !several) {
    // What the document itself is wrong about, Descope cannot read either; an address may be open to it all the same.
    const isBroken =
      metadata !== undefined && "problem" in metadata && !["unreachable", "address-refused"].includes(metadata.problem);
    return isBroken ? undefined : { metadataUrl };
  }
  const signOnUrl =
    entity === undefined ? undefined : (provider.details["SSORedirectBindingURI"] ?? signOnUrlOf(entity));
  if (entity === undefined || signOnUrl === undefined || entity.certificates.length === 0) return undefined;
  return { signOnUrl, certificates: byUse(entity.certificates, now).map(({ pem }) => pem) };
}

function oidcSettings(
  read: ReadConnection,
  common: Pick<Extract<ConnectionSettings, { protocol: "oidc" }>, "claims" | "roles" | "redirectUrl">,
  findings: readonly ConnectionFinding[],
): Omit<MadeSettings, "attributes"> {
  const { connection, pool } = read;
  const { upstream } = connection;
  if (upstream === undefined || upstream.authorizeUrl === "" || upstream.tokenUrl === "") {
    return { sendsSecret: false, findings: [...findings, { rule: "sso-endpoint-unknown" }] };
  }
  const host = pool.customDomain?.host;
  return {
    settings: {
      protocol: "oidc",
      name: connection.name,
      clientId: upstream.clientId,
      authorizeUrl: host === undefined ? upstream.authorizeUrl : bridgeAuthorizeUrl(host, connection.name),
      tokenUrl: host === undefined ? upstream.tokenUrl : bridgeTokenUrl(host, connection.name),
      userInfoUrl: upstream.userInfoUrl,
      jwksUrl: upstream.jwksUrl,
      issuer: upstream.issuer,
      scopes: upstream.scopes,
      ...common,
    },
    sendsSecret: hasSecret(read),
    // Public clients have none; Cognito takes them, and so does Descope.
    findings: hasSecret(read) ? findings : [...findings, { rule: "sso-secret-missing", detail: "public client" }],
  };
}
