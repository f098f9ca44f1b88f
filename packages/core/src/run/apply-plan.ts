import { hasCode, MigrationError } from "../errors.ts";
import type { PlanDefinitions } from "../plan/plan.ts";
import type { StateStore } from "../ports/state-store.ts";
import type { WorkQueue } from "../ports/work-queue.ts";
import type { ProjectSnapshot } from "../project/project-snapshot.ts";
import { roleKey, roleLabel } from "../project/role-key.ts";
import { makeEvent, recordEvent } from "../record/record-event.ts";
import { applyEnded } from "../record/record-run.ts";
import { removeDefinitions } from "../rollback/remove-definitions.ts";
import { rollbackOf } from "../rollback/rolled-back.ts";
import { createOutcomeRecorder } from "./outcome-recorder.ts";
import { refuseLostUsers } from "./recorded-users.ts";
import type { OutcomeCounts, Run, RunPlan } from "./run.ts";
import { runConcurrently } from "./run-concurrently.ts";
import type { RunContext } from "./run-context.ts";
import { EVERY_ITEM, sendRange } from "./send-range.ts";
import { createWorkShare, LOOK_AGAIN_MS, openRanges, type SharedWork } from "./share-work.ts";

/** How many tenants or roles are created at the same time: with hundreds of tenants there are thousands of roles. */
const CONCURRENT_DEFINITIONS = 4;

/**
 * Does what the plan of a run says: definitions first, then users in batches. A rollback removes definitions in the end.
 *
 * May be called again after an interruption or a crash, and goes on where it stood: batches that were under way are
 * looked up in the target before anything is sent again, and a target that was put back to an earlier state meanwhile is
 * noticed. A plan that is applied in full is applied again with no write.
 *
 * Where the context says that the work is shared, this process leads: it makes the definitions, hands out the users, sends
 * some of them itself, and ends the run.
 *
 * @throws MigrationError `ERR_PLAN_BLOCKED`, `ERR_PLAN_STALE`, and the faults of the target and the store.
 */
export async function applyPlan(context: RunContext): Promise<OutcomeCounts> {
  const { runId, store, clock } = context;
  const run = await store.readRun(runId);
  if (run?.plan === undefined) {
    throw new MigrationError("ERR_PLAN_MISSING", `run ${runId} has no plan`, {
      suggestion: "run `c2d plan` first",
    });
  }
  if (run.state === "applied") return store.countOutcomes(runId);
  const project = await refuseUnfitPlan(context, run, run.plan);
  if (run.rollsBack !== undefined) {
    await recordEvent({ ...context, runId: run.rollsBack }, "rollback-began", { rollback: runId });
  }
  const began = makeEvent(context, "apply-began", { planHash: run.plan.hash });
  await store.updateRun(runId, { state: "applying", updatedAt: clock.now() }, began);
  return carryOut(context, run, run.plan, project);
}

/** Does what the plan of a run that is `applying` says, for everybody without an outcome. */
export async function carryOut(
  context: RunContext,
  { kind }: Run,
  plan: RunPlan,
  project: ProjectSnapshot,
): Promise<OutcomeCounts> {
  const { runId, store, clock } = context;
  const work: SharedWork = { total: plan.counts.read, guardsPatches: kind === "rollback" };
  const queue = await context.sharing?.open(runId);
  try {
    await defineAll(context, plan.definitions, project);
    if (queue === undefined) await sendUsers(context, work.total, work.guardsPatches);
    else await leadUsers(context, queue, work);
  } finally {
    await queue?.[Symbol.asyncDispose]();
  }
  if (kind === "rollback") await removeDefinitions(context, plan.definitions);
  const outcomes = await store.countOutcomes(runId);
  const ended = await applyEnded(context, outcomes);
  await store.updateRun(runId, { state: "applied", updatedAt: clock.now() }, ended);
  return outcomes;
}

/**
 * Refuses a plan that must not be applied, or not any more. Gives the project as it is.
 *
 * @throws MigrationError `ERR_PLAN_BLOCKED`, `ERR_PLAN_STALE`, and the faults of the target and the store.
 */
export async function refuseUnfitPlan(context: RunContext, run: Run, plan: RunPlan): Promise<ProjectSnapshot> {
  await refuseRolledBack(run, context.store);
  refuseBlocked(run);
  refuseChangedConfig(run, context);
  const project = await context.target.readSnapshot({ signal: context.signal });
  if (run.kind !== "rollback") {
    refuseDrift(plan.definitions, project);
    if (run.state !== "planned") await refuseLostUsers(context, run);
  }
  return project;
}

/** What was taken back is over: to go on with it would bring back half of it. */
async function refuseRolledBack(run: Run, store: StateStore): Promise<void> {
  const rollback = rollbackOf(await store.listRuns(), run.id);
  if (rollback === undefined) return;
  throw new MigrationError("ERR_PLAN_STALE", `run ${run.id} was taken back by run ${rollback.id}`, {
    suggestion: "plan again with `c2d plan`",
  });
}

function refuseBlocked(run: Run): void {
  const blockers = run.plan?.findings.filter(({ severity }) => severity === "blocker") ?? [];
  if (blockers.length === 0) return;
  const rules = blockers.map(({ rule }) => rule).join(", ");
  throw new MigrationError("ERR_PLAN_BLOCKED", `the plan has findings that block it: ${rules}`, {
    suggestion: "see the findings with `c2d plan`, change the config, and plan again",
  });
}

/** Refuses a plan that is for another project, or was made with another config. */
export function refuseChangedConfig(run: Run, context: RunContext): void {
  const { target, configHash } = context;
  const what =
    run.projectId !== target.projectId
      ? "for another project"
      : // What a rollback does is in the state file; the config has no say in it.
        run.kind !== "rollback" && run.configHash !== configHash
        ? "with another config"
        : undefined;
  if (what === undefined) return;
  throw new MigrationError("ERR_PLAN_STALE", `the plan of run ${run.id} was made ${what}`, {
    suggestion: "plan again with `c2d plan`, or use the config that the plan was made with",
  });
}

/** A definition that the plan found is gone, or means something else: what is planned on it would fail user by user. */
function refuseDrift(definitions: PlanDefinitions, project: ProjectSnapshot): void {
  const drifted: string[] = [];
  const types = new Map(project.attributes.map(({ name, type }) => [name, type]));
  for (const { name } of definitions.attributes.unchanged) if (!types.has(name)) drifted.push(`attribute ${name}`);
  for (const { name, type } of [...definitions.attributes.create, ...definitions.attributes.unchanged]) {
    if (types.has(name) && types.get(name) !== type) drifted.push(`type of attribute ${name}`);
  }
  const roles = new Set(project.roles.map(roleKey));
  for (const role of definitions.roles.unchanged)
    if (!roles.has(roleKey(role))) drifted.push(`role ${roleLabel(role)}`);
  const tenants = new Set(project.tenants.map(({ id }) => id));
  for (const { id } of definitions.tenants.unchanged) if (!tenants.has(id)) drifted.push(`tenant ${id}`);
  if (drifted.length === 0) return;
  const shown = drifted.slice(0, 5).join(", ") + (drifted.length > 5 ? `, and ${drifted.length - 5} more` : "");
  throw new MigrationError("ERR_PLAN_STALE", `the project changed since the plan was made: ${shown}`, {
    suggestion: "plan again with `c2d plan`",
  });
}

/** How often definitions are tried whose answer was lost, while none of them comes into being. */
const MAX_DEFINITION_TRIES = 5;

/** Creates the definitions, and after a lost answer those that are then missing. */
async function defineAll(context: RunContext, definitions: PlanDefinitions, project: ProjectSnapshot): Promise<void> {
  const { target, clock, signal } = context;
  let present = project;
  for (let tries = 1; ; tries += 1) {
    try {
      return await createDefinitions(context, definitions, present);
    } catch (error) {
      if (!hasCode(error, "ERR_TARGET_ANSWER_LOST") || tries >= MAX_DEFINITION_TRIES) throw error;
      await clock.sleep(250 * 2 ** tries, signal);
      const before = countDefinitions(present);
      present = await target.readSnapshot({ signal });
      // A project has hundreds of roles, and a bad connection loses more than one answer among them.
      if (countDefinitions(present) > before) tries = 0;
    }
  }
}

function countDefinitions({ attributes, tenants, roles }: ProjectSnapshot): number {
  return attributes.length + tenants.length + roles.length;
}

/** Creates what is missing. Creates are not idempotent, so what is there already is left alone. */
async function createDefinitions(
  context: RunContext,
  definitions: PlanDefinitions,
  project: ProjectSnapshot,
): Promise<void> {
  const { target, signal } = context;
  const attributeNames = new Set(project.attributes.map(({ name }) => name));
  const attributes = definitions.attributes.create.filter(({ name }) => !attributeNames.has(name));
  const tenantIds = new Set(project.tenants.map(({ id }) => id));
  const tenants = definitions.tenants.create.filter(({ id }) => !tenantIds.has(id));
  const roleKeys = new Set(project.roles.map(roleKey));
  const roles = definitions.roles.create.filter((role) => !roleKeys.has(roleKey(role)));

  const total = attributes.length + tenants.length + roles.length;
  let created = 0;
  const progress = (): void => context.onProgress?.({ step: "defining", created, total });
  if (attributes.length > 0) {
    await target.createAttributes(attributes, { signal });
    created += attributes.length;
    progress();
  }
  const create = async <T>(wanted: readonly T[], one: (definition: T) => Promise<void>): Promise<void> => {
    const tasks = wanted.map((definition) => async (): Promise<void> => {
      signal?.throwIfAborted();
      await one(definition);
      created += 1;
      progress();
    });
    await runConcurrently(tasks, CONCURRENT_DEFINITIONS);
  };
  await create(tenants, (tenant) => target.createTenant(tenant, { signal }));
  // A tenant's roles need the tenant.
  await create(roles, (role) => target.createRole(role, { signal }));
}

/** Sends all users from this process. */
async function sendUsers(context: RunContext, total: number, guardsPatches: boolean): Promise<void> {
  const recorder = await createOutcomeRecorder(context.store, context.runId);
  const onBatch = (): void => context.onProgress?.({ step: "applying", outcomes: recorder.counts(), total });
  await sendRange(context, EVERY_ITEM, { recorder, guardsPatches, onBatch });
  onBatch();
}

/** Sends all users together with whoever takes part, and returns when every user has an outcome. */
async function leadUsers(context: RunContext, queue: WorkQueue, work: SharedWork): Promise<void> {
  const share = await createWorkShare(context, queue, work);
  for (;;) {
    // What the queue has lost, and what was left open by whoever had it, is offered again.
    const ranges = await openRanges(context, work.total);
    if (ranges.length === 0) break;
    await queue.offer(ranges);
    while (!(await queue.isEmpty())) {
      if (!(await share.workOnce())) await context.clock.sleep(LOOK_AGAIN_MS, context.signal);
    }
  }
  const recorder = await createOutcomeRecorder(context.store, context.runId);
  context.onProgress?.({ step: "applying", outcomes: recorder.counts(), total: work.total });
}
