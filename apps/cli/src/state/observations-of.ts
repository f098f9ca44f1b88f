import type { PoolObservation, StateStore } from "@cognito-to-descope/core";

/** What the newest run that read whole pools of a project saw in them, by pool. */
export async function observationsOf(
  store: StateStore,
  projectId: string,
): Promise<ReadonlyMap<string, PoolObservation>> {
  const runs = await store.listRuns();
  const seen = new Map<string, PoolObservation>();
  for (const { plan, userPoolIds, ...run } of runs) {
    if (run.projectId !== projectId || run.kind === "rollback") continue;
    for (const [index, userPoolId] of userPoolIds.entries()) {
      const observation = plan?.observations[index];
      if (observation !== undefined && !seen.has(userPoolId)) seen.set(userPoolId, observation);
    }
  }
  return seen;
}
