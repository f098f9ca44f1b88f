import { randomUUID } from "node:crypto";
import {
  MigrationError,
  recordEvent,
  rollbackOf,
  type Run,
  type SignInMethod,
  type StateStore,
  testSignIns,
} from "@cognito-to-descope/core";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { prepareConfig } from "../prepare.ts";
import { printRecordHead } from "../record/print-head.ts";
import {
  printReconcile,
  printSignIns,
  reconcileNow,
  type SignInTests,
  writeReconcileReports,
} from "../reconcile-now.ts";
import { openSession } from "../session.ts";

interface ReconcileOptions {
  readonly run?: string;
  readonly signIn?: number;
  readonly signInMethod?: SignInMethod;
}

/** Compares the project with an applied run, tests sign-ins where asked to, and writes the reports. */
export const reconcile: Command<ReconcileOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: true });
  const session = await openSession({ config, signal: host.signal, onProgress: (at) => output.progress.update(at) });
  try {
    const run = await findAppliedRun(session.store, options.run);
    if (run.projectId !== session.target.projectId) {
      throw new MigrationError("ERR_PLAN_STALE", `run ${run.id} wrote to another project than the config names`, {
        suggestion: "use the config of that run",
      });
    }
    const context = session.context(run.id);
    const summary = await reconcileNow(context, output);
    let signIns: SignInTests | undefined;
    if (options.signIn !== undefined) {
      const method = options.signInMethod ?? "management";
      const newTestLoginId = (): string => `c2d-test-${randomUUID()}@example.com`;
      const tests = await testSignIns(context, options.signIn, method, newTestLoginId);
      signIns = { method, tests };
      const failed = tests.filter(({ problems }) => problems.length > 0).length;
      await recordEvent(context, "sign-ins-tested", { method, tested: tests.length, failed });
    }
    const paths = await writeReconcileReports(session, run.id, output, { signIns });
    printReconcile(summary, paths, output);
    if (signIns !== undefined) printSignIns(signIns, output);
    await printRecordHead(session.store, run.id, output);
    const failed = signIns?.tests.filter(({ problems }) => problems.length > 0).length ?? 0;
    output.document({
      run: run.id,
      ...summary,
      ...(signIns === undefined ? {} : { signIns: { method: signIns.method, tested: signIns.tests.length, failed } }),
      reports: paths,
    });
    const { failed: failedUsers } = await session.store.countOutcomes(run.id);
    return summary.discrepancies + failed + failedUsers > 0 ? EXIT_CODES.incomplete : EXIT_CODES.done;
  } finally {
    await session[Symbol.asyncDispose]();
  }
};

/** The run to compare with: the named one, or the newest that was applied at least in part. */
async function findAppliedRun(store: StateStore, id: string | undefined): Promise<Run> {
  const runs = await store.listRuns();
  const run =
    id === undefined
      ? runs.find((one) => isWritten(one) && rollbackOf(runs, one.id) === undefined)
      : runs.find((one) => one.id === id);
  if (run?.kind === "rollback") {
    throw new MigrationError("ERR_USAGE", `run ${run.id} is a rollback: there is nothing planned to compare with`, {
      suggestion: "name the run of a migration, or none for the newest",
    });
  }
  if (run !== undefined) return run;
  throw new MigrationError(
    "ERR_PLAN_MISSING",
    id === undefined ? "there is no applied run to compare with" : "there is no such run in the state store",
    { suggestion: id === undefined ? "run `c2d apply` or `c2d migrate` first" : "see `c2d status`" },
  );
}

/** Whether a migration wrote to the project, at least in part. */
function isWritten({ kind, state }: Run): boolean {
  return kind !== "rollback" && (state === "applied" || state === "applying");
}
