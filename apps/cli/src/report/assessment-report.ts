import type { Assessment } from "@cognito-to-descope/core";
import { type ReportHeader, reportHeader, type ReportMeta } from "./report-meta.ts";

/** The JSON document of `c2d assess`. Holds no personal data. */
export interface AssessmentReport extends ReportHeader<"assessment"> {
  readonly pools: readonly Assessment[];
}

/** Makes the JSON document of an assessment. */
export function buildAssessmentReport(assessments: readonly Assessment[], meta: ReportMeta): AssessmentReport {
  return { ...reportHeader("assessment", meta), pools: assessments };
}
