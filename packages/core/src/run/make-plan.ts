import { createFindings } from "../findings/findings.ts";
import { NO_PLAN_HISTORY } from "./plan-history.ts";
import { mapRows, planRows } from "./plan-users.ts";
import { countsBySource, createPlanTally } from "./plan-tally.ts";
import { prepareMapping } from "./prepare-mapping.ts";
import type { ProjectSnapshot } from "../project/project-snapshot.ts";
import type { RunPlan } from "./run.ts";
import type { RunContext } from "./run-context.ts";
import { scanTarget } from "./scan-target.ts";
import { settleSharedLoginIds } from "./settle-shared-login-ids.ts";
import { sourceUserPages } from "./source-user-pages.ts";

/**
 * Makes the plan of a run from what was read: every user with its operation, its reason and its exact request body.
 *
 * Reads the target and writes nothing to it. Deterministic: the same pools, project and rules give the same
 * {@link RunPlan.hash}. A plan that was begun before starts again.
 */
export async function makePlan(context: RunContext): Promise<RunPlan> {
  const { runId, store, target, signal } = context;
  await store.resetPlan(runId);
  const project = await target.readSnapshot({ signal });
  await scanTarget(context, "plan");
  return planOn(context, project);
}

/** The same on a project that was looked at before: its snapshot, and the scan of its users in the store. */
export async function planOn(context: RunContext, project: ProjectSnapshot): Promise<RunPlan> {
  const { digest } = context;
  const findings = createFindings();
  const { mappings, definitions, observations } = await prepareMapping(context, project, findings);
  const tally = createPlanTally(digest, findings, context.sources.length);
  for await (const page of sourceUserPages(context, "planning")) {
    await planRows(context, mapRows(mappings, page, digest), NO_PLAN_HISTORY, tally);
  }
  await settleSharedLoginIds(context, NO_PLAN_HISTORY, tally);
  return {
    hash: tally.hash.value(definitions),
    definitions,
    counts: tally.counts(),
    bySource: countsBySource(context, tally),
    findings: findings.list(),
    observations,
  };
}
