import type { MappingRules } from "../mapping/rules.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import { connectionKey } from "./sso-options.ts";
import { nameTenants, tenantConnections } from "./tenant-names.ts";

/** A tenant that users get by their connection. */
export interface ImportTenant {
  readonly id: string;
  /** Its name, where it has to be created. */
  readonly name: string;
}

/** What the connections of the pools give, pool by pool. */
export interface ImportTenants {
  /** The rules of each pool, with the tenant of every connection that gives one. */
  readonly rules: readonly MappingRules[];
  /** Each tenant once. */
  readonly tenants: readonly ImportTenant[];
}

type Pool = Pick<PoolSnapshot, "userPoolId" | "identityProviders">;

/**
 * The tenants that the import gives by connection: the same that SSO gives them, so that a user who was imported and one who
 * signs in end up in the same place.
 *
 * @param recorded - Tenants that connections have from before, by key.
 */
export function importTenants(
  pools: readonly Pool[],
  rules: MappingRules,
  recorded: ReadonlyMap<string, string>,
): ImportTenants {
  const { connectionTenants, connections } = rules;
  if (connections === "listed") {
    const ids = [...new Set(Object.values(connectionTenants))];
    return { rules: pools.map(() => rules), tenants: ids.map((id) => ({ id, name: id })) };
  }
  const read = pools.map(({ userPoolId, identityProviders }) => ({ userPoolId, providers: identityProviders }));
  const named = nameTenants(tenantConnections(read), { tenants: connections.tenants, connectionTenants, recorded });
  const tenants = new Map(Object.values(connectionTenants).map((id) => [id, id]));
  for (const { tenantId, name } of named.values()) tenants.set(tenantId, name);
  return {
    rules: pools.map((pool) => ({ ...rules, connectionTenants: { ...connectionTenants, ...ofPool(pool, named) } })),
    tenants: [...tenants].map(([id, name]) => ({ id, name })),
  };
}

function ofPool(
  { userPoolId, identityProviders }: Pool,
  named: ReturnType<typeof nameTenants>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    identityProviders.flatMap(({ name }) => {
      const tenant = named.get(connectionKey({ userPoolId, name }));
      return tenant === undefined ? [] : [[name, tenant.tenantId] as const];
    }),
  );
}
