import { applyPlan, refuseChangedConfig } from "./apply-plan.ts";
import type { OutcomeCounts } from "./run.ts";
import type { RunContext } from "./run-context.ts";
import { createWorkShare, LOOK_AGAIN_MS } from "./share-work.ts";

/** How a process takes part in a run that another one leads. */
export interface JoinOptions {
  /** Tries to take the lead: the process that had it may be dead. */
  readonly tryLead: () => Promise<boolean>;
}

/**
 * Takes part in the applying of a run, until it is applied. When whoever leads it dies, one of those that take part leads.
 *
 * @returns the outcomes; undefined when the run is not applied in the end, because somebody gave it up.
 * @throws MigrationError `ERR_PLAN_STALE` when the plan is for another project, or was made with another config, and the
 * faults of the target and the store.
 */
export async function joinRun(context: RunContext, { tryLead }: JoinOptions): Promise<OutcomeCounts | undefined> {
  const { runId, store, clock, sharing, signal } = context;
  if (sharing === undefined) throw new RangeError("the state store cannot be shared");
  const run = await store.readRun(runId);
  if (run?.plan === undefined) throw new RangeError("the run has no plan");
  refuseChangedConfig(run, context);
  const queue = await sharing.open(runId);
  let leads = false;
  try {
    const share = await createWorkShare(context, queue, {
      total: run.plan.counts.read,
      guardsPatches: run.kind === "rollback",
    });
    while (!leads) {
      if (await share.workOnce()) continue;
      const state = (await store.readRun(runId))?.state;
      if (state === "applied") return await store.countOutcomes(runId);
      if (state !== "applying") return undefined;
      leads = await tryLead();
      if (!leads) await clock.sleep(LOOK_AGAIN_MS, signal);
    }
  } finally {
    await queue[Symbol.asyncDispose]();
  }
  return applyPlan(context);
}
