import type { RoleMapping } from "./connection-settings.ts";
import type { ConnectionTenant } from "./connection-tenant.ts";

/**
 * How the connections of the pools become settings of the project.
 *
 * Keys of the records are connections: by name, or `<userPoolId>/<name>` where several pools have one of that name.
 */
export interface SsoOptions {
  readonly tenants: Readonly<Record<string, ConnectionTenant>>;
  /** Roles that users of a connection get; `*` is for every connection without an entry. */
  readonly roles: Readonly<
    Record<string, { readonly groups: readonly RoleMapping[]; readonly defaults: readonly string[] }>
  >;
  /** The claim that holds a user's groups. What is not listed is only proposed. */
  readonly groupClaims: Readonly<Record<string, string>>;
  /** Whether domain-shaped identifiers become domains of the tenant. */
  readonly domains: "identifiers" | "none";
  /** A domain that connections of several tenants claim: it goes to the first by name, to none, or to all. */
  readonly sharedDomains: "first" | "none" | "all";
  /** SSO settings that a tenant has and this product did not make. */
  readonly existing: "keep" | "replace";
  /** Connections that are left out. */
  readonly skip: readonly string[];
  /** Where users go after a sign-in that names no other place. */
  readonly redirectUrl?: string | undefined;
  /**
   * App client of each pool through which Cognito stays upstream of connections without a custom domain, by pool ID; `*`
   * where there is one pool. Without it the provider's administrator has to act.
   */
  readonly upstreamClients: Readonly<Record<string, string>>;
  /**
   * Who adds `identity_provider` to the authorization request at Cognito: the address in the settings, or the bridge at
   * this host.
   */
  readonly upstreamVia: "address" | { readonly bridge: string };
}

/** The options that hold where the config says nothing. */
export const DEFAULT_SSO_OPTIONS: SsoOptions = {
  tenants: {},
  roles: {},
  groupClaims: {},
  domains: "identifiers",
  sharedDomains: "first",
  existing: "keep",
  skip: [],
  upstreamClients: {},
  upstreamVia: "address",
};

/** A connection of one pool. */
export interface ConnectionKey {
  readonly userPoolId: string;
  readonly name: string;
}

/** What tells connections of all pools apart. */
export function connectionKey({ userPoolId, name }: ConnectionKey): string {
  return `${userPoolId}/${name}`;
}

/** What the operator said about a connection: by its key, or else by its name. */
export function ofConnection<Value>(
  record: Readonly<Record<string, Value>>,
  connection: ConnectionKey,
): Value | undefined {
  for (const key of [connectionKey(connection), connection.name]) if (Object.hasOwn(record, key)) return record[key];
  return undefined;
}

/** Whether the operator left a connection out. */
export function isSkipped({ skip }: SsoOptions, connection: ConnectionKey): boolean {
  return skip.includes(connection.name) || skip.includes(connectionKey(connection));
}
