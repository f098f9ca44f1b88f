import { MigrationError, type OutcomeCounts, type Run, type StateStore } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import type { Output } from "../output/output.ts";
import { listOutcomes, printOutcomes } from "../output/print-outcomes.ts";
import { formatCount } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";

/** Says where the newest run stands and what comes next. */
export const status: Command<{ readonly run?: string }> = async (invocation) => {
  const { output, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: false });
  // Asking must not make a state store where there is none.
  if (!(await config.state.exists())) return printNothing(output);
  const store = await config.state.open();
  try {
    const runs = await store.listRuns();
    const run = options.run === undefined ? runs[0] : runs.find(({ id }) => id === options.run);
    if (run === undefined) {
      if (options.run === undefined) return printNothing(output);
      throw new MigrationError("ERR_USAGE", "there is no such run in the state store", {
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
  const done = outcomes.created + outcomes.updated + outcomes.unchanged + outcomes.skipped + outcomes.failed;
  const next = nextStep(run, outcomes, config);
  output.line(output.style("bold", `run ${run.id}: ${run.state}`));
  output.line(`  from pool ${run.userPoolIds.join(", ")} to project ${run.projectId}`);
  output.line(
    `  started ${new Date(run.startedAt).toISOString()}, last change ${new Date(run.updatedAt).toISOString()}`,
  );
  output.line(`  ${formatCount(read)} users read`);
  if (plan !== undefined) {
    const { create, patch, none, skip } = plan.counts;
    output.line(
      `  planned: ${formatCount(create)} to create, ${formatCount(patch)} to patch, ${formatCount(none)} unchanged, ${formatCount(skip)} left out`,
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
    state: run.state,
    projectId: run.projectId,
    userPoolIds: run.userPoolIds,
    startedAt: new Date(run.startedAt).toISOString(),
    updatedAt: new Date(run.updatedAt).toISOString(),
    planHash: plan?.hash ?? null,
    users: { read, ...outcomes, pending: plan === undefined ? read : read - done },
    failures,
    reconcile: reconcile === undefined ? null : { checked: reconcile.checked, discrepancies: reconcile.discrepancies },
    next,
  });
}

function nextStep(run: Run, outcomes: OutcomeCounts, config: Config): string {
  const { state, reconcile } = run;
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

/** Whether apply would refuse the plan for its config. A config that names no pool or project yet says nothing about it. */
function isOfAnotherConfig(run: Run, { hash, sources, target }: Config): boolean {
  return sources.length > 0 && target !== undefined && run.configHash !== hash;
}
