import type { Connection, UpstreamProvider } from "../connection.ts";
import { knownHost, type PoolConnections } from "../pool-connections.ts";
import type { SsoOptions } from "../sso-options.ts";
import type { WrittenBridgeConfig, WrittenBridgeHost } from "./bridge-config.ts";

/** What a bridge's config is made from. */
export interface MakeBridgeConfigOptions {
  readonly pools: readonly PoolConnections[];
  /** The connections of all pools, with what they become. */
  readonly connections: readonly Connection[];
  readonly projectId: string;
  /** Origin of Descope's API. */
  readonly descopeBaseUrl: string;
  /** Where sign-ins of OIDC connections return to in Descope. @defaultValue `<descopeBaseUrl>/v1/oauth/callback` */
  readonly oidcRedirectUrls?: readonly string[] | undefined;
  readonly sso: Pick<SsoOptions, "upstreamClients" | "upstreamVia">;
}

/** A config, with what was left out of it. */
export interface MadeBridgeConfig {
  readonly config: WrittenBridgeConfig;
  /** Pools that no bridge can answer for, because they have no domain of the customer's own. */
  readonly poolsWithoutHost: readonly string[];
  /** Connections, by pool and name, whose responses stay Cognito's: encrypted to its key, social, or without endpoints. */
  readonly unbridged: readonly string[];
}

/**
 * Makes the config of a bridge from the pools and their connections.
 *
 * Every connection is in it, also those that cannot be bridged: the bridge then knows whose responses they are, and says so
 * in its log.
 */
export function makeBridgeConfig(options: MakeBridgeConfigOptions): MadeBridgeConfig {
  const { pools, connections, projectId, descopeBaseUrl } = options;
  const hosts: WrittenBridgeHost[] = [];
  const poolsWithoutHost: string[] = [];
  for (const pool of pools) {
    const host = hostOf(pool, options);
    if (host === undefined) poolsWithoutHost.push(pool.userPoolId);
    else hosts.push(host);
  }
  const unbridged = connections.filter((connection) => !isBridged(connection));
  return {
    config: { version: 1, projectId, descopeBaseUrl, hosts },
    poolsWithoutHost,
    unbridged: unbridged.map(({ userPoolId, name }) => `${userPoolId}/${name}`),
  };
}

/** Whether the bridge can hand responses of a connection to Descope. */
export function isBridged({ class: kind, protocol, tenantId, upstream }: Connection): boolean {
  if (tenantId === "") return false;
  if (protocol === "oidc") return kind === "E" && hasEndpoints(upstream);
  return kind === "A" || kind === "B" || kind === "C";
}

/** Whether the bridge knows where to send authorizations and token requests. */
export function hasEndpoints(upstream: UpstreamProvider | undefined): boolean {
  return upstream !== undefined && upstream.authorizeUrl !== "" && upstream.tokenUrl !== "";
}

function hostOf(pool: PoolConnections, options: MakeBridgeConfigOptions): WrittenBridgeHost | undefined {
  const { connections, sso, descopeBaseUrl } = options;
  const common = {
    userPoolId: pool.userPoolId,
    // Those that stay Cognito's keep their places, but a tenant that nothing may go to is none.
    connections: connections
      .filter(({ userPoolId }) => userPoolId === pool.userPoolId)
      .map((connection) => (isBridged(connection) ? connection : withoutTenant(connection))),
    appClients: pool.appClients.map(({ clientId, callbackUrls }) => ({ clientId, callbackUrls })),
    oidcRedirectUrls: options.oidcRedirectUrls ?? [`${descopeBaseUrl}/v1/oauth/callback`],
  };
  const { customDomain } = pool;
  if (customDomain !== undefined) {
    const host = customDomain.host.toLowerCase();
    return { host, upstream: `https://${customDomain.cloudFrontDistribution}`, ...common };
  }
  const upstreamClient = sso.upstreamClients[pool.userPoolId] ?? sso.upstreamClients["*"];
  const cognito = knownHost(pool);
  if (sso.upstreamVia === "address" || upstreamClient === undefined || cognito === undefined) return undefined;
  return { host: sso.upstreamVia.bridge.toLowerCase(), upstream: `https://${cognito}`, ...common, upstreamClient };
}

function withoutTenant(connection: Connection): Connection {
  return { ...connection, tenantId: "", ssoId: "" };
}
