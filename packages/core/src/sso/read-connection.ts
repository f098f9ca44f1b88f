import type { MetadataReader } from "../ports/metadata-reader.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import { type Classification, classifyConnection, protocolOf } from "./classify-connection.ts";
import { cognitoRedirectUrl, serviceProviderOf } from "./bridge-addresses.ts";
import type { Connection } from "./connection.ts";
import { domainsOf } from "./domains.ts";
import { type IdentityVendor, identityVendorOf } from "./identity-vendor.ts";
import { givenEndpoints, joinEndpoints, needsDiscovery, type OidcEndpoints } from "./oidc-endpoints.ts";
import { type ConnectionProvider, knownHost, type PoolConnections } from "./pool-connections.ts";
import { entityOf, type MetadataReading, type SamlEntity } from "./saml-metadata.ts";
import { connectionKey } from "./sso-options.ts";
import type { NamedTenant } from "./tenant-names.ts";

/** A connection with all that was read about it: from the pool, and from its provider. */
export interface ReadConnection {
  readonly connection: Connection;
  readonly pool: PoolConnections;
  readonly provider: ConnectionProvider;
  readonly classification: Classification;
  readonly vendor: IdentityVendor;
  /** SAML only. */
  readonly metadata?: MetadataReading;
  readonly entity?: SamlEntity;
  /** OIDC only: why discovery failed, where it was needed. */
  readonly discoveryProblem?: string;
}

/**
 * Reads what a provider publishes about itself and says what its connection is. Undefined for a type of provider that is not
 * known.
 */
export async function readConnection(
  pool: PoolConnections,
  provider: ConnectionProvider,
  tenants: ReadonlyMap<string, NamedTenant>,
  reader: MetadataReader,
  options: AbortableOptions = {},
): Promise<ReadConnection | undefined> {
  const protocol = protocolOf(provider.type);
  if (protocol === undefined) return undefined;
  const metadata = protocol === "saml" ? await readMetadata(provider, reader, options) : undefined;
  const entity = entityOf(metadata, provider.details["SSORedirectBindingURI"]);
  const oidc = protocol === "saml" ? undefined : await readEndpoints(provider, protocol, reader, options);
  const classification = classifyConnection(provider, pool, entity);
  const tenant = tenants.get(connectionKey({ userPoolId: pool.userPoolId, name: provider.name }));
  const host = knownHost(pool);
  const connection: Connection = {
    userPoolId: pool.userPoolId,
    name: provider.name,
    protocol,
    class: classification.class,
    identifiers: provider.identifiers,
    domains: domainsOf(provider.identifiers),
    idpEntityIds: metadata !== undefined && "entities" in metadata ? metadata.entities.map((one) => one.entityId) : [],
    ...(protocol === "saml" && host !== undefined ? { serviceProvider: serviceProviderOf(pool.userPoolId, host) } : {}),
    ...(oidc === undefined
      ? {}
      : {
          upstream: {
            ...oidc.endpoints,
            clientId: provider.details["client_id"] ?? "",
            scopes: (provider.details["authorize_scopes"] ?? "").split(/[\s,]+/).filter((scope) => scope !== ""),
            redirectUrl: host === undefined ? "" : cognitoRedirectUrl(host),
          },
        }),
    tenantId: tenant?.tenantId ?? "",
    ssoId: tenant?.ssoId ?? "",
  };
  const addresses = [provider.details["MetadataURL"] ?? "", ...(entity?.signOn.map(({ url }) => url) ?? [])];
  return {
    connection,
    pool,
    provider,
    classification,
    vendor: identityVendorOf(connection, addresses),
    ...(metadata === undefined ? {} : { metadata }),
    ...(entity === undefined ? {} : { entity }),
    ...(oidc?.problem === undefined ? {} : { discoveryProblem: oidc.problem }),
  };
}

async function readMetadata(
  { details }: ConnectionProvider,
  reader: MetadataReader,
  options: AbortableOptions,
): Promise<MetadataReading> {
  const url = details["MetadataURL"];
  return url === undefined || url === ""
    ? reader.parse(details["MetadataFile"] ?? "")
    : await reader.fetch(url, options);
}

async function readEndpoints(
  provider: ConnectionProvider,
  protocol: "oidc" | "social",
  reader: MetadataReader,
  options: AbortableOptions,
): Promise<{ readonly endpoints: OidcEndpoints; readonly problem?: string }> {
  const given = givenEndpoints(provider);
  // Descope knows the endpoints of social providers by itself, or Cognito lists them all.
  if (protocol === "social" || !needsDiscovery(given) || given.issuer === "") return { endpoints: given };
  const reading = await reader.discover(given.issuer, options);
  return "endpoints" in reading
    ? { endpoints: joinEndpoints(given, reading.endpoints) }
    : { endpoints: given, problem: reading.problem };
}
