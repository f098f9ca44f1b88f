import { readFileSync } from "node:fs";
import { createProjectTarget, createSsoTarget } from "@cognito-to-descope/descope";
import type { BucketName, ProjectTargetOptions } from "@cognito-to-descope/descope";
import {
  type ConnectionKey,
  type ConnectionSource,
  createRateLimiter,
  MigrationError,
  type ProjectTarget,
  type RateLimiter,
  readConnections,
  type ReadConnections,
  recordedTenants,
  type SsoRecord,
  type SsoTarget,
  type StateStore,
} from "@cognito-to-descope/core";
import { createMetadataReader } from "@cognito-to-descope/idp-metadata";
import type { Config } from "../config/config.ts";
import { usageError } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import type { ProgressLine } from "../output/progress-line.ts";
import { type OpenSources, openSources } from "../open-sources.ts";
import { targetOptions } from "../open-target.ts";
import { systemClock } from "../system.ts";

/** The project and the state store of one SSO command, open and locked. */
export interface SsoSession extends AsyncDisposable {
  readonly store: StateStore;
  readonly target: SsoTarget;
  readonly project: ProjectTarget;
}

/** What reads the pools and the project: a command, or a page that is being served. */
export interface SsoReading {
  readonly signal: AbortSignal;
  /** Hears how far the reading is. */
  readonly progress?: ProgressLine;
}

/** A command that reads the pools and the project. */
export function readingOf({ host, output }: Invocation): SsoReading {
  return { signal: host.signal, progress: output.progress };
}

/**
 * Opens project and state store, and takes the lock of the store: no run and no second SSO command works beside this one.
 *
 * @param options.locks - False for what writes neither to the store nor to the project, and may go on beside a run.
 * @throws MigrationError the faults of the store, and `ERR_RUN_ACTIVE`.
 */
export async function openSsoSession(
  config: Config,
  { locks = true }: { readonly locks?: boolean } = {},
): Promise<SsoSession> {
  const store = await config.state.open();
  try {
    const lock = locks ? await config.state.lock(() => undefined) : undefined;
    const limiters = await config.state.shared?.openLimiters();
    // One budget for both: they write the same project.
    const made = new Map<BucketName, RateLimiter>();
    const options: ProjectTargetOptions = {
      ...targetOptions(config),
      createLimiter: (bucket, limit) => {
        const limiter =
          made.get(bucket) ??
          limiters?.limiter(`descope ${config.target?.projectId ?? ""} ${bucket}`, limit) ??
          createRateLimiter(limit, systemClock);
        made.set(bucket, limiter);
        return limiter;
      },
    };
    return {
      store,
      target: createSsoTarget(options),
      project: createProjectTarget(options),
      async [Symbol.asyncDispose]() {
        await limiters?.[Symbol.asyncDispose]();
        await lock?.release();
        await store[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

/** Pools that were read for their connections. Their clients stay open until it is disposed. */
export interface ReadPools extends Disposable {
  readonly read: ReadConnections;
  readonly opened: OpenSources;
}

/**
 * Reads the connections of all pools of the config, and what their providers publish.
 *
 * @param only - The one connection that is wanted, with its tenant recorded already. No other provider is asked then.
 */
export async function readPools(
  { signal, progress }: SsoReading,
  config: Config,
  records: readonly SsoRecord[],
  only?: ConnectionKey,
): Promise<ReadPools> {
  const opened = openSources(config);
  try {
    const { options, metadata } = config.sso;
    const read = await readConnections({
      sources: opened.sources.map(({ source }) => (only === undefined ? source : withOnly(source, only))),
      reader: createMetadataReader({
        privateAddresses: metadata.privateAddresses,
        http: metadata.http,
        ca: metadata.caFile === undefined ? undefined : readAuthorities(metadata.caFile),
      }),
      sso: options,
      connectionTenants: config.rules.connectionTenants,
      recorded: recordedTenants(records),
      signal,
      onProgress: (done, total) => progress?.update({ step: "reading-pools", pools: done, total }),
    });
    progress?.clear();
    return { read, opened, [Symbol.dispose]: () => opened[Symbol.dispose]() };
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
}

function withOnly(source: ConnectionSource, { userPoolId, name }: ConnectionKey): ConnectionSource {
  return {
    userPoolId: source.userPoolId,
    readClientSecret: (clientId, options) => source.readClientSecret(clientId, options),
    async readConnections(options) {
      const pool = await source.readConnections(options);
      const providers = pool.providers.filter((one) => pool.userPoolId === userPoolId && one.name === name);
      return { ...pool, providers };
    },
  };
}

function readAuthorities(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new MigrationError("ERR_CONFIG_UNREADABLE", "the file of certificate authorities cannot be read", {
      cause: error,
      suggestion: "check `sso.metadata.caFile`",
    });
  }
}

/**
 * Which connections a command is about: those that its operands name, or all.
 *
 * @throws MigrationError `ERR_USAGE` for a name that no connection has.
 */
export function selectByName<Named extends { readonly name: string; readonly userPoolId: string }>(
  all: readonly Named[],
  names: readonly string[],
): readonly Named[] {
  if (names.length === 0) return all;
  const isMeant = ({ name, userPoolId }: Named, wanted: string): boolean =>
    wanted === name || wanted === `${userPoolId}/${name}`;
  for (const wanted of names) {
    if (!all.some((one) => isMeant(one, wanted))) {
      throw usageError(`there is no connection of the name "${wanted}"`, "c2d sso plan lists them");
    }
  }
  return all.filter((one) => names.some((wanted) => isMeant(one, wanted)));
}
