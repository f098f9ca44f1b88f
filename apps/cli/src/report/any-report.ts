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

/** The page of a report. */
export function renderReport(report: SealedReport): string {
  if (report.kind === "assessment") return renderAssessmentHtml(report);
  if (report.kind === "plan") return renderPlanHtml(report);
  return report.kind === "reconcile" ? renderReconcileHtml(report) : renderFinalHtml(report);
}
