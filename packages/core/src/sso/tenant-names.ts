import { assignLegalNames, type NameRule } from "../mapping/legal-names.ts";
import type { IdentityProvider } from "../pool/pool-snapshot.ts";
import { protocolOf } from "./classify-connection.ts";
import type { ConnectionTenant } from "./connection-tenant.ts";
import { connectionKey, type ConnectionKey, ofConnection } from "./sso-options.ts";

/** Tenant IDs of our own making: 1 to 30 lower-case letters, digits, hyphens and underscores. */
const TENANT_ID: NameRule = {
  maxLength: 30,
  clean: (name) =>
    name
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .toLowerCase()
      .replace(/[^a-z0-9_]+/g, "-")
      .replace(/^-+|-+$/g, "") || "tenant",
  suffix: (number) => `-${number}`,
};

/** What is said of tenants of connections, the strongest first. */
export interface TenantRules {
  /** By key or name, with the name of the tenant and its configuration. */
  readonly tenants: Readonly<Record<string, ConnectionTenant>>;
  /** `mapping.connectionTenants` of the import, by name. */
  readonly connectionTenants: Readonly<Record<string, string>>;
  /** Tenants that connections got before, by key: a new connection never moves an old one. */
  readonly recorded: ReadonlyMap<string, string>;
}

/** The tenant of a connection. */
export interface NamedTenant {
  readonly tenantId: string;
  readonly name: string;
  readonly ssoId: string;
  /** The ID is not the connection's name, which is no legal one or is taken. */
  readonly renamed: boolean;
}

/** The connections of pools that get a tenant: all but social ones. */
export function tenantConnections(
  pools: readonly {
    readonly userPoolId: string;
    readonly providers: readonly Pick<IdentityProvider, "name" | "type">[];
  }[],
): readonly ConnectionKey[] {
  return pools.flatMap(({ userPoolId, providers }) =>
    providers
      .filter(({ type }) => protocolOf(type) === "saml" || protocolOf(type) === "oidc")
      .map(({ name }) => ({ userPoolId, name })),
  );
}

/**
 * Gives every connection its tenant: what the operator says, what it was before, or an ID made of its name.
 *
 * The answer does not depend on the order of the connections, and is the same for the import and for SSO.
 */
export function nameTenants(
  connections: readonly ConnectionKey[],
  rules: TenantRules,
): ReadonlyMap<string, NamedTenant> {
  const named = new Map<string, NamedTenant>();
  const open: ConnectionKey[] = [];
  for (const connection of connections) {
    const key = connectionKey(connection);
    const given = ofConnection(rules.tenants, connection);
    const id =
      given?.tenant ??
      (Object.hasOwn(rules.connectionTenants, connection.name)
        ? rules.connectionTenants[connection.name]
        : rules.recorded.get(key));
    if (id === undefined) open.push(connection);
    else {
      named.set(key, { tenantId: id, name: given?.name ?? connection.name, ssoId: given?.ssoId ?? "", renamed: false });
    }
  }
  const taken = [...named.values()].map(({ tenantId }) => tenantId);
  const shared = new Set(open.map(({ name }) => name).filter((name, index, names) => names.indexOf(name) !== index));
  // Connections of one name in several pools are different customers until somebody says otherwise.
  const wanted = new Map(
    open.map((connection) => [
      connectionKey(connection),
      shared.has(connection.name) ? connectionKey(connection) : connection.name,
    ]),
  );
  const ids = assignLegalNames(wanted.values(), taken, TENANT_ID);
  for (const connection of open) {
    const key = connectionKey(connection);
    const source = wanted.get(key) ?? connection.name;
    const tenantId = ids.get(source) ?? source;
    named.set(key, { tenantId, name: source, ssoId: "", renamed: tenantId !== connection.name.toLowerCase() });
  }
  return named;
}
