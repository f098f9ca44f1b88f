import type { OutcomeCounts, PoolObservation, PoolSnapshot, Run, SsoRecord } from "@cognito-to-descope/core";
import type { TokensInUse } from "../../jit-progress/verifier-statistics.ts";

/** A run with what it did. */
export interface RunFacts {
  readonly run: Run;
  readonly outcomes: OutcomeCounts;
  /** The run that takes it back. */
  readonly rolledBackBy: Run | undefined;
}

/** One pool of the config or of a run, with what is known of it. */
export interface PoolFacts {
  readonly userPoolId: string;
  readonly tenant: string | undefined;
  /** The newest run that is to migrate it and was not taken back. */
  readonly newest: RunFacts | undefined;
  /** Its settings, by that run. */
  readonly snapshot: PoolSnapshot | undefined;
  /** Its users, by that run. */
  readonly observation: PoolObservation | undefined;
  /** Users whose passwords were captured. */
  readonly captured: number;
}

/** Everything that the overview is made of. */
export interface OverviewFacts {
  readonly projectId: string | undefined;
  readonly pools: readonly PoolFacts[];
  readonly connections: readonly SsoRecord[];
  /** Keys of connections that are on Descope's side. */
  readonly cutOver: ReadonlySet<string>;
  /** Undefined where nobody said where the statistics of verifiers are, or they cannot be read. */
  readonly tokens: TokensInUse | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Users of a pool with a password that can be captured: confirmed, and not born from an identity provider. */
export function passwordUsers({ native, linked, byStatus }: PoolObservation): number {
  return Math.min(native + linked, byStatus["CONFIRMED"] ?? 0);
}

/** Share of the passwords from which capturing is as good as through: the rest are people who do not sign in any more. */
export const CAPTURED_SHARE = 0.95;

/** How long no token of Cognito may have been seen for it to be called out of use. */
export const QUIET_MS = 86_400_000;

/** Whether a reconcile compared what the run last did. */
export function isReconciled({ reconcile, updatedAt }: Run): boolean {
  return reconcile !== undefined && reconcile.at >= updatedAt;
}
