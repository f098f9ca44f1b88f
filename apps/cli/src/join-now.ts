import { joinRun, type OutcomeCounts, type Run } from "@cognito-to-descope/core";
import { EXIT_CODES, type ExitCode } from "./exit-codes.ts";
import type { Invocation } from "./invocation.ts";
import { migrationResult } from "./migration-result.ts";
import { printApplied } from "./output/print-applied.ts";
import type { LogOptions, RunLog } from "./run-log.ts";
import type { JoinedRun, Session } from "./session.ts";

/** Works on a run that another process leads, until it is applied, and says what came of it. */
export async function joinNow(
  session: Session,
  { run, part }: JoinedRun,
  { output }: Invocation<LogOptions>,
  log: RunLog,
): Promise<ExitCode> {
  const { store } = session;
  const outcomes = await takePart(session, { run, part }, log, (text) => output.note(text));
  output.progress.clear();
  if (outcomes === undefined || run.plan === undefined) {
    output.line(`run ${run.id} was given up by whoever led it`);
    output.document({ run: run.id, joined: true });
    return EXIT_CODES.incomplete;
  }
  const headline = `applied run ${run.id} together with others`;
  const sources = await printApplied(headline, { run, outcomes, store }, output);
  output.line();
  output.line("  next: c2d status; whoever led the run reconciles it, if that was asked for");
  output.document({ ...migrationResult({ ...run, plan: run.plan }, outcomes, sources, run.reconcile), joined: true });
  return outcomes.failed > 0 ? EXIT_CODES.incomplete : EXIT_CODES.done;
}

/** Works on a run that another process leads, until it is applied. */
export async function takePart(
  session: Session,
  { run, part }: { readonly run: Run; readonly part: JoinedRun["part"] },
  log: RunLog,
  note: (text: string) => void,
): Promise<OutcomeCounts | undefined> {
  note(`taking part in run ${run.id}, which is being applied`);
  log.line(`run ${run.id} plan ${run.plan?.hash ?? ""} taking part`);
  const context = await log.watch(session.context(run.id));
  const outcomes = await joinRun(context, {
    async tryLead() {
      const leads = await part.lead();
      if (leads) {
        note(`leading run ${run.id} now: whoever led it is gone`);
        log.line(`run ${run.id} leading`);
      }
      return leads;
    },
  });
  log.line(`run ${run.id} ${outcomes === undefined ? "given up" : `applied ${JSON.stringify(outcomes)}`}`);
  return outcomes;
}
