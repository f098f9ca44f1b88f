import type { OutcomeCounts, PoolObservation, PoolSnapshot, Run, SsoRecord, SwitchOff } from "@cognito-to-descope/core";

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

/** What the statistics of verifiers say, judged as the page of the sessions judges it. */
export interface TokenFacts {
  /** How many verifiers were heard of. */
  readonly verifiers: number;
  /** Accepted in all that is known. */
  readonly accepted: { readonly cognito: number; readonly descope: number };
  readonly switchOff: SwitchOff;
}

/** Everything that the overview is made of. */
export interface OverviewFacts {
  readonly projectId: string | undefined;
  readonly pools: readonly PoolFacts[];
  readonly connections: readonly SsoRecord[];
  /** Keys of connections that are on Descope's side. */
  readonly cutOver: ReadonlySet<string>;
  /** Undefined where nobody said where the statistics of verifiers are. */
  readonly tokens: TokenFacts | undefined;
}

/** Users of a pool with a password that can be captured: confirmed, and not born from an identity provider. */
export function passwordUsers({ native, linked, byStatus }: PoolObservation): number {
  return Math.min(native + linked, byStatus["CONFIRMED"] ?? 0);
}

/** Share of the passwords from which capturing is as good as through: the rest are people who do not sign in any more. */
export const CAPTURED_SHARE = 0.95;

/** Whether a reconcile compared what the run last did. */
export function isReconciled({ reconcile, updatedAt }: Run): boolean {
  return reconcile !== undefined && reconcile.at >= updatedAt;
}
