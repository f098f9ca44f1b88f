import { DEFAULT_LIMITS as DESCOPE_LIMITS } from "@cognito-to-descope/descope";
import {
  addTraffic,
  type BucketState,
  countSettled,
  type Heartbeat,
  qualifiedBucket,
  type Run,
  type RunControl,
  type ServiceName,
  type StateStore,
  type Traffic,
} from "@cognito-to-descope/core";
import type { RunBucket, RunDocument, RunService } from "@cognito-to-descope/console/contract";
import type { Config } from "../../config/config.ts";
import { bucketsOf } from "../../control/operate-run.ts";
import { isProcessThere } from "../../control/this-process.ts";
import { isAtWork, judgeWorker } from "../../control/worker-state.ts";
import { blockersOf } from "../../plan-blockers.ts";
import { readRunStatus, type RunStatus } from "../../status/run-status.ts";
import type { FoundRun } from "./find-run.ts";
import type { OutcomesReader } from "./known-outcomes.ts";
import { serviceFigures } from "./service-figures.ts";

/** What is needed to describe a run. */
export interface DescribeRunOptions {
  readonly config: Config;
  /** Epoch milliseconds, by the clock of the state store. */
  readonly now: number;
  readonly outcomes: OutcomesReader;
}

/** Reads where a run stands, and what is going on in it. */
export async function describeRun(
  store: StateStore,
  { run, runs }: FoundRun,
  { config, now, outcomes }: DescribeRunOptions,
): Promise<RunDocument> {
  const all = await store.readHeartbeats(run.id);
  const atWork = all.filter((heartbeat) => isAtWork(judgeWorker(heartbeat, now, isProcessThere(heartbeat))));
  const counted = await outcomes(store, run, { all, atWork });
  const status = await readRunStatus(store, run, config, now, () => Promise.resolve(counted));
  const control = await store.readControl(run.id);
  const { reconcile, plan } = run;
  return {
    run: run.id,
    kind: run.kind,
    state: run.state,
    newest: runs[0]?.id === run.id,
    rollsBack: run.rollsBack ?? null,
    rolledBackBy: status.rolledBackBy ?? null,
    projectId: run.projectId,
    userPoolIds: run.userPoolIds,
    startedAt: status.startedAt,
    updatedAt: status.updatedAt,
    planHash: status.planHash,
    planned: status.planned,
    blockers: plan === undefined ? 0 : blockersOf(plan).length,
    users: {
      read: status.users.read,
      ...counted,
      pending: Math.max(0, status.users.read - (plan === undefined ? 0 : countSettled(counted))),
    },
    failureCauses: status.failureCauses,
    reconcile: describeReconcile(reconcile),
    paused: status.paused,
    atWork: workState(status),
    progress: progressOf(atWork),
    buckets: describeBuckets(atWork, control, config),
    services: describeServices(atWork),
    workers: status.workers.map(({ buckets: _buckets, ...worker }) => worker),
    next: status.next,
  };
}

/** What the last reconcile of a run found, in numbers. */
export function describeReconcile(reconcile: Run["reconcile"]): RunDocument["reconcile"] {
  if (reconcile === undefined) return null;
  const { at, checked, discrepancies } = reconcile;
  return { at: new Date(at).toISOString(), checked, discrepancies };
}

/** Of a run that waits for the operator or is through, nobody is expected to work. */
function workState({ workers, state }: RunStatus): RunDocument["atWork"] {
  if (workers.some((worker) => isAtWork(worker.state))) return "working";
  const expected = state !== "planned" && state !== "applied";
  return expected && workers[0]?.state === "gone" ? "gone" : "nobody";
}

function progressOf(atWork: readonly Heartbeat[]): RunDocument["progress"] {
  const [ahead] = atWork
    .filter(({ step }) => step !== undefined)
    .sort((one, other) => other.at - one.at || other.done - one.done);
  if (ahead?.step === undefined) return null;
  const { step, total, paused } = ahead;
  const same = atWork.filter((one) => one.step === step);
  // Each of several processes that apply counts the users of all of them, as far as it knows.
  const done = Math.max(...same.map((one) => one.done));
  const perSecond = paused ? 0 : Math.max(...same.map((one) => one.perSecond));
  const left = perSecond > 0 && total > done ? Math.round((total - done) / perSecond) : null;
  return { step, done, total: Math.max(done, total), perSecond, secondsLeft: left };
}

function describeBuckets(atWork: readonly Heartbeat[], control: RunControl, config: Config): readonly RunBucket[] {
  const states = new Map<string, BucketState>();
  for (const state of atWork.flatMap(({ buckets }) => buckets)) {
    const name = qualifiedBucket(state.bucket, state.scope);
    const known = states.get(name);
    states.set(
      name,
      known === undefined
        ? state
        : {
            ...state,
            allowed: Math.min(known.allowed, state.allowed),
            inUse: Math.max(known.inUse, state.inUse),
            throttles: known.throttles + state.throttles,
          },
    );
  }
  return [...bucketsOf({ atWork }, config)].map(([bucket, { requests, windowMs }]): RunBucket => {
    const state = states.get(bucket);
    const chosen = control.rates[bucket];
    const rate = chosen === undefined ? requests : (chosen.requests * windowMs) / chosen.windowMs;
    return {
      bucket,
      service: serviceOf(bucket),
      quota: { requests, windowMs },
      chosen: chosen === undefined ? null : { requests: chosen.requests, windowMs: chosen.windowMs },
      allowed: state?.allowed ?? Math.max(1, Math.floor(Math.min(requests, rate))),
      inUse: state?.inUse ?? 0,
      throttles: state?.throttles ?? 0,
    };
  });
}

function serviceOf(bucket: string): ServiceName {
  return Object.hasOwn(DESCOPE_LIMITS, bucket) ? "descope" : "cognito";
}

function describeServices(atWork: readonly Heartbeat[]): readonly RunService[] {
  const traffic = atWork.reduce<Traffic>((sum, heartbeat) => addTraffic(sum, heartbeat.traffic ?? {}), {});
  return (["cognito", "descope"] as const).flatMap((service): RunService[] => {
    const sent = traffic[service];
    return sent === undefined ? [] : [{ service, ...serviceFigures(sent) }];
  });
}
