import { countSettled, rollbackOf } from "@cognito-to-descope/core";
import type { BucketState, Heartbeat, OutcomeCounts, RateLimit, Run, StateStore } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { isProcessThere } from "../control/this-process.ts";
import { isAtWork, judgeWorker, type WorkerState } from "../control/worker-state.ts";
import { type FailureCause, failureCauses } from "../report/failure-advice.ts";
import { nextStep } from "./next-step.ts";

/** A process that works on a run, or did. */
export interface WorkerStatus {
  readonly host: string;
  readonly pid: number;
  readonly state: WorkerState;
  readonly startedAt: string;
  /** When it was last heard of. */
  readonly heardAt: string;
  readonly paused: boolean;
  readonly step: string | null;
  readonly done: number;
  readonly total: number;
  readonly perSecond: number;
  readonly buckets: readonly BucketState[];
  readonly lastWait: { readonly at: string; readonly what: string } | null;
}

/** Where a run stands: the JSON document of `c2d status`. */
export interface RunStatus {
  readonly run: string;
  readonly kind: Run["kind"];
  /** The run that this one takes back. */
  readonly rollsBack?: string;
  /** The run that takes this one back. */
  readonly rolledBackBy?: string;
  readonly state: Run["state"];
  readonly projectId: string;
  readonly userPoolIds: readonly string[];
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly planHash: string | null;
  readonly planned: {
    readonly create: number;
    readonly patch: number;
    readonly none: number;
    readonly skip: number;
    readonly delete: number;
  } | null;
  /** `deleted` only where a run may delete: `sync` and `rollback`. */
  readonly users: Omit<OutcomeCounts, "deleted"> & {
    readonly read: number;
    readonly pending: number;
    readonly deleted?: number;
  };
  readonly failures: Readonly<Record<string, number>>;
  readonly failureCauses: readonly FailureCause[];
  readonly reconcile: { readonly checked: number; readonly discrepancies: number } | null;
  readonly paused: { readonly since: string; readonly by: string } | null;
  /** Rates that the operator chose, by bucket. */
  readonly rates: Readonly<Record<string, RateLimit>>;
  /** The processes that work on the run; where nobody does, the one that did last. */
  readonly workers: readonly WorkerStatus[];
  readonly next: string;
}

/**
 * Reads where a run stands.
 *
 * @param countOutcomes - Gives the outcomes of the run; counting them in the store reads every one of them.
 */
export async function readRunStatus(
  store: StateStore,
  run: Run,
  config: Config,
  now: number,
  countOutcomes: () => Promise<OutcomeCounts> = () => store.countOutcomes(run.id),
): Promise<RunStatus> {
  const { plan, reconcile } = run;
  const outcomes = await countOutcomes();
  const failures = await store.countFailures(run.id);
  const control = await store.readControl(run.id);
  const read = plan?.counts.read ?? (await store.countSourceUsers(run.id));
  const done = countSettled(outcomes);
  const { deleted, ...others } = outcomes;
  const rolledBackBy = rollbackOf(await store.listRuns(), run.id);
  const everybody = (await store.readHeartbeats(run.id)).map((heartbeat) => describeWorker(heartbeat, now));
  const atWork = everybody.filter(({ state }) => isAtWork(state));
  const { pause } = control;
  return {
    run: run.id,
    kind: run.kind,
    ...(run.rollsBack === undefined ? {} : { rollsBack: run.rollsBack }),
    ...(rolledBackBy === undefined ? {} : { rolledBackBy: rolledBackBy.id }),
    state: run.state,
    projectId: run.projectId,
    userPoolIds: run.userPoolIds,
    startedAt: new Date(run.startedAt).toISOString(),
    updatedAt: new Date(run.updatedAt).toISOString(),
    planHash: plan?.hash ?? null,
    planned: plan === undefined ? null : plannedCounts(plan.counts),
    users: {
      read,
      ...others,
      ...(run.kind === "migrate" ? {} : { deleted }),
      pending: plan === undefined ? read : read - done,
    },
    failures,
    failureCauses: failureCauses(failures),
    reconcile: reconcile === undefined ? null : { checked: reconcile.checked, discrepancies: reconcile.discrepancies },
    paused: pause === undefined ? null : { since: new Date(pause.since).toISOString(), by: pause.by },
    rates: control.rates,
    workers: atWork.length > 0 ? atWork : everybody.slice(0, 1),
    next: nextStep(run, { outcomes, config, rolledBackBy, atWork: atWork.length > 0, paused: pause !== undefined }),
  };
}

function plannedCounts(counts: NonNullable<RunStatus["planned"]>): RunStatus["planned"] {
  const { create, patch, none, skip, delete: deletes } = counts;
  return { create, patch, none, skip, delete: deletes };
}

function describeWorker(heartbeat: Heartbeat, now: number): WorkerStatus {
  const { host, pid, startedAt, at, paused, step, done, total, perSecond, buckets, lastWait } = heartbeat;
  return {
    host,
    pid,
    state: judgeWorker(heartbeat, now, isProcessThere(heartbeat)),
    startedAt: new Date(startedAt).toISOString(),
    heardAt: new Date(at).toISOString(),
    paused,
    step: step ?? null,
    done,
    total,
    perSecond,
    buckets,
    lastWait: lastWait === undefined ? null : { at: new Date(lastWait.at).toISOString(), what: lastWait.what },
  };
}
