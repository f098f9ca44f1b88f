import type { BucketState, Finding, OutcomeCounts, OutcomeKind, RunProgress } from "@cognito-to-descope/core";
import type { CountedProgress } from "../output/progress-counts.ts";
import type { ThrottlePrompt } from "./throttle-prompt.ts";

/** One line of the list of what happened. */
export interface LiveEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly text: string;
  /** How often it came in a row. */
  readonly times: number;
}

/** A user whose outcome came a moment ago. */
export interface RecentOutcome {
  readonly outcome: OutcomeKind;
  /** The login ID, masked. */
  readonly who: string;
  readonly why: string;
}

/** What is shown instead of the list of events. */
export type Panel = "events" | "outcomes" | "help" | ThrottlePrompt;

/** Everything that a live view shows. */
export interface LiveState {
  readonly runId?: string | undefined;
  readonly progress?: CountedProgress | undefined;
  readonly perSecond: number;
  /** Epoch milliseconds at which the view began. */
  readonly since: number;
  readonly paused?: Extract<RunProgress, { readonly step: "paused" }> | undefined;
  /** What a key has asked for and the run has not done yet. */
  readonly asked?: "pausing" | "resuming" | undefined;
  readonly stopping: boolean;
  /** Epoch milliseconds at which the next pass of a watch begins. */
  readonly nextPassAt?: number | undefined;
  readonly outcomes?: OutcomeCounts | undefined;
  /** Failed users by class, of those that this process saw. */
  readonly failures: Readonly<Record<string, number>>;
  readonly buckets: readonly BucketState[];
  /** Findings of the plan. */
  readonly findings: readonly Finding[];
  /** Newest last. */
  readonly events: readonly LiveEvent[];
  /** Newest last. */
  readonly recent: readonly RecentOutcome[];
  readonly panel: Panel;
  /** What came of the last key. */
  readonly remark?: string | undefined;
}
