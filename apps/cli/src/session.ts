import type { CognitoSourceEvent } from "@cognito-to-descope/cognito";
import type { TargetEvent } from "@cognito-to-descope/descope";
import {
  createLimiterBoard,
  type ProjectTarget,
  type RunContext,
  type RunProgress,
  type StateStore,
} from "@cognito-to-descope/core";
import type { Config } from "./config/config.ts";
import { createRunFollower, type OperatorEvent, type RunFollower } from "./control/run-follower.ts";
import { thisWorker } from "./control/this-process.ts";
import { openSources } from "./open-sources.ts";
import { openTarget } from "./open-target.ts";
import { describeWait } from "./output/log-events.ts";
import type { RunLock } from "./state/state-location.ts";
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
}

/** Pools, project and store of one command, open. */
export interface Session extends AsyncDisposable {
  readonly config: Config;
  readonly store: StateStore;
  readonly target: ProjectTarget;
  /**
   * What the steps of a run work with.
   *
   * From then on this process obeys `c2d pause`, `resume` and `throttle` on that run, and gives signs of life.
   */
  context(runId: string): RunContext;
}

/**
 * Opens pools, project and store, and takes the lock of the state store.
 *
 * @throws MigrationError the faults of the store, and `ERR_RUN_ACTIVE`.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { config } = options;
  const board = createLimiterBoard();
  let follower: RunFollower | undefined;
  const onEvent = (event: AdapterEvent): void => {
    const wait = describeWait(event);
    if (wait !== undefined) follower?.waited(wait);
    options.onEvent?.(event);
  };
  const opened = openSources(config, (event, userPoolId) => onEvent({ side: "cognito", userPoolId, event }), board);
  let store: StateStore | undefined;
  let lock: RunLock | undefined;
  const lockLost = new AbortController();
  const close = async (): Promise<void> => {
    await follower?.[Symbol.asyncDispose]();
    opened[Symbol.dispose]();
    await store?.[Symbol.asyncDispose]();
    await lock?.release();
  };
  try {
    const target = openTarget(config, (event) => onEvent({ side: "descope", event }), board);
    store = await config.state.open();
    lock = await config.state.lock((error) => lockLost.abort(error));
    const signal = AbortSignal.any([options.signal, lockLost.signal]);
    follower = createRunFollower({
      store,
      board,
      clock: systemClock,
      worker: thisWorker(),
      signal,
      onProgress: options.onProgress,
      onEvent: (event) => onEvent({ side: "operator", event }),
    });
    return makeSession({ ...options, signal }, { sources: opened.sources, target, store, follower, close });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Parts extends Pick<Session, "target" | "store"> {
  readonly sources: RunContext["sources"];
  readonly follower: RunFollower;
  readonly close: () => Promise<void>;
}

function makeSession({ config, signal }: SessionOptions, parts: Parts): Session {
  const { sources, target, store, follower, close } = parts;
  return {
    config,
    store,
    target,
    context(runId) {
      follower.follow(runId);
      return {
        runId,
        sources,
        target,
        store,
        rules: config.rules,
        configHash: config.hash,
        clock: systemClock,
        digest: systemDigest,
        signal,
        onProgress: (progress) => follower.progress(progress),
      };
    },
    [Symbol.asyncDispose]: close,
  };
}
