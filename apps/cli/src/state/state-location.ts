import { resolve } from "node:path";
import type {
  Clock,
  MigrationError,
  RateCounter,
  RateLimit,
  RateLimiter,
  StateStore,
  WorkQueue,
} from "@cognito-to-descope/core";
import { isPostgresUrl } from "@cognito-to-descope/store";
import { Secret } from "../config/secret.ts";
import { systemClock } from "../system.ts";
import { fileState } from "./file-state.ts";
import { postgresState } from "./postgres-state.ts";

/** Held while a run works, so that no second process works on the same state store. */
export interface RunLock {
  release(): Promise<void>;
}

/** The lock of a state store that several processes may share while a run is applied. */
export interface SharedRunLock extends RunLock {
  /** Lets others take part in what is being applied. */
  share(): Promise<void>;
}

/** Held while this process takes part in a run that another one leads. */
export interface RunPart extends RunLock {
  /** Tries to take the lead. It works when whoever had it is dead or has ended. */
  lead(): Promise<boolean>;
}

/** Limiters whose quotas all processes with the same state store share. */
export interface SharedLimiters extends AsyncDisposable {
  /** @param bucket - Says whose quota it is: `descope P2abc user-create`. */
  limiter(bucket: string, limit: RateLimit): RateLimiter;
}

/** What replicas of the gateway share. */
export interface GatewayState extends AsyncDisposable {
  readonly rates: RateCounter;
  /** Keys that are used once. */
  readonly usedKeys: {
    add(key: string, expiresAt: number): Promise<boolean>;
    remove(key: string): Promise<void>;
  };
}

/** What processes on several machines can share by way of a state store. */
export interface SharedState {
  openLimiters(): Promise<SharedLimiters>;
  /** Opens what replicas of the gateway count and remember together. */
  openGatewayState(): Promise<GatewayState>;
  /** Takes the lock as {@link StateLocation.lock} does. */
  lock(onLost: (error: MigrationError) => void): Promise<SharedRunLock>;
  /**
   * Takes part in what another process is applying.
   *
   * @returns undefined when nobody shares a run, because it is read or planned.
   */
  join(onLost: (error: MigrationError) => void): Promise<RunPart | undefined>;
  /** How many milliseconds the clock of the state store is ahead of this machine's. */
  readClockOffset(): Promise<number>;
  /** Whether another process leads a run, or reads or plans one. Asking holds nobody up. */
  isActive(): Promise<boolean>;
  /** Opens the queue of a run's work. */
  openQueue(runId: string): Promise<WorkQueue>;
}

/** Where the state store is. What commands do with it is the same for every kind of place. */
export interface StateLocation {
  readonly kind: "file" | "postgres";
  /** How it is named to people: an absolute path, or a URL without its password. */
  readonly name: string;
  /** Whether there is a state store. Asking makes none. */
  exists(): Promise<boolean>;
  /** Opens the state store, which is made if need be. */
  open(): Promise<StateStore>;
  /**
   * Takes the lock of the state store. When the process dies, however it dies, the lock is gone.
   *
   * @param onLost - Hears that the lock was lost before it was released: another process may hold it now.
   * @throws MigrationError `ERR_RUN_ACTIVE` when another process holds it.
   */
  lock(onLost: (error: MigrationError) => void): Promise<RunLock>;
  /** Left out where only the processes of one machine could reach it. */
  readonly shared?: SharedState;
  /** Removes what is left of the state store once it is purged. */
  remove(): void;
}

/**
 * The location that a text names: the URL of a PostgreSQL database, or a path.
 *
 * @param base - Directory that a relative path begins at.
 */
export function stateLocation(text: string, base: string): StateLocation {
  return isPostgresUrl(text) ? postgresState(new Secret(text)) : fileState(resolve(base, text));
}

/** The clock by which times in the state store are written and read: this machine's, or the one that all machines share. */
export async function stateClock({ shared }: Pick<StateLocation, "shared">): Promise<Clock> {
  if (shared === undefined) return systemClock;
  const offset = await shared.readClockOffset();
  return { ...systemClock, now: () => systemClock.now() + offset };
}
