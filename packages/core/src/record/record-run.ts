import type { OutcomeCounts, ReconcileSummary, Run, RunPlan } from "../run/run.ts";
import type { RunContext } from "../run/run-context.ts";
import { recordEvent } from "./record-event.ts";
import { digestDiscrepancies, digestOutcomes } from "./run-digests.ts";

type Recording = Pick<RunContext, "store" | "runId" | "clock" | "author">;

/** Puts on record that a run has begun, and what the record of the one before ended with then. */
export async function recordBegun(context: Recording, run: Run, before: Run | undefined): Promise<void> {
  const head = before === undefined ? undefined : (await context.store.readRecord(before.id)).head;
  await recordEvent({ ...context, runId: run.id }, "run-began", {
    kind: run.kind,
    ...(run.rollsBack === undefined ? {} : { rollsBack: run.rollsBack }),
    configHash: run.configHash,
    projectId: run.projectId,
    userPoolIds: run.userPoolIds.join(" "),
    ...(before === undefined ? {} : { previousRun: before.id }),
    ...(head === undefined ? {} : { previousHead: head.hash, previousEvents: head.events }),
  });
}

/** Puts on record that a later process goes on with a run. */
export async function recordContinued(context: Recording, { id, state }: Run): Promise<void> {
  await recordEvent({ ...context, runId: id }, "run-continued", { state });
}

/** Puts on record which plan was made. */
export async function recordPlan(context: Recording, { hash, counts, findings }: RunPlan): Promise<void> {
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  await recordEvent(context, "plan-made", {
    planHash: hash,
    ...counts,
    blockers: count("blocker"),
    warnings: count("warning"),
    notes: count("note"),
  });
}

/** Puts on record what became of the users of a run, with a digest over all of them. */
export async function recordApplied(context: RunContext, outcomes: OutcomeCounts): Promise<void> {
  await recordEvent(context, "apply-ended", { ...outcomes, digest: await digestOutcomes(context) });
}

/** Puts on record what a reconcile found, with a digest over the discrepancies. */
export async function recordReconciled(context: RunContext, summary: ReconcileSummary): Promise<void> {
  const { checked, fields, discrepancies, notCompared } = summary;
  const digest = await digestDiscrepancies(context);
  await recordEvent(context, "reconciled", { checked, fields, discrepancies, notCompared, digest });
}
