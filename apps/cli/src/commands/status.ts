import { existsSync } from "node:fs";
import {
  countSettled,
  MigrationError,
  rollbackOf,
  type OutcomeCounts,
  type Run,
  type StateStore,
} from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import type { Config } from "../config/config.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import type { Output } from "../output/output.ts";
import { listOutcomes, printOutcomes } from "../output/print-outcomes.ts";
import { formatCount, namePools } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";

/** Says where the newest run stands and what comes next. */
export const status: Command<{ readonly run?: string }> = async (invocation) => {
  const { output, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: false });
  // Asking must not make a state file where there is none.
  if (!existsSync(config.state)) return printNothing(output);
  const store = await openStateStore(config.state);
  try {
    const runs = await store.listRuns();
    const run = options.run === undefined ? runs[0] : runs.find(({ id }) => id === options.run);
    if (run === undefined) {
      if (options.run === undefined) return printNothing(output);
      throw new MigrationError("ERR_USAGE", "there is no such run in the state file", {
        suggestion: `there are: ${
          runs
            .slice(0, 10)
            .map(({ id }) => id)
            .join(", ") || "none"
        }`,
      });
    }
    await printRun(store, run, config, output);
    return EXIT_CODES.done;
  } finally {
    await store[Symbol.asyncDispose]();
  }
};

function printNothing(output: Output): number {
  output.line("no run yet");
  output.line("  next: c2d plan");
  output.document({ run: null, next: "c2d plan" });
  return EXIT_CODES.done;
}

async function printRun(store: StateStore, run: Run, config: Config, output: Output): Promise<void> {
  const { plan, reconcile } = run;
  const outcomes = await store.countOutcomes(run.id);
  const failures = await store.countFailures(run.id);
  const read = plan?.counts.read ?? (await store.countSourceUsers(run.id));
  const done = countSettled(outcomes);
  const rolledBackBy = rollbackOf(await store.listRuns(), run.id);
  const next = rolledBackBy === undefined ? nextStep(run, outcomes, config) : nextAfter(rolledBackBy);
  output.line(output.style("bold", `run ${run.id}: ${run.state}`));
  if (run.rollsBack !== undefined) output.line(`  takes back run ${run.rollsBack}`);
  if (rolledBackBy !== undefined) output.line(`  taken back by run ${rolledBackBy.id}: ${rolledBackBy.state}`);
  output.line(`  from ${namePools(run.userPoolIds)} to project ${run.projectId}`);
  output.line(
    `  started ${new Date(run.startedAt).toISOString()}, last change ${new Date(run.updatedAt).toISOString()}`,
  );
  output.line(`  ${formatCount(read)} users ${run.kind === "rollback" ? "that the run wrote" : "read"}`);
  if (plan !== undefined) {
    const { create, patch, none, skip, delete: deleted } = plan.counts;
    const deletes = deleted > 0 ? `${formatCount(deleted)} to delete, ` : "";
    output.line(
      `  planned: ${formatCount(create)} to create, ${formatCount(patch)} to patch, ${deletes}${formatCount(none)} unchanged, ${formatCount(skip)} left out`,
    );
  }
  if (done > 0) {
    if (output.verbose && outcomes.failed > 0) await listOutcomes(store, run.id, output, "failed");
    printOutcomes(outcomes, failures, output);
    if (plan !== undefined && done < read) output.line(`  ${formatCount(read - done).padStart(9)}  to come`);
  }
  if (reconcile !== undefined) {
    output.line(
      `  reconciled: ${formatCount(reconcile.checked)} users, ${formatCount(reconcile.discrepancies)} discrepancies`,
    );
  }
  output.line(`  next: ${next}`);
  output.document({
    run: run.id,
    ...(run.kind === "rollback" ? { kind: run.kind, rollsBack: run.rollsBack } : {}),
    ...(rolledBackBy === undefined ? {} : { rolledBackBy: rolledBackBy.id }),
    state: run.state,
    projectId: run.projectId,
    userPoolIds: run.userPoolIds,
    startedAt: new Date(run.startedAt).toISOString(),
    updatedAt: new Date(run.updatedAt).toISOString(),
    planHash: plan?.hash ?? null,
    users: { read, ...shownOutcomes(run, outcomes), pending: plan === undefined ? read : read - done },
    failures,
    reconcile: reconcile === undefined ? null : { checked: reconcile.checked, discrepancies: reconcile.discrepancies },
    next,
  });
}

/** Only a run that may delete says how many it deleted. */
function shownOutcomes({ kind }: Run, { deleted, ...others }: OutcomeCounts): Partial<OutcomeCounts> {
  return kind === "migrate" ? others : { ...others, deleted };
}

function nextStep(run: Run, outcomes: OutcomeCounts, config: Config): string {
  const { kind, state, reconcile } = run;
  if (kind === "rollback") return nextOfRollback(run, outcomes);
  if (state === "reading" || state === "planning") return "c2d plan, or c2d migrate: it goes on from here";
  if (state === "planned" || state === "applying") {
    if (isOfAnotherConfig(run, config)) return "c2d plan: the plan was made with another config";
    // Whether the project changed since, only the project knows.
    return state === "planned"
      ? "c2d apply; c2d plan if the project changed since"
      : "c2d apply: it goes on from here; c2d plan if the project changed since";
  }
  if (reconcile === undefined) return "c2d reconcile";
  if (outcomes.failed > 0) return "c2d status -v shows who failed; c2d migrate tries them again";
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
