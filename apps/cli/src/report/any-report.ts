import { renderAssessmentHtml } from "./assessment-html.ts";
import type { AssessmentReport } from "./assessment-report.ts";
import { renderFinalHtml } from "./final-html.ts";
import type { FinalReport } from "./final-report.ts";
import { renderPlanHtml } from "./plan-html.ts";
import type { PlanReport } from "./plan-report.ts";
import { renderReconcileHtml } from "./reconcile-html.ts";
import type { ReconcileReport } from "./reconcile-report.ts";
import type { Sealed } from "./seal.ts";

/** The sealed JSON document of an assessment: `schemas/report-assessment.schema.json`. */
export type SealedAssessmentReport = Sealed<AssessmentReport>;
/** The sealed JSON document of a plan: `schemas/report-plan.schema.json`. */
export type SealedPlanReport = Sealed<PlanReport>;
/** The sealed JSON document of a reconcile: `schemas/report-reconcile.schema.json`. */
export type SealedReconcileReport = Sealed<ReconcileReport>;
/** The sealed JSON document of a whole migration: `schemas/report-final.schema.json`. */
export type SealedFinalReport = Sealed<FinalReport>;

/** A report before it is sealed. */
export type AnyReport = AssessmentReport | PlanReport | ReconcileReport | FinalReport;

/** A report as it is written. */
export type SealedReport = SealedAssessmentReport | SealedPlanReport | SealedReconcileReport | SealedFinalReport;

/** Which kinds of reports there are. */
export const REPORT_KINDS: readonly AnyReport["kind"][] = ["assessment", "plan", "reconcile", "final"];

/** The page of a report. */
export function renderReport(report: SealedReport): string {
  switch (report.kind) {
    case "assessment":
      return renderAssessmentHtml(report);
    case "plan":
      return renderPlanHtml(report);
    case "reconcile":
      return renderReconcileHtml(report);
    case "final":
      return renderFinalHtml(report);
  }
}
