import { createFindings } from "../findings/findings.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { PoolObservation } from "../pool/observe-users.ts";
import type { Digest } from "../ports/digest.ts";
import type { SourceUser } from "../ports/state-store.ts";
import type { ProjectSnapshot } from "../project/project-snapshot.ts";
import { mapRows, planRow } from "./plan-users.ts";
import { mapPools, type MappingContext } from "./prepare-mapping.ts";

/**
 * What the plan would say about some users of a run under other rules, one by one: what several users want at once is settled
 * only by a whole plan.
 *
 * Writes nothing, and reads only what the run has read.
 *
 * @param project - The project as far as it is known.
 * @param seen - What the run saw in the pools.
 * @returns One item for each user, in their order, without those whose pool is none of the sources.
 */
export async function tryMapping(
  context: MappingContext,
  digest: Digest,
  project: ProjectSnapshot,
  seen: readonly PoolObservation[],
  users: readonly SourceUser[],
): Promise<readonly PlanItem[]> {
  const { runId, store, rules, sources } = context;
  const { mappings } = await mapPools(context, project, createFindings(), seen);
  const rows = mapRows(mappings, users, digest);
  const matches = await store.matchTargetUsers(
    runId,
    "plan",
    rows.map(({ row, loginIds }) => ({ sub: row.user.sub, loginIds })),
  );
  return rows.map((row, index) => planRow(row, matches[index] ?? [], rules, undefined, sources.length > 1).item);
}
