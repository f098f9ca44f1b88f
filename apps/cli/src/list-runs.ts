import { type OutcomeCounts, rollbackOf, type Run, type StateStore } from "@cognito-to-descope/core";
import type { Output } from "./output/output.ts";
import { formatCount } from "./output/printable.ts";
import type { StateLocation } from "./state/state-location.ts";

/** A run with what it did. */
interface ListedRun {
  readonly run: string;
  readonly kind: Run["kind"];
  readonly state: Run["state"];
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly projectId: string;
  readonly users: OutcomeCounts;
  /** The run that this one takes back. */
  readonly rollsBack: string | null;
  readonly rolledBackBy: string | null;
}

/** Lists the runs of a state file with what they did, newest first. */
export async function listRuns(state: StateLocation, output: Output): Promise<void> {
  // Asking must not make a state file where there is none.
  const runs = (await state.exists()) ? await readRuns(state) : [];
  output.document({ runs });
  if (runs.length === 0) {
    output.line("no run yet");
    output.line("  next: c2d plan");
    return;
  }
  for (const run of runs) {
    output.line(`${output.style("bold", run.run)}  ${run.kind}  ${run.state}  ${run.startedAt}${noteOf(run)}`);
    output.line(`  ${describe(run.users)}`);
  }
}

async function readRuns(state: StateLocation): Promise<readonly ListedRun[]> {
  const store = await state.open();
  try {
    const runs = await store.listRuns();
    return await Promise.all(runs.map((run) => toListed(store, run, runs)));
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

async function toListed(store: StateStore, run: Run, runs: readonly Run[]): Promise<ListedRun> {
  return {
    run: run.id,
    kind: run.kind,
    state: run.state,
    startedAt: new Date(run.startedAt).toISOString(),
    projectId: run.projectId,
    users: await store.countOutcomes(run.id),
    rollsBack: run.rollsBack ?? null,
    rolledBackBy: rollbackOf(runs, run.id)?.id ?? null,
  };
}

function noteOf({ rollsBack, rolledBackBy }: ListedRun): string {
  if (rollsBack !== null) return `  takes back ${rollsBack}`;
  return rolledBackBy === null ? "" : `  taken back by ${rolledBackBy}`;
}

function describe({ created, updated, deleted, unchanged, skipped, failed }: OutcomeCounts): string {
  const parts = [
    [created, "created"],
    [updated, "updated"],
    [deleted, "deleted"],
    [unchanged, "unchanged"],
    [skipped, "left out"],
    [failed, "failed"],
  ] as const;
  const shown = parts.flatMap(([count, word]) => (count === 0 ? [] : [`${formatCount(count)} ${word}`]));
  return shown.length === 0 ? "nothing was written" : shown.join(", ");
}
