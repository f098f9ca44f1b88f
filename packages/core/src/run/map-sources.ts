import type { Findings } from "../findings/findings.ts";
import { mapAttributes } from "../mapping/attribute-mapping.ts";
import { type GroupMapping, mapGroups, nameRoles } from "../mapping/group-mapping.ts";
import type { SourceMapping } from "../mapping/map-user.ts";
import type { MappingRules } from "../mapping/rules.ts";
import type { PlanDefinitions } from "../plan/plan.ts";
import { planDefinitions } from "../plan/plan-definitions.ts";
import type { PoolObservation } from "../pool/observe-users.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { ProjectSnapshot, Role, Tenant } from "../project/project-snapshot.ts";
import { roleKey } from "../project/role-key.ts";
import { type ImportTenant, importTenants } from "../sso/import-tenants.ts";

/** A pool as a whole, as far as the mapping of its users depends on it. */
export interface MappedSource {
  readonly pool: PoolSnapshot;
  readonly observation: PoolObservation;
  /** The tenant that every user of the pool belongs to. */
  readonly tenant?: string | undefined;
  /** Name of the tenant, where it has to be created. @defaultValue its ID */
  readonly tenantName?: string | undefined;
}

/** How the users of each source are mapped, and what the project must have for it. */
export interface SourceMappings {
  /** In the order of the sources. */
  readonly mappings: readonly SourceMapping[];
  readonly definitions: PlanDefinitions;
}

/**
 * Decides how attributes, groups and tenants of all sources are mapped: one table for all, so that a name means one thing.
 *
 * @param recorded - Tenants that connections have from before, by key.
 */
export function mapSources(
  sources: readonly MappedSource[],
  project: ProjectSnapshot,
  rules: MappingRules,
  findings: Findings,
  recorded: ReadonlyMap<string, string> = new Map(),
): SourceMappings {
  const attributes = mapAttributes(sources, project, rules, findings);
  const names = nameRoles(
    sources.map(({ pool }) => pool),
    rules,
  );
  const byConnection = importTenants(
    sources.map(({ pool }) => pool),
    rules,
    recorded,
  );
  const rulesOf = (index: number): MappingRules => byConnection.rules[index] ?? rules;
  const groups = sources.map(({ pool, tenant }, index) => mapGroups(pool, rulesOf(index), findings, { names, tenant }));
  noteSharedRoles(sources, groups, findings);
  const mappings: readonly SourceMapping[] = sources.map(({ pool, tenant }, index) => ({
    pool,
    rules: rulesOf(index),
    attributes: attributes.targets,
    groups: groups[index]?.effects ?? new Map(),
    tenant,
  }));
  const definitions = planDefinitions(
    {
      attributes: attributes.definitions,
      roles: wantedRoles(groups),
      tenants: wantedTenants(sources, byConnection.tenants, groups),
    },
    project,
    findings,
  );
  return { mappings, definitions };
}

/** Each role once; its description is that of the first pool that has it. */
function wantedRoles(groups: readonly GroupMapping[]): readonly Role[] {
  const roles = new Map<string, Role>();
  for (const role of groups.flatMap((mapping) => mapping.roles)) {
    if (!roles.has(roleKey(role))) roles.set(roleKey(role), role);
  }
  return [...roles.values()];
}

function wantedTenants(
  sources: readonly MappedSource[],
  byConnection: readonly ImportTenant[],
  groups: readonly GroupMapping[],
): readonly Tenant[] {
  const names = new Map([
    ...byConnection.map(({ id, name }) => [id, name] as const),
    ...sources.flatMap(({ tenant, tenantName }) =>
      tenant === undefined || tenantName === undefined ? [] : [[tenant, tenantName] as const],
    ),
  ]);
  const ids = new Set([
    ...sources.flatMap(({ tenant }) => tenant ?? []),
    ...groups.flatMap((mapping) => mapping.tenants),
    ...byConnection.map(({ id }) => id),
  ]);
  return [...ids].map((id) => ({ id, name: names.get(id) ?? id }));
}

/** Where neither the pool nor the rule has a tenant, groups of one name give the same rights in the whole project. */
function noteSharedRoles(sources: readonly MappedSource[], groups: readonly GroupMapping[], findings: Findings): void {
  const pools = new Map<string, number>();
  groups.forEach(({ effects }, index) => {
    if (sources[index]?.tenant !== undefined) return;
    const roles = new Set(
      [...effects.values()].flatMap(({ role, tenant }) => (tenant === undefined ? (role ?? []) : [])),
    );
    for (const role of roles) pools.set(role, (pools.get(role) ?? 0) + 1);
  });
  for (const [role, count] of pools) if (count > 1) findings.add("role-shared-by-pools", role);
}
