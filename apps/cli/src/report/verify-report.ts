import type { RunEvent } from "@cognito-to-descope/core";
import { countOf } from "./amounts.ts";
import { renderReport, type SealedReport } from "./any-report.ts";
import { extractReport } from "./embedded-report.ts";
import { checkReportedRecord, hashReport, type ReportedRecord } from "./seal.ts";
import { parseSealedDocument, type SealedDocument } from "./sealed-document.ts";

/** One thing that was checked. */
export interface Check {
  /** What holds, where there is no problem. */
  readonly what: string;
  /** Empty when it holds. */
  readonly problems: readonly string[];
  /** Why it could not be checked; absent where it could. */
  readonly skipped?: string;
}

/** A report that was read from a file, with what was checked of it alone. */
export interface VerifiedReport {
  readonly report: SealedDocument;
  readonly checks: readonly Check[];
}

/**
 * Reads a report out of its JSON or its page, and checks all that can be checked without anything else.
 *
 * @param version - Version of this product: pages of another one cannot be made again to be compared.
 * @returns undefined when the text is no sealed report.
 */
export function verifyReport(text: string, version: string): VerifiedReport | undefined {
  const embedded = extractReport(text);
  const report = parseSealedDocument(embedded ?? text);
  if (report === undefined) return undefined;
  const checks: Check[] = [
    {
      what: "the document is as it was sealed",
      problems:
        hashReport(report) === report.integrity.hash
          ? []
          : ["the document was changed after it was sealed, or its hash was"],
    },
    ...report.records.map((record) => ({
      what: `the record of run ${record.run} is whole: ${countOf(record.events.length, "event")}`,
      problems: checkReportedRecord(record),
    })),
    { what: "the document says what is on record", problems: disagreements(report) },
  ];
  if (embedded !== undefined) checks.push(checkPage(text, report, version));
  return { report, checks };
}

function checkPage(page: string, report: SealedDocument, version: string): Check {
  const what = "the page shows what its data says, and nothing else";
  if (report.toolVersion !== version) {
    const skipped = `version ${report.toolVersion} made the page, and this is ${version}: only the data in it was checked`;
    return { what, problems: [], skipped };
  }
  let again: string | undefined;
  try {
    again = renderReport(report as unknown as SealedReport);
  } catch {
    // The data has not the form of a report, so no page was ever made of it.
  }
  return { what, problems: again === page ? [] : ["the page shows something else than the data in it says"] };
}

/** Where a report says something else about its runs than the events on record. */
function disagreements(report: SealedDocument): readonly string[] {
  const claims: readonly unknown[] = report.kind === "final" ? listOf(report["runs"]) : [report];
  return claims.flatMap((claim) => {
    if (typeof claim !== "object" || claim === null) return [];
    const said = claim as Readonly<Record<string, unknown>>;
    const record = report.records.find(({ run }) => run === said["run"]);
    return record === undefined ? [] : disagreementsOf(said, record);
  });
}

function disagreementsOf(said: Readonly<Record<string, unknown>>, record: ReportedRecord): readonly string[] {
  const last = (type: string): RunEvent["data"] | undefined =>
    record.events.findLast((event) => event.type === type)?.data;
  const problems: string[] = [];
  const expect = (what: string, value: unknown, recorded: unknown): void => {
    if (recorded === undefined || value === undefined || value === null || value === recorded) return;
    problems.push(`${what} of run ${record.run} is another one on record`);
  };
  expect("the config hash", said["configHash"], last("run-began")?.["configHash"]);
  expect("the plan hash", said["planHash"], last("plan-made")?.["planHash"]);
  if (said["state"] === "applied") {
    const users = (said["users"] ?? {}) as Readonly<Record<string, unknown>>;
    for (const outcome of ["created", "updated", "unchanged", "skipped", "failed", "deleted"]) {
      expect(`the number of ${outcome} users`, users[outcome], last("apply-ended")?.[outcome]);
    }
  }
  const compared = (said["compared"] ?? {}) as Readonly<Record<string, unknown>>;
  const discrepancies = (said["discrepancies"] ?? {}) as Readonly<Record<string, unknown>>;
  expect("the number of compared users", compared["users"], last("reconciled")?.["checked"]);
  expect("the number of discrepancies", discrepancies["total"], last("reconciled")?.["discrepancies"]);
  return problems;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
