/**
 * Reports: JSON documents with a schema version, and the same as self-contained HTML.
 *
 * Everything here is pure but {@link readReconcileInput}, which reads a store. HTML needs no script and fetches nothing.
 */
export { renderAssessmentHtml } from "./assessment-html.ts";
export { type AssessmentReport, buildAssessmentReport } from "./assessment-report.ts";
export { FINDING_ADVICE, findingAdvice } from "./finding-advice.ts";
export { renderPlanHtml } from "./plan-html.ts";
export { buildPlanReport, type PlannedRun, type PlanReport, type ReportedFinding } from "./plan-report.ts";
export { readReconcileInput } from "./read-reconcile-input.ts";
export { renderReconcileHtml } from "./reconcile-html.ts";
export {
  buildReconcileReport,
  type CutList,
  type NotComparedUser,
  type ReconciledRun,
  type ReconcileInput,
  type ReconcileReport,
  type ReconcileVerdict,
  type ReportedDiscrepancy,
} from "./reconcile-report.ts";
export type { ReportMeta } from "./report-meta.ts";
