import type { OutcomeCounts, ReconcileSummary, Run, RunPlan } from "../run/run.ts";
import type { RunContext } from "../run/run-context.ts";
import type { RunEvent } from "./event-chain.ts";
import { makeEvent, recordEvent } from "./record-event.ts";
import { digestDiscrepancies, digestOutcomes } from "./run-digests.ts";

type Recording = Pick<RunContext, "store" | "runId" | "clock" | "author">;

/** That a run begins, and what the record of the one before ends with now. */
export async function runBegan(context: Recording, run: Run, before: Run | undefined): Promise<RunEvent> {
  const head = before === undefined ? undefined : (await context.store.readRecord(before.id)).head;
  return makeEvent(context, "run-began", {
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

/** Which plan was made. */
export function planMade(context: Recording, { hash, counts, findings }: RunPlan): RunEvent {
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  return makeEvent(context, "plan-made", {
    planHash: hash,
    ...counts,
    blockers: count("blocker"),
    warnings: count("warning"),
    notes: count("note"),
  });
}

/** What became of the users of a run, with a digest over all of them. */
export async function applyEnded(context: RunContext, outcomes: OutcomeCounts): Promise<RunEvent> {
  return makeEvent(context, "apply-ended", { ...outcomes, digest: await digestOutcomes(context) });
}

/** What a reconcile found, with a digest over the discrepancies. */
export async function reconciled(context: RunContext, summary: ReconcileSummary): Promise<RunEvent> {
  const { checked, fields, discrepancies, notCompared } = summary;
  const digest = await digestDiscrepancies(context);
  return makeEvent(context, "reconciled", { checked, fields, discrepancies, notCompared, digest });
}
