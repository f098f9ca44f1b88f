import type { MappingRules } from "../mapping/rules.ts";
import type { Clock } from "../ports/clock.ts";
import type { Digest } from "../ports/digest.ts";
import type { ProjectTarget } from "../ports/project-target.ts";
import type { StateStore } from "../ports/state-store.ts";
import type { UserPoolSource } from "../ports/user-pool-source.ts";
import type { WorkSharing } from "../ports/work-queue.ts";
import type { OutcomeCounts } from "./run.ts";

/** In how many parts a pool's users may be listed at the same time. */
export type Shards = 1 | 16 | 256;

/** One pool of a run. */
export interface RunSource {
  readonly source: UserPoolSource;
  /**
   * In how many parts the users are listed at the same time, by the first digits of their `sub`: 1, 16 or 256.
   *
   * @defaultValue 1
   */
  readonly shards?: Shards | undefined;
  /** The tenant that every user of the pool belongs to. */
  readonly tenant?: string | undefined;
  /** Name of the tenant, where it has to be created. @defaultValue its ID */
  readonly tenantName?: string | undefined;
}

/** Who works on a run, and with what. Goes on record with what they do. */
export interface RunAuthor {
  /** Account and machine: `ana@build-7`. */
  readonly operator: string;
  readonly toolVersion: string;
}

/** What the steps of a run work with. */
export interface RunContext {
  readonly runId: string;
  readonly sources: readonly RunSource[];
  readonly target: ProjectTarget;
  readonly store: StateStore;
  readonly rules: MappingRules;
  /** Hash of everything in the config that a plan depends on. */
  readonly configHash: string;
  readonly clock: Clock;
  readonly digest: Digest;
  /** Left out: events do not say who. */
  readonly author?: RunAuthor | undefined;
  /** How applying is shared with other processes. Left out: this process does all of it. */
  readonly sharing?: WorkSharing | undefined;
  /** Stops the run at the next safe point; what was done until then is in the store. */
  readonly signal?: AbortSignal | undefined;
  /** Hears how far the run is. Must not throw. */
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
}

/** How far a run is. Counts are of users. */
export type RunProgress =
  | { readonly step: "reading-pools"; readonly pools: number; readonly total: number }
  | { readonly step: "reading"; readonly users: number; readonly estimated: number; readonly pools: number }
  | { readonly step: "reading-groups"; readonly groups: number; readonly total: number }
  | { readonly step: "reading-target"; readonly users: number; readonly total: number }
  | { readonly step: "observing" | "planning" | "comparing"; readonly users: number; readonly total: number }
  | { readonly step: "defining"; readonly created: number; readonly total: number }
  | { readonly step: "removing"; readonly removed: number; readonly total: number }
  | { readonly step: "applying"; readonly outcomes: OutcomeCounts; readonly total: number }
  | {
      readonly step: "reconciling";
      readonly users: number;
      readonly total: number;
      readonly discrepancies: number;
    }
  /** The operator holds the run back. Comes again and again until it goes on. */
  | { readonly step: "paused"; readonly since: number; readonly by: string };
