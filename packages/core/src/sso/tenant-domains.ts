import { claimedTwice } from "./domains.ts";
import type { ReadConnection } from "./read-connection.ts";
import type { SsoOptions } from "./sso-options.ts";

/** Domains of each tenant, and those that connections of several tenants claim. */
export function assignDomains(
  connections: readonly ReadConnection[],
  { domains, sharedDomains }: SsoOptions,
): {
  readonly of: (tenantId: string) => readonly string[];
  readonly shared: ReadonlyMap<ReadConnection, readonly string[]>;
} {
  const byTenant = new Map<string, Set<string>>();
  const shared = new Map<ReadConnection, string[]>();
  if (domains === "none") return { of: () => [], shared };
  const claims = claimedTwice(connections, ({ connection }) => connection.domains);
  for (const one of connections) {
    const { tenantId, domains: own } = one.connection;
    if (tenantId === "") continue;
    for (const domain of own) {
      const others = claims.get(domain) ?? [one];
      const ofSeveral = new Set(others.map(({ connection }) => connection.tenantId)).size > 1;
      if (ofSeveral) shared.set(one, [...(shared.get(one) ?? []), domain]);
      const goes =
        !ofSeveral ||
        sharedDomains === "all" ||
        (sharedDomains === "first" && others[0]?.connection.tenantId === tenantId);
      if (!goes) continue;
      const held = byTenant.get(tenantId);
      if (held === undefined) byTenant.set(tenantId, new Set([domain]));
      else held.add(domain);
    }
  }
  return { of: (tenantId) => [...(byTenant.get(tenantId) ?? [])], shared };
}
