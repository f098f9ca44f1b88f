import { createFindings } from "../findings/findings.ts";
import type { SourceKey } from "../ports/state-store.ts";
import { planMade } from "../record/record-run.ts";
import { prepareMapping } from "../run/prepare-mapping.ts";
import { readSources } from "../run/read-sources.ts";
import type { Run, RunPlan } from "../run/run.ts";
import type { RunContext } from "../run/run-context.ts";
import { findChanged } from "./changed-users.ts";
import { findGone } from "./gone-users.ts";
import { planCandidates } from "./plan-candidates.ts";
import type { SyncPolicy } from "./sync-policy.ts";

const everythingIsRead = async (_keys: readonly SourceKey[]): Promise<void> => undefined;

/**
 * Reads the pools again and plans what changed since earlier runs: users that are new, changed or gone, and those who share a
 * login ID with them. The others cost no call to the project.
 *
 * Goes on where an interrupted sync stands, as {@link planRun} does for a migration. The rules are in `README.md`.
 */
export async function planSync(context: RunContext, run: Run, policy: SyncPolicy): Promise<RunPlan> {
  const { store, clock } = context;
  if (run.plan !== undefined) return run.plan;
  if (run.state === "reading") {
    await readSources(context);
    await store.updateRun(run.id, { state: "planning", updatedAt: clock.now() });
  }
  const plan = await makeSyncPlan(context, policy);
  await store.updateRun(run.id, { state: "planned", plan, updatedAt: clock.now() }, planMade(context, plan));
  return plan;
}

async function makeSyncPlan(context: RunContext, policy: SyncPolicy): Promise<RunPlan> {
  const { runId, store, target, signal } = context;
  await store.resetPlan(runId);
  await store.foldBaseline(runId);
  const project = await target.readSnapshot({ signal });
  // What the pools are as wholes the migration has said; only what blocks is said again.
  const poolFindings = createFindings();
  const prepared = await prepareMapping(context, project, poolFindings);
  const findings = createFindings();
  const candidates = await findChanged(context, prepared.mappings);
  const changed = candidates.size;
  const gone = await findGone(context, policy, findings);
  const plan = await planCandidates(context, policy, { prepared, candidates, gone, findings }, everythingIsRead);
  return {
    ...plan,
    findings: [...poolFindings.list().filter(({ severity }) => severity === "blocker"), ...plan.findings],
    sync: { read: await store.countSourceUsers(runId), changed, gone: gone.size },
  };
}
