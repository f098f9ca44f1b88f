import { join } from "node:path";
import {
  reconcileRun,
  type ReconcileSummary,
  type RunContext,
  type SignInMethod,
  type SignInTest,
} from "@cognito-to-descope/core";
import type { Output } from "./output/output.ts";
import { formatCount, printable } from "./output/printable.ts";
import { buildReconcileReport, readReconcileInput, type ReadReconcileOptions } from "./report/index.ts";
import { withoutDescriptions } from "./report-run.ts";
import type { Session } from "./session.ts";
import { systemClock } from "./system.ts";
import { packageVersion } from "./version.ts";
import { writeReport } from "./write-report.ts";

/** Sign-ins that were tested. */
export interface SignInTests {
  readonly method: SignInMethod;
  readonly tests: readonly SignInTest[];
}

/** Where the reports of a reconcile are. */
export interface ReportPaths {
  readonly json: string;
  readonly html: string;
}

/** Reads the project back and compares. */
export async function reconcileNow(context: RunContext, output: Output): Promise<ReconcileSummary> {
  const summary = await reconcileRun(context);
  output.progress.clear();
  return summary;
}

/** Writes the reports of a run's last reconcile. They hold values of users with `--verbose` only. */
export async function writeReconcileReports(
  session: Session,
  runId: string,
  output: Output,
  known: Pick<ReadReconcileOptions, "signIns" | "sources"> = {},
): Promise<ReportPaths> {
  const { store, config } = session;
  const input = await readReconcileInput(store, runId, known);
  const report = buildReconcileReport(
    { ...input, run: withoutDescriptions(input.run) },
    { toolVersion: packageVersion(), createdAt: systemClock.now() },
    { showValues: output.verbose },
  );
  const json = join(config.reportDirectory, `reconcile-${runId}.json`);
  const html = join(config.reportDirectory, `reconcile-${runId}.html`);
  await writeReport(report, { json, html, on: { store, runs: [runId] } });
  return { json, html };
}

/** Prints what a reconcile found, for a person. */
export function printReconcile(summary: ReconcileSummary, paths: ReportPaths, output: Output): void {
  const { checked, fields, discrepancies, notCompared, byField } = summary;
  const verdict = `${formatCount(discrepancies)} ${discrepancies === 1 ? "discrepancy" : "discrepancies"}`;
  output.line(output.style("bold", "reconcile"));
  output.line(
    `  ${formatCount(checked)} users compared, ${formatCount(fields)} values: ${output.style(discrepancies === 0 ? "green" : "red", verdict)}`,
  );
  for (const [field, count] of Object.entries(byField)) {
    output.line(`  ${formatCount(count).padStart(9)}  ${printable(field)}`);
  }
  if (notCompared > 0) output.line(`  ${formatCount(notCompared)} users not compared: left out or failed`);
  output.line(`  report ${paths.html}`);
  output.line(`         ${paths.json}`);
}

/** Prints test sign-ins by kind of user. */
export function printSignIns({ method, tests }: SignInTests, output: Output): void {
  const failed = tests.filter(({ problems }) => problems.length > 0);
  const verdict = failed.length === 0 ? "all as they should be" : `${failed.length} with problems`;
  output.line(output.style("bold", "test sign-ins"));
  output.line(
    `  ${formatCount(tests.length)} by ${method}: ${output.style(failed.length === 0 ? "green" : "red", verdict)}`,
  );
  const kinds = new Map<string, number>();
  for (const { kind } of tests) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  output.line(`  ${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ")}`);
  for (const { sub, kind, problems } of failed) {
    output.line(`  ${printable(sub)}  ${kind}  ${problems.map(printable).join("; ")}`);
  }
}
