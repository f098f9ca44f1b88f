import type { CognitoSourceEvent } from "@cognito-to-descope/cognito";
import type { TargetEvent } from "@cognito-to-descope/descope";
import type { ProjectTarget, RunContext, RunProgress, StateStore } from "@cognito-to-descope/core";
import type { Config } from "./config/config.ts";
import { openSources } from "./open-sources.ts";
import { openTarget } from "./open-target.ts";
import type { RunLock } from "./state/state-location.ts";
import { systemClock, systemDigest } from "./system.ts";

/** Something that a source or the target did on its own: waited, tried again, left a part out. Without personal data. */
export type AdapterEvent =
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
  /** What the steps of a run work with. */
  context(runId: string): RunContext;
}

/**
 * Opens pools, project and store, and takes the lock of the state store.
 *
 * @throws MigrationError the faults of the store, and `ERR_RUN_ACTIVE`.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { config, onEvent } = options;
  const opened = openSources(config, (event, userPoolId) => onEvent?.({ side: "cognito", userPoolId, event }));
  let store: StateStore | undefined;
  let lock: RunLock | undefined;
  const lockLost = new AbortController();
  const close = async (): Promise<void> => {
    opened[Symbol.dispose]();
    await store?.[Symbol.asyncDispose]();
    await lock?.release();
  };
  try {
    const target = openTarget(config, (event) => onEvent?.({ side: "descope", event }));
    store = await config.state.open();
    lock = await config.state.lock((error) => lockLost.abort(error));
    const signal = AbortSignal.any([options.signal, lockLost.signal]);
    return makeSession({ ...options, signal }, { sources: opened.sources, target, store, close });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Parts extends Pick<Session, "target" | "store"> {
  readonly sources: RunContext["sources"];
  readonly close: () => Promise<void>;
}

function makeSession({ config, signal, onProgress }: SessionOptions, parts: Parts): Session {
  const { sources, target, store, close } = parts;
  return {
    config,
    store,
    target,
    context: (runId) => ({
      runId,
      sources,
      target,
      store,
      rules: config.rules,
      configHash: config.hash,
      clock: systemClock,
      digest: systemDigest,
      signal,
      onProgress,
    }),
    [Symbol.asyncDispose]: close,
  };
}
