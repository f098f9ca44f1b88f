import type { Finding } from "../findings/finding.ts";
import type { PlanCounts, PlanDefinitions, SourceCounts } from "../plan/plan.ts";
import type { PoolObservation } from "../pool/observe-users.ts";

/**
 * Where a run stands.
 *
 * `reading` → `planning` → `planned` → `applying` → `applied`. A run that is interrupted keeps its state and goes on
 * from there; `planned` waits for the operator; `applied` is final, whatever a later reconcile finds, unless users that
 * failed are tried again: then the run is `applying` once more.
 */
export type RunState = "reading" | "planning" | "planned" | "applying" | "applied";

/**
 * What a run is for: to migrate whole pools, to follow what changed in them since, or to take back what an earlier run did.
 */
export type RunKind = "migrate" | "sync" | "rollback";

/** One execution of a migration. */
export interface Run {
  readonly id: string;
  readonly kind: RunKind;
  /** The run that is taken back, for the kind `rollback`. */
  readonly rollsBack?: string;
  readonly state: RunState;
  /** Epoch milliseconds, as are all times here. */
  readonly startedAt: number;
  /** When the state or the plan last changed, or a reconcile ended. */
  readonly updatedAt: number;
  /** Hash of everything in the config that the plan depends on. */
  readonly configHash: string;
  readonly projectId: string;
  readonly userPoolIds: readonly string[];
  /** Set from state `planned` on. */
  readonly plan?: RunPlan;
  /** Set once a reconcile of the run has finished. */
  readonly reconcile?: ReconcileSummary;
}

/** The plan of a run, its items left out. */
export interface RunPlan {
  readonly hash: string;
  readonly definitions: PlanDefinitions;
  readonly counts: PlanCounts;
  /** The counts of each source, in the order of the sources; absent in plans of earlier versions. */
  readonly bySource?: readonly SourceCounts[];
  readonly findings: readonly Finding[];
  /** What the users of each source have, in the order of the sources. */
  readonly observations: readonly PoolObservation[];
  /** For a sync; its plan has only the users that something may have changed for. */
  readonly sync?: SyncCounts;
}

/** What a sync found. */
export interface SyncCounts {
  /** Users read. */
  readonly read: number;
  /** Users that do not map to what they were last settled with: new ones and changed ones. */
  readonly changed: number;
  /** Users that are gone from their pool. */
  readonly gone: number;
}

/** What a reconcile found. */
export interface ReconcileSummary {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Users compared. */
  readonly checked: number;
  /** Values compared: fields of users, roles, tenants, attribute definitions. */
  readonly fields: number;
  readonly discrepancies: number;
  /** Discrepancies by field. */
  readonly byField: Readonly<Record<string, number>>;
  /** Users that the run left out or failed on, and that were therefore not compared. */
  readonly notCompared: number;
}

/** What happened to one user. Data, not an exception. */
export type OutcomeKind = "created" | "updated" | "unchanged" | "skipped" | "failed" | "deleted";

/** Why a user failed, in classes that an operator can act on. */
export type FailureClass =
  /** The login ID belongs to another user of the project. */
  | "login-id-taken"
  /** The target refused the user's data. */
  | "refused"
  /** The target kept failing on this user, and not on others. */
  | "target-error"
  /** Somebody changed the user in the target after it was looked at: what was planned on that is not done. */
  | "changed-since";

/** The outcome of one user. */
export interface Outcome {
  readonly seq: number;
  readonly outcome: OutcomeKind;
  /** Descope's user ID, where there is a user. */
  readonly userId?: string;
  readonly failure?: FailureClass;
  /** The target's words or ours. May hold personal data: shown only when asked for. */
  readonly detail?: string;
}

/** How many users had each outcome. */
export interface OutcomeCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: number;
  readonly deleted: number;
}

/** One difference between what was planned and what the target has. */
export interface Discrepancy {
  /** The user's number in the run; absent for a role, a tenant or an attribute definition. */
  readonly seq?: number;
  readonly sub?: string;
  /** `email`, `roleNames`, `customAttributes.plan`, `role`, `user`, … */
  readonly field: string;
  /** JSON text. May hold personal data: shown only when asked for. */
  readonly expected: string;
  /** JSON text. May hold personal data: shown only when asked for. */
  readonly actual: string;
}
