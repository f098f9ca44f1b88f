import { join, resolve } from "node:path";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { makeReport, noRun, type ReportOperand } from "../make-report.ts";
import { prepareConfig } from "../prepare.ts";
import { readSigningKey } from "../record/signature.ts";
import { countOf } from "../report/amounts.ts";
import type { AnyReport } from "../report/any-report.ts";
import { writeReport } from "../write-report.ts";

interface ReportOptions {
  readonly run?: string;
  readonly html?: string;
  readonly jsonFile?: string;
  readonly sign?: string;
  readonly verifierStatistics?: readonly string[];
}

/** Writes a report about what is in the state store, and asks neither service. */
export const report: Command<ReportOptions> = async (invocation) => {
  const { host, output, options, operands } = invocation;
  const kind = (operands[0] ?? "final") as ReportOperand;
  const sign = options.sign === undefined ? undefined : readSigningKey(options.sign, host.cwd);
  const config = await prepareConfig(invocation, { source: false, target: false });
  // Asking for a report must not make a state store.
  if (!(await config.state.exists())) throw noRun();
  await using store = await config.state.open();
  const { document, runs, records } = await makeReport(kind, store, {
    config,
    run: options.run,
    verifierStatistics: options.verifierStatistics,
    cwd: host.cwd,
    showValues: output.verbose,
    signal: host.signal,
  });
  const named = options.html !== undefined || options.jsonFile !== undefined;
  const path = (given: string | undefined, ending: string): string | undefined =>
    given !== undefined
      ? resolve(host.cwd, given)
      : named
        ? undefined
        : join(config.reportDirectory, `${kind}-${runs[0] ?? "project"}.${ending}`);
  const html = path(options.html, "html");
  const json = path(options.jsonFile, "json");
  const sealed = await writeReport(document, { html, json, on: { store, runs }, records, sign });
  output.document(sealed);
  output.line(output.style("bold", describe(document)));
  for (const file of [html, json]) if (file !== undefined) output.line(`  report ${file}`);
  output.line(`  hash ${sealed.integrity.hash}`);
  if (sign !== undefined) output.line("  signed: each file has its signature beside it, with .sig at its end");
  return EXIT_CODES.done;
};

function describe(document: AnyReport): string {
  if (document.kind === "final") return document.statement;
  if (document.kind === "assessment") return `assessment of ${countOf(document.totals.pools, "user pool")}`;
  const verdict = document.kind === "reconcile" ? `: ${document.verdict}` : "";
  return `${document.kind} of run ${document.run}${verdict}`;
}
