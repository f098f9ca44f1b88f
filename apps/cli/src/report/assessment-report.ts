import type { Assessment, Finding } from "@cognito-to-descope/core";
import { type ReportedFinding, reportFindings } from "./plan-report.ts";
import { type ReportHeader, reportHeader, type ReportMeta } from "./report-meta.ts";

/** The JSON document of `c2d assess`. Holds no personal data. */
export interface AssessmentReport extends ReportHeader<"assessment"> {
  readonly totals: { readonly pools: number; readonly users: number };
  /** What was found about all pools together; among it, what they have in common. */
  readonly findings: readonly ReportedFinding[];
  readonly pools: readonly Assessment[];
}

/** Makes the JSON document of an assessment. */
export function buildAssessmentReport(
  assessments: readonly Assessment[],
  meta: ReportMeta,
  findings: readonly Finding[],
): AssessmentReport {
  const users = assessments.reduce((sum, { observation }) => sum + observation.users, 0);
  return {
    ...reportHeader("assessment", meta),
    totals: { pools: assessments.length, users },
    findings: reportFindings(findings),
    pools: assessments,
  };
}
