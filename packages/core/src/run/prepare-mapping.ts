import type { Findings } from "../findings/findings.ts";
import { mapAttributes } from "../mapping/attribute-mapping.ts";
import { mapGroups } from "../mapping/group-mapping.ts";
import type { SourceMapping } from "../mapping/map-user.ts";
import type { PlanDefinitions } from "../plan/plan.ts";
import { planDefinitions } from "../plan/plan-definitions.ts";
import { observeUsers, type PoolObservation } from "../pool/observe-users.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { ProjectSnapshot } from "../project/project-snapshot.ts";
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

/** Goes through every user once to see what the pools hold, and decides how attributes, groups and tenants are mapped. */
export async function prepareMapping(
  context: RunContext,
  project: ProjectSnapshot,
  findings: Findings,
): Promise<PreparedMapping> {
  const { runId, store, rules } = context;
  const pools = await store.readPools(runId);
  const observations = await observe(context, pools);
  const attributes = mapAttributes(
    pools.map((pool, index) => ({ pool, observation: observationOf(observations, index) })),
    project,
    rules,
    findings,
  );
  const groups = pools.map((pool) => mapGroups(pool, rules, findings));
  pools.forEach((pool, index) => notePool(pool, observationOf(observations, index), findings));
  const mappings: readonly SourceMapping[] = pools.map((pool, index) => ({
    pool,
    rules,
    attributes: attributes.targets,
    groups: groups[index]?.effects ?? new Map(),
    tenant: context.sources[index]?.tenant,
  }));

  const tenants = new Set([
    ...context.sources.flatMap(({ tenant }) => tenant ?? []),
    ...groups.flatMap((mapping) => mapping.tenants),
    ...Object.values(rules.connectionTenants),
  ]);
  const roles = new Map(groups.flatMap((mapping) => mapping.roles).map((role) => [role.name, role]));
  const definitions = planDefinitions(
    {
      attributes: attributes.definitions,
      roles: [...roles.values()],
      tenants: [...tenants].map((id) => ({ id, name: id })),
    },
    project,
    findings,
  );
  return { mappings, definitions, observations };
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
