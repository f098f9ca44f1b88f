import {
  applyPlan,
  findRunOfWholePools,
  MigrationError,
  planSync,
  planTouched,
  type Run,
  type SyncPolicy,
  type TouchedUser,
} from "@cognito-to-descope/core";
import { showError } from "../errors.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { inSession } from "../in-session.ts";
import { migrationResult } from "../migration-result.ts";
import { printApplied } from "../output/print-applied.ts";
import { listOutcomes } from "../output/print-outcomes.ts";
import { listPlanItems, printPlan } from "../output/print-plan.ts";
import { formatCount } from "../output/printable.ts";
import { blockersOf, refuseBlockedPlan } from "../plan-blockers.ts";
import { reckonDuration } from "../plan-duration.ts";
import { type PlannedRun, planNow } from "../plan-now.ts";
import { prepareConfig } from "../prepare.ts";
import { approve } from "../record/approve.ts";
import { printRecordHead } from "../record/print-head.ts";
import type { LogOptions, RunLog } from "../run-log.ts";
import type { Session } from "../session.ts";
import { systemClock } from "../system.ts";

interface SyncOptions extends LogOptions {
  readonly dryRun?: boolean;
  readonly watch?: boolean;
  readonly every?: number;
  readonly gone?: SyncPolicy["gone"];
  readonly confirmGone?: number;
}

/** Follows what changed in the pools, once or until interrupted. */
export const sync: Command<SyncOptions> = async (invocation) => {
  const { options } = invocation;
  if (options.watch === true && options.dryRun === true) {
    throw new MigrationError("ERR_USAGE", "--watch and --dry-run do not go together", {
      suggestion: "run `c2d sync --dry-run` once, then `c2d sync --watch`",
    });
  }
  const config = await prepareConfig(invocation, { source: true, target: true });
  const joins = ({ kind }: Run): boolean => kind === "sync" || kind === "touched";
  return inSession(invocation, { config, dryRun: options.dryRun === true, joins }, (session, log) =>
    options.watch === true ? watch(session, invocation, log) : syncOnce(session, invocation, log),
  );
};

/** How often a watch looks for users that did something, and at how many of them at once. */
const LOOK_EVERY_MS = 2000;
const LOOK_AT_ONCE = 500;

/** Pass after pass. What a later pass may mend is said and not the end; what the operator has to mend is. */
async function watch(session: Session, invocation: Invocation<SyncOptions>, log: RunLog): Promise<ExitCode> {
  const { host, output, options } = invocation;
  const everyMs = (options.every ?? session.config.sync.everySeconds) * 1000;
  for (;;) {
    await tryPass(invocation, async () => {
      // Whoever did something until now is seen by this pass.
      const touched = await readTouched(session);
      await syncOnce(session, invocation, log);
      // Passes stand apart from each other, and from the view of what is next.
      output.line();
      await session.store.clearTouchedUsers(session.target.projectId, touched);
    });
    output.progress.wait(everyMs);
    const next = systemClock.monotonic() + everyMs;
    try {
      for (let left = everyMs; left > 0; left = next - systemClock.monotonic()) {
        await systemClock.sleep(Math.min(LOOK_EVERY_MS, left), host.signal);
        await tryPass(invocation, async () => {
          if (await lookAtTouched(session, invocation, log)) {
            output.progress.wait(Math.max(0, next - systemClock.monotonic()), true);
          }
        });
      }
    } catch (error) {
      // Between two passes nothing is under way: this is how a watch ends.
      if (host.signal.aborted && (error as Error).name === "AbortError") return EXIT_CODES.done;
      throw error;
    }
  }
}

async function tryPass({ host, output }: Invocation<SyncOptions>, pass: () => Promise<void>): Promise<void> {
  try {
    await pass();
  } catch (error) {
    if (!(error instanceof MigrationError) || error.recovery !== "retry" || host.signal.aborted) throw error;
    const { code, message } = showError(error);
    output.progress.clear();
    output.note(`warning: this pass was not finished: ${message} (${code}); the next one goes on with it`);
  }
}

/** Looks at users that the feed says did something, without reading the others. Whether there were any to look at. */
async function lookAtTouched(session: Session, invocation: Invocation<SyncOptions>, log: RunLog): Promise<boolean> {
  const touched = await readTouched(session);
  if (touched.length === 0) return false;
  const { store, target, config } = session;
  const userPoolIds = config.sources.map(({ userPoolId }) => userPoolId);
  const whole = await findRunOfWholePools(store, {
    projectId: target.projectId,
    userPoolIds,
    configHash: config.hash,
  });
  // Without such a run a pass over all is needed first; the users stay noted for it.
  if (whole === undefined) return false;
  const policy = policyOf(session, invocation);
  const run = await planNow(session, invocation.output, [], {
    kind: "touched",
    plan: (context, opened) => planTouched(context, opened, policy, { whole, touched }),
  });
  await carryOut(session, invocation, log, run);
  await store.clearTouchedUsers(target.projectId, touched);
  return true;
}

function readTouched({ store, target }: Session): Promise<readonly TouchedUser[]> {
  return store.readTouchedUsers(target.projectId, LOOK_AT_ONCE);
}

function policyOf({ config }: Session, { options }: Invocation<SyncOptions>): SyncPolicy {
  return {
    gone: options.gone ?? config.sync.gone,
    maxGoneShare: config.sync.maxGoneShare,
    confirmedGone: options.confirmGone,
  };
}

async function syncOnce(session: Session, invocation: Invocation<SyncOptions>, log: RunLog): Promise<ExitCode> {
  const { output, options } = invocation;
  const policy = policyOf(session, invocation);
  const run = await planNow(
    session,
    output,
    options.dryRun === true ? ["reading", "planning"] : ["reading", "planning", "applying"],
    { kind: "sync", plan: (context, opened) => planSync(context, opened, policy) },
  );
  return carryOut(session, invocation, log, run);
}

/** Applies what was planned, or says what it would be. */
async function carryOut(
  session: Session,
  invocation: Invocation<SyncOptions>,
  log: RunLog,
  run: PlannedRun,
): Promise<ExitCode> {
  const { output, options } = invocation;
  const { config, store } = session;
  if (isUnchanged(run)) {
    output.line(`nothing changed: ${formatCount(run.plan.sync?.read ?? 0)} users read`);
    output.document(migrationResult(run));
    // Whatever looks at the newest run shall see one that did something.
    await store.removeRun(run.id);
    return EXIT_CODES.done;
  }
  if (options.dryRun === true && output.verbose) await listPlanItems(store, run.id, output);
  if (run.state === "planned") printPlan(run, reckonDuration(run.plan.counts, config), output);
  if (options.dryRun === true) {
    output.line();
    output.line("dry run: nothing was written to the project");
    output.document(migrationResult(run));
    return blockersOf(run.plan).length > 0 ? EXIT_CODES.blocked : EXIT_CODES.done;
  }
  refuseBlockedPlan(run.plan);
  const { create, patch, delete: deletes } = run.plan.counts;
  const writes = [
    `create ${formatCount(create)}`,
    `patch ${formatCount(patch)}`,
    `delete ${formatCount(deletes)} users`,
  ];
  await approve(
    invocation,
    session.context(run.id),
    `Apply these changes: ${writes.join(", ")} in project ${run.projectId}?`,
  );
  const context = await log.watch(session.context(run.id));
  log.line(`run ${run.id} plan ${run.plan.hash} applying ${run.plan.counts.read} users`);
  const outcomes = await applyPlan(context);
  output.progress.clear();
  log.line(`run ${run.id} applied ${JSON.stringify(outcomes)}`);
  if (output.verbose) await listOutcomes(store, run.id, output);
  output.line();
  const sources = await printApplied(`applied run ${run.id}`, { run, outcomes, store }, output);
  await printRecordHead(store, run.id, output, log);
  output.document(migrationResult(run, outcomes, sources));
  return outcomes.failed > 0 ? EXIT_CODES.incomplete : EXIT_CODES.done;
}

/** Whether there is nothing that a run would have to be kept for: nothing to write, and nothing new to be remembered. */
function isUnchanged({ kind, plan, state }: PlannedRun): boolean {
  const { attributes, roles, tenants } = plan.definitions;
  const { create, patch, none, delete: deletes } = plan.counts;
  const defines = [attributes, roles, tenants].some((definitions) => definitions.create.length > 0);
  const blocked = blockersOf(plan).length > 0;
  const settles = kind === "sync" && (none > 0 || (plan.sync?.gone ?? 0) > 0);
  return state === "planned" && create + patch + deletes === 0 && !settles && !defines && !blocked;
}
