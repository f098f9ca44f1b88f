import { MigrationError } from "../errors.ts";
import { createFindings } from "../findings/findings.ts";
import type { DefinitionPlan, PlanDefinitions, PlanItem } from "../plan/plan.ts";
import { applyPatchTo } from "./patched-user.ts";
import { planMade } from "../record/record-run.ts";
import { createBatchSender } from "../run/batch-sender.ts";
import { EVERY_ITEM } from "../run/send-range.ts";
import { createOutcomeRecorder } from "../run/outcome-recorder.ts";
import { countsBySource, createPlanTally } from "../run/plan-tally.ts";
import type { Run, RunPlan } from "../run/run.ts";
import type { RunContext } from "../run/run-context.ts";
import {
  definitionKey,
  definitionLabel,
  type MadeDefinitions,
  namesOf,
  pickDefinitions,
  presentDefinitions,
  usedBy,
} from "./definition-use.ts";
import { createTraceFinder } from "./find-traces.ts";
import { takeBack } from "./take-back.ts";

const PAGE = 500;

/**
 * Makes the plan of a rollback: what has to be done so that the project is as if the run that is taken back had never been.
 *
 * Reads the target and writes nothing to it. Deterministic: the same run and project give the same {@link RunPlan.hash}.
 * A plan that was begun before starts again; one that is made is returned.
 */
export async function planRollback(context: RunContext, run: Run): Promise<RunPlan> {
  if (run.plan !== undefined) return run.plan;
  const { runId, store, target, signal, clock, digest } = context;
  const rolledBack = run.rollsBack === undefined ? undefined : await store.readRun(run.rollsBack);
  if (rolledBack?.plan === undefined) {
    throw new MigrationError("ERR_PLAN_MISSING", `run ${runId} takes no run back that was applied`);
  }
  await store.resetPlan(runId);
  await settleOpenBatches(context, rolledBack);
  await store.foldBaseline(runId);

  const findings = createFindings();
  const tally = createPlanTally(digest, findings, run.userPoolIds.length);
  const project = await target.readSnapshot({ signal });
  const { asMade, changed } = presentDefinitions(rolledBack.plan.definitions, "create", project);
  for (const name of namesOf(changed)) findings.add("rollback-definition-changed", definitionLabel(name));

  /** How many users hold each definition once the rollback is done, beside those that a scan finds. */
  const uses = new Map<string, number>();
  const count = (user: Parameters<typeof usedBy>[0], by: 1 | -1): void => {
    for (const key of usedBy(user)) uses.set(key, (uses.get(key) ?? 0) + by);
  };
  const findTraces = createTraceFinder(context, rolledBack.id);
  const total = rolledBack.plan.counts.read;
  let users = 0;
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await store.readAppliedItems(rolledBack.id, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.item.seq;
    const items = (await findTraces(page)).flatMap((traces) => takeBack(traces) ?? []);
    await store.appendPlanItems(runId, items);
    for (const { item } of items) {
      tally.add(item);
      countChange(item, count);
    }
    users += page.length;
    context.onProgress?.({ step: "planning", users, total });
  }

  const used = await findUsed(context, asMade, uses);
  const removable = pickDefinitions(asMade, (key) => !used.has(key));
  const kept = pickDefinitions(asMade, (key) => used.has(key));
  for (const name of namesOf(kept)) findings.add("rollback-definition-used", definitionLabel(name));
  const definitions: PlanDefinitions = {
    attributes: removal(removable.attributes, [...kept.attributes, ...changed.attributes]),
    roles: removal(removable.roles, [...kept.roles, ...changed.roles]),
    tenants: removal(removable.tenants, [...kept.tenants, ...changed.tenants]),
  };
  const plan: RunPlan = {
    hash: tally.hash.value(definitions),
    definitions,
    counts: tally.counts(),
    bySource: countsBySource(context, tally),
    findings: findings.list(),
    observations: [],
  };
  await store.updateRun(runId, { state: "planned", plan, updatedAt: clock.now() }, planMade(context, plan));
  return plan;
}

function removal<T>(remove: readonly T[], unchanged: readonly T[]): DefinitionPlan<T> {
  return { create: [], unchanged, remove };
}

/** The run may have been killed: what was under way then is looked up, so that its users are known. */
async function settleOpenBatches(context: RunContext, { id }: Run): Promise<void> {
  const recorder = await createOutcomeRecorder(context.store, id);
  const sender = createBatchSender({ ...context, runId: id }, recorder, {
    concurrency: 1,
    guardsPatches: false,
    onBatch: () => undefined,
  });
  await sender.recover(EVERY_ITEM);
}

/** Counts what an item changes about who holds which definition. */
function countChange(item: PlanItem, count: (user: Parameters<typeof usedBy>[0], by: 1 | -1) => void): void {
  const { operation, existing, patch, planned } = item;
  if (operation === "create" && planned !== undefined) count(planned, 1);
  if (existing === undefined) return;
  if (operation === "delete") count(existing, -1);
  if (operation === "patch" && patch !== undefined) {
    count(existing, -1);
    count(applyPatchTo(existing, patch), 1);
  }
}

/** Which of the definitions somebody will hold when the rollback is done. */
async function findUsed(
  { target, signal, onProgress }: RunContext,
  made: MadeDefinitions,
  uses: Map<string, number>,
): Promise<ReadonlySet<string>> {
  const wanted = namesOf(made).map(definitionKey);
  if (wanted.length === 0) return new Set();
  let users = 0;
  for await (const page of target.users({ signal })) {
    signal?.throwIfAborted();
    for (const user of page.users) for (const key of usedBy(user)) uses.set(key, (uses.get(key) ?? 0) + 1);
    users += page.users.length;
    onProgress?.({ step: "reading-target", users, total: Math.max(page.total, users) });
  }
  return new Set(wanted.filter((key) => (uses.get(key) ?? 0) > 0));
}
