import type { Findings } from "../findings/findings.ts";
import type { SourceMapping } from "../mapping/map-user.ts";
import type { PlanDefinitions } from "../plan/plan.ts";
import { observeUsers, type PoolObservation } from "../pool/observe-users.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { ProjectSnapshot } from "../project/project-snapshot.ts";
import { recordEvent } from "../record/record-event.ts";
import { createSourceDigest } from "../record/run-digests.ts";
import { recordedTenants } from "../sso/recorded-tenants.ts";
import { mapSources } from "./map-sources.ts";
import { notePool } from "./note-pool.ts";
import type { RunContext, RunSource } from "./run-context.ts";
import { sourceUserPages } from "./source-user-pages.ts";

/** What is decided about the pools as wholes, before any user. */
export interface PreparedMapping {
  /** In the order of the sources. */
  readonly mappings: readonly SourceMapping[];
  readonly definitions: PlanDefinitions;
  readonly observations: readonly PoolObservation[];
}

/** What the mapping of pools as wholes depends on. */
export interface MappingContext extends Pick<RunContext, "runId" | "store" | "rules" | "signal" | "onProgress"> {
  readonly sources: readonly Pick<RunSource, "tenant" | "tenantName">[];
  readonly target: Pick<RunContext["target"], "projectId">;
}

/**
 * Goes through every user once to see what the pools hold, puts that on record, and decides how attributes, groups and tenants
 * are mapped.
 *
 * @param seen - What an earlier run saw in the pools, where this one has not read all of their users.
 */
export async function prepareMapping(
  context: RunContext,
  project: ProjectSnapshot,
  findings: Findings,
  seen?: readonly PoolObservation[],
): Promise<PreparedMapping> {
  const observations = seen ?? (await observe(context, await context.store.readPools(context.runId)));
  return await mapPools(context, project, findings, observations);
}

/** Decides how attributes, groups and tenants are mapped, by what was seen in the pools. Writes nothing. */
export async function mapPools(
  context: MappingContext,
  project: ProjectSnapshot,
  findings: Findings,
  observations: readonly PoolObservation[],
): Promise<PreparedMapping> {
  const { runId, store, rules, sources } = context;
  const pools = await store.readPools(runId);
  const mapped = mapSources(
    pools.map((pool, index) => ({
      pool,
      observation: observationOf(observations, index),
      tenant: sources[index]?.tenant,
      tenantName: sources[index]?.tenantName,
    })),
    project,
    rules,
    findings,
    // Tenants of connections keep what an apply of SSO settings recorded, whatever connections came since.
    recordedTenants(await store.readSsoRecords(context.target.projectId)),
  );
  pools.forEach((pool, index) => notePool(pool, observationOf(observations, index), findings));
  return { ...mapped, observations };
}

async function observe(context: RunContext, pools: readonly PoolSnapshot[]): Promise<readonly PoolObservation[]> {
  const observers = pools.map(() => observeUsers());
  const read = createSourceDigest(context.digest);
  for await (const page of sourceUserPages(context, "observing")) {
    for (const user of page) {
      read.add(user);
      observers[user.source]?.add(user.user, user.groups);
    }
  }
  await recordEvent(context, "source-read", { users: read.rows, pools: pools.length, digest: read.value() });
  return observers.map((observer) => observer.observation());
}

function observationOf(observations: readonly PoolObservation[], index: number): PoolObservation {
  return observations[index] ?? observeUsers().observation();
}
