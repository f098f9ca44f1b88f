import type { CognitoSourceEvent } from "@cognito-to-descope/cognito";
import type { TargetEvent } from "@cognito-to-descope/descope";
import {
  type BucketState,
  type Clock,
  createLimiterBoard,
  createTrafficMeter,
  hasCode,
  MigrationError,
  type ProjectTarget,
  type Run,
  type RunContext,
  type RunProgress,
  type StateStore,
  type TrafficMeter,
  type WorkSharing,
} from "@cognito-to-descope/core";
import type { Config } from "./config/config.ts";
import { createRunFollower, type OperatorEvent, type RunFollower } from "./control/run-follower.ts";
import { thisWorker } from "./control/this-process.ts";
import { type OpenSources, openSources } from "./open-sources.ts";
import { openTarget } from "./open-target.ts";
import { describeWait } from "./output/log-events.ts";
import { type RunLock, type RunPart, type SharedLimiters, stateClock } from "./state/state-location.ts";
import { thisAuthor } from "./record/this-author.ts";
import { systemClock, systemDigest } from "./system.ts";

/**
 * Something that a source or the target did on its own, or that the operator did while a run worked: waited, tried again,
 * left a part out; paused. Without personal data.
 */
export type AdapterEvent =
  | { readonly side: "operator"; readonly event: OperatorEvent }
  | { readonly side: "cognito"; readonly userPoolId: string; readonly event: CognitoSourceEvent }
  | { readonly side: "descope"; readonly event: TargetEvent };

/** What a session is opened with. */
export interface SessionOptions {
  readonly config: Config;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
  readonly onEvent?: ((event: AdapterEvent) => void) | undefined;
  /**
   * Which run that another process is applying to take part in instead of being refused, where the state store can be
   * shared. `any`: take part in a run, and do nothing else.
   */
  readonly joins?: "any" | ((run: Run) => boolean);
}

/** A run that another process leads. */
export interface JoinedRun {
  readonly run: Run;
  readonly part: RunPart;
}

/** Pools, project and store of one command, open. */
export interface Session extends AsyncDisposable {
  readonly config: Config;
  readonly store: StateStore;
  readonly target: ProjectTarget;
  /** The run that this process takes part in instead of beginning or continuing one. */
  readonly joined?: JoinedRun | undefined;
  /**
   * What the steps of a run work with.
   *
   * From then on this process obeys `c2d pause`, `resume` and `throttle` on that run, and gives signs of life.
   */
  context(runId: string): RunContext;
  /** Notes with the run what ends the work on it before its time. */
  noteFault(error: unknown): void;
  /** How the buckets of both services stand in this process. */
  buckets(): readonly BucketState[];
}

/**
 * Opens pools, project and store, and takes the lock of the state store.
 *
 * @throws MigrationError the faults of the store, and `ERR_RUN_ACTIVE`.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { config } = options;
  const board = createLimiterBoard();
  const meter = createTrafficMeter();
  let follower: RunFollower | undefined;
  const onEvent = (event: AdapterEvent): void => {
    const wait = describeWait(event);
    if (wait !== undefined) follower?.waited(wait);
    if (event.side !== "operator") countEvent(meter, event);
    options.onEvent?.(event);
  };
  const { shared } = config.state;
  let opened: OpenSources | undefined;
  let limiters: SharedLimiters | undefined;
  let store: StateStore | undefined;
  let lock: TakenLock | undefined;
  const lockLost = new AbortController();
  const close = async (): Promise<void> => {
    await follower?.[Symbol.asyncDispose]();
    opened?.[Symbol.dispose]();
    await limiters?.[Symbol.asyncDispose]();
    await store?.[Symbol.asyncDispose]();
    await lock?.release();
  };
  try {
    store = await config.state.open();
    lock = await takeLock(store, options, (error) => lockLost.abort(error));
    const clock = await stateClock(config.state);
    limiters = await shared?.openLimiters();
    opened = openSources(
      config,
      (event, userPoolId) => onEvent({ side: "cognito", userPoolId, event }),
      board,
      limiters,
      (ms) => meter.answered("cognito", ms),
    );
    const target = openTarget(
      config,
      (event) => onEvent({ side: "descope", event }),
      board,
      limiters,
      (ms) => meter.answered("descope", ms),
    );
    const signal = AbortSignal.any([options.signal, lockLost.signal]);
    follower = createRunFollower({
      store,
      board,
      meter,
      clock,
      worker: thisWorker(),
      signal,
      onProgress: options.onProgress,
      onEvent: (event) => onEvent({ side: "operator", event }),
    });
    const buckets = (): readonly BucketState[] => board.states();
    const parts = { sources: opened.sources, target, store, follower, lock, clock, buckets, close };
    return makeSession({ ...options, signal }, parts);
  } catch (error) {
    await close();
    throw error;
  }
}

function countEvent(meter: TrafficMeter, { side, event }: Exclude<AdapterEvent, { readonly side: "operator" }>): void {
  if (event.type === "throttled") meter.throttled(side);
  if (event.type === "retried") meter.retried(side);
}

interface TakenLock extends RunLock {
  readonly share?: (() => Promise<void>) | undefined;
  readonly joined?: JoinedRun;
}

/** Takes the lock of the state store, or a part in what whoever has it is applying. */
async function takeLock(
  store: StateStore,
  { config, joins, signal }: SessionOptions,
  onLost: (error: MigrationError) => void,
): Promise<TakenLock> {
  const { shared } = config.state;
  if (shared === undefined) return config.state.lock(onLost);
  if (joins !== "any") {
    try {
      const lock = await shared.lock(onLost);
      return { share: () => lock.share(), release: () => lock.release() };
    } catch (error) {
      if (joins === undefined || !hasCode(error, "ERR_RUN_ACTIVE")) throw error;
      const lock = await join(store, config, joins, signal, onLost);
      if (lock === undefined) throw error;
      return lock;
    }
  }
  const lock = await join(store, config, () => true, signal, onLost);
  if (lock !== undefined) return lock;
  throw new MigrationError("ERR_RUN_ACTIVE", "the run that was to be joined is not shared", {
    suggestion: "run `c2d worker` again",
  });
}

/** From the moment a run is `applying` it takes whoever leads it a moment to let others in. */
const JOIN_TRIES = 20;
const JOIN_EVERY_MS = 250;

async function join(
  store: StateStore,
  config: Config,
  joins: (run: Run) => boolean,
  signal: AbortSignal,
  onLost: (error: MigrationError) => void,
): Promise<TakenLock | undefined> {
  for (let tries = 1; tries <= JOIN_TRIES; tries += 1) {
    const run = await findApplyingRun(store, config);
    if (run === undefined || !joins(run)) return undefined;
    const part = await config.state.shared?.join(onLost);
    if (part !== undefined) return { joined: { run, part }, release: () => part.release() };
    await systemClock.sleep(JOIN_EVERY_MS, signal);
  }
  return undefined;
}

/** The newest run, if it is being applied to the project of the config. */
export async function findApplyingRun(store: StateStore, { target }: Config): Promise<Run | undefined> {
  const [newest] = await store.listRuns();
  const isOurs = newest?.state === "applying" && newest.plan !== undefined && newest.projectId === target?.projectId;
  return isOurs ? newest : undefined;
}

interface Parts extends Pick<Session, "target" | "store" | "buckets"> {
  readonly sources: RunContext["sources"];
  readonly follower: RunFollower;
  readonly lock: TakenLock;
  readonly clock: Clock;
  readonly close: () => Promise<void>;
}

function makeSession({ config, signal }: SessionOptions, parts: Parts): Session {
  const { sources, target, store, follower, lock, clock, buckets, close } = parts;
  const { shared } = config.state;
  const sharing: WorkSharing | undefined = shared && {
    async open(runId) {
      await lock.share?.();
      return shared.openQueue(runId);
    },
  };
  return {
    config,
    store,
    target,
    joined: lock.joined,
    buckets,
    context(runId) {
      follower.follow(runId);
      return {
        runId,
        sources,
        target,
        store,
        rules: config.rules,
        configHash: config.hash,
        clock,
        digest: systemDigest,
        author: thisAuthor(),
        sharing,
        signal,
        onProgress: (progress) => follower.progress(progress),
      };
    },
    noteFault(error) {
      // An interrupted process says so itself.
      if (!signal.aborted) follower.fault(error instanceof MigrationError ? error.code : "defect");
    },
    [Symbol.asyncDispose]: close,
  };
}
