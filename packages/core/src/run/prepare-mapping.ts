import type { Findings } from "../findings/findings.ts";
import { mapAttributes } from "../mapping/attribute-mapping.ts";
import { type GroupMapping, mapGroups, nameRoles } from "../mapping/group-mapping.ts";
import type { SourceMapping } from "../mapping/map-user.ts";
import type { PlanDefinitions } from "../plan/plan.ts";
import { planDefinitions } from "../plan/plan-definitions.ts";
import { observeUsers, type PoolObservation } from "../pool/observe-users.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { ProjectSnapshot, Role, Tenant } from "../project/project-snapshot.ts";
import { roleKey } from "../project/role-key.ts";
import { type ImportTenant, importTenants, type ImportTenants } from "../sso/import-tenants.ts";
import { recordedTenants } from "../sso/recorded-tenants.ts";
import { notePool } from "./note-pool.ts";
import type { RunContext } from "./run-context.ts";
import { sourceUserPages } from "./source-user-pages.ts";

/** What is decided about the pools as wholes, before any user. */
export interface PreparedMapping {
  /** In the order of the sources. */
  readonly mappings: readonly SourceMapping[];
  readonly definitions: PlanDefinitions;
  readonly observations: readonly PoolObservation[];
}

/**
 * Goes through every user once to see what the pools hold, and decides how attributes, groups and tenants are mapped.
 *
 * @param seen - What an earlier run saw in the pools, where this one has not read all of their users.
 */
export async function prepareMapping(
  context: RunContext,
  project: ProjectSnapshot,
  findings: Findings,
  seen?: readonly PoolObservation[],
): Promise<PreparedMapping> {
  const { runId, store, rules } = context;
  const pools = await store.readPools(runId);
  const observations = seen ?? (await observe(context, pools));
  const attributes = mapAttributes(
    pools.map((pool, index) => ({ pool, observation: observationOf(observations, index) })),
    project,
    rules,
    findings,
  );
  const names = nameRoles(pools, rules);
  const byConnection = await connectionTenants(context, pools);
  const groups = pools.map((pool, index) =>
    mapGroups(pool, byConnection.rules[index] ?? rules, findings, { names, tenant: context.sources[index]?.tenant }),
  );
  noteSharedRoles(context, groups, findings);
  pools.forEach((pool, index) => notePool(pool, observationOf(observations, index), findings));
  const mappings: readonly SourceMapping[] = pools.map((pool, index) => ({
    pool,
    rules: byConnection.rules[index] ?? rules,
    attributes: attributes.targets,
    groups: groups[index]?.effects ?? new Map(),
    tenant: context.sources[index]?.tenant,
  }));

  const definitions = planDefinitions(
    {
      attributes: attributes.definitions,
      roles: wantedRoles(groups),
      tenants: wantedTenants(context, groups, byConnection.tenants),
    },
    project,
    findings,
  );
  return { mappings, definitions, observations };
}

/** Each role once; its description is that of the first pool that has it. */
function wantedRoles(groups: readonly GroupMapping[]): readonly Role[] {
  const roles = new Map<string, Role>();
  for (const role of groups.flatMap((mapping) => mapping.roles)) {
    if (!roles.has(roleKey(role))) roles.set(roleKey(role), role);
  }
  return [...roles.values()];
}

/** Tenants of connections keep what an apply of SSO settings recorded, whatever connections came since. */
async function connectionTenants(
  { store, target, rules }: RunContext,
  pools: readonly PoolSnapshot[],
): Promise<ImportTenants> {
  const records = rules.connections === "listed" ? [] : await store.readSsoRecords(target.projectId);
  return importTenants(pools, rules, recordedTenants(records));
}

function wantedTenants(
  { sources }: RunContext,
  groups: readonly GroupMapping[],
  byConnection: readonly ImportTenant[],
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
function noteSharedRoles({ sources }: RunContext, groups: readonly GroupMapping[], findings: Findings): void {
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

async function observe(context: RunContext, pools: readonly PoolSnapshot[]): Promise<readonly PoolObservation[]> {
  const observers = pools.map(() => observeUsers());
  for await (const page of sourceUserPages(context, "observing")) {
    for (const { source, user, groups } of page) observers[source]?.add(user, groups);
  }
  return observers.map((observer) => observer.observation());
}

function observationOf(observations: readonly PoolObservation[], index: number): PoolObservation {
  return observations[index] ?? observeUsers().observation();
}
