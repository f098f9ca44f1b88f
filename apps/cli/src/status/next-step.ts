import type { OutcomeCounts, Run } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";

/** What is known about a run beside the run itself. */
export interface RunSurroundings {
  readonly outcomes: OutcomeCounts;
  readonly config: Config;
  /** The run that takes this one back. */
  readonly rolledBackBy?: Run | undefined;
  /** Whether a process works on it now. */
  readonly atWork: boolean;
  readonly paused: boolean;
}

/** What the operator does next. */
export function nextStep(run: Run, { outcomes, config, rolledBackBy, atWork, paused }: RunSurroundings): string {
  if (rolledBackBy !== undefined) return nextAfter(rolledBackBy);
  if (atWork) return paused ? "c2d resume lets it go on" : "nothing: it is at work; c2d status --watch follows it";
  const next = nextCommand(run, outcomes, config);
  return paused && run.state !== "applied" ? `c2d resume; then ${next}` : next;
}

function nextCommand(run: Run, outcomes: OutcomeCounts, config: Config): string {
  const { kind, state, reconcile } = run;
  if (kind === "rollback") return nextOfRollback(run, outcomes);
  if (kind === "sync" && state !== "planned" && state !== "applied") return "c2d sync: it goes on from here";
  if (state === "reading" || state === "planning") return "c2d plan, or c2d migrate: it goes on from here";
  if (state === "planned" || state === "applying") {
    if (isOfAnotherConfig(run, config)) return "c2d plan: the plan was made with another config";
    // Whether the project changed since, only the project knows.
    return state === "planned"
      ? "c2d apply; c2d plan if the project changed since"
      : "c2d apply: it goes on from here; c2d plan if the project changed since";
  }
  // Users that failed may have been tried again since.
  if (reconcile === undefined || reconcile.at < run.updatedAt) return "c2d reconcile";
  if (outcomes.failed > 0) return "c2d status -v shows who failed; c2d retry tries them again";
  return reconcile.discrepancies > 0 ? "see the report of the reconcile, then c2d migrate" : "nothing is left to do";
}

function nextOfRollback({ state, rollsBack = "" }: Run, { failed, skipped }: OutcomeCounts): string {
  if (state === "planned") return `c2d rollback ${rollsBack}`;
  if (state !== "applied") return `c2d rollback ${rollsBack}: it goes on from here`;
  return failed + skipped > 0
    ? `c2d rollback ${rollsBack} --dry-run -v shows who was left, and why`
    : "nothing is left to do; c2d migrate starts afresh";
}

/** What comes after a run that was taken back. */
function nextAfter({ state, rollsBack = "" }: Run): string {
  return state === "applied"
    ? "nothing is left to do; c2d migrate starts afresh"
    : `c2d rollback ${rollsBack}: it goes on from here`;
}

/** Whether apply would refuse the plan for its config. A config that names no pool or project yet says nothing about it. */
function isOfAnotherConfig(run: Run, { hash, sources, target }: Config): boolean {
  return sources.length > 0 && target !== undefined && run.configHash !== hash;
}
