import { hasCode, MigrationError } from "../errors.ts";
import type { PlanDefinitions, PlanItem } from "../plan/plan.ts";
import type { ProjectSnapshot } from "../project/project-snapshot.ts";
import { createBatchSender } from "./batch-sender.ts";
import { createOutcomeRecorder } from "./outcome-recorder.ts";
import { refuseLostUsers } from "./recorded-users.ts";
import type { Outcome, OutcomeCounts, Run } from "./run.ts";
import type { RunContext } from "./run-context.ts";

const PAGE = 500;

/** How many batches are under way at the same time. The quota is kept by the target; this only hides latency. */
const CONCURRENT_BATCHES = 4;

/**
 * Does what the plan of a run says: definitions first, then users in batches.
 *
 * May be called again after an interruption or a crash, and goes on where it stood: batches that were under way are
 * looked up in the target before anything is sent again, and a target that was put back to an earlier state meanwhile is
 * noticed. A plan that is applied in full is applied again with no write.
 *
 * @throws MigrationError `ERR_PLAN_BLOCKED`, `ERR_PLAN_STALE`, and the faults of the target and the store.
 */
export async function applyPlan(context: RunContext): Promise<OutcomeCounts> {
  const { runId, store, target, signal, clock } = context;
  const run = await store.readRun(runId);
  if (run?.plan === undefined) {
    throw new MigrationError("ERR_PLAN_MISSING", `run ${runId} has no plan`, {
      suggestion: "run `c2d plan` first",
    });
  }
  if (run.state === "applied") return store.countOutcomes(runId);
  refuseBlocked(run);
  refuseChangedConfig(run, context);
  const project = await target.readSnapshot({ signal });
  refuseDrift(run.plan.definitions, project);
  if (run.state === "applying") await refuseLostUsers(context, run);

  await store.updateRun(runId, { state: "applying", updatedAt: clock.now() });
  await defineAll(context, run.plan.definitions, project);
  await sendUsers(context, run.plan.counts.read);
  await store.updateRun(runId, { state: "applied", updatedAt: clock.now() });
  return store.countOutcomes(runId);
}

function refuseBlocked(run: Run): void {
  const blockers = run.plan?.findings.filter(({ severity }) => severity === "blocker") ?? [];
  if (blockers.length === 0) return;
  const rules = blockers.map(({ rule }) => rule).join(", ");
  throw new MigrationError("ERR_PLAN_BLOCKED", `the plan has findings that block it: ${rules}`, {
    suggestion: "see the findings with `c2d plan`, change the config, and plan again",
  });
}

function refuseChangedConfig(run: Run, context: RunContext): void {
  const { target, configHash } = context;
  const what =
    run.projectId !== target.projectId
      ? "for another project"
      : run.configHash !== configHash
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
  const roles = new Set(project.roles.filter((role) => role.tenantId === undefined).map(({ name }) => name));
  for (const { name } of definitions.roles.unchanged) if (!roles.has(name)) drifted.push(`role ${name}`);
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
  const roleNames = new Set(project.roles.filter((role) => role.tenantId === undefined).map(({ name }) => name));
  const roles = definitions.roles.create.filter(({ name }) => !roleNames.has(name));

  const total = attributes.length + tenants.length + roles.length;
  let created = 0;
  const progress = (): void => context.onProgress?.({ step: "defining", created, total });
  if (attributes.length > 0) {
    await target.createAttributes(attributes, { signal });
    created += attributes.length;
    progress();
  }
  for (const tenant of tenants) {
    await target.createTenant(tenant, { signal });
    created += 1;
    progress();
  }
  for (const role of roles) {
    await target.createRole(role, { signal });
    created += 1;
    progress();
  }
}

async function sendUsers(context: RunContext, total: number): Promise<void> {
  const { runId, store, signal } = context;
  const recorder = await createOutcomeRecorder(store, runId);
  const progress = (): void => context.onProgress?.({ step: "applying", outcomes: recorder.counts(), total });
  const sender = createBatchSender(context, recorder, CONCURRENT_BATCHES, progress);
  try {
    await sender.recover();
    for (let after = 0; ;) {
      signal?.throwIfAborted();
      const page = await store.readPendingItems(runId, after, PAGE);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.seq;
      await recorder.record(page.flatMap(untouchedOutcome));
      for (const item of page) {
        if (item.operation === "create" || item.operation === "patch") await sender.send(item);
      }
    }
    await sender.flush();
  } finally {
    // Batches that are under way end before the store is closed.
    await sender.settle();
  }
  progress();
}

/** The outcome of an item that needs nothing from the target. */
function untouchedOutcome(item: PlanItem): readonly Outcome[] {
  if (item.operation === "none") {
    return [
      {
        seq: item.seq,
        outcome: "unchanged",
        ...(item.existing && { userId: item.existing.userId }),
      },
    ];
  }
  return item.operation === "skip" ? [{ seq: item.seq, outcome: "skipped", detail: item.reason }] : [];
}
