/**
 * Reports: JSON documents with a schema version, and the same as self-contained HTML.
 *
 * Everything here is pure but {@link readReconcileInput}, which reads a store. HTML needs no script and fetches nothing.
 */
export { renderAssessmentHtml } from "./assessment-html.ts";
export { buildAssessmentReport } from "./assessment-report.ts";
export { renderPlanHtml } from "./plan-html.ts";
export { buildPlanReport } from "./plan-report.ts";
export { readReconcileInput, type ReadReconcileOptions } from "./read-reconcile-input.ts";
export { renderReconcileHtml } from "./reconcile-html.ts";
export { buildReconcileReport } from "./reconcile-report.ts";
export { renderSsoHtml } from "./sso-html.ts";
export { buildSsoReport } from "./sso-report.ts";
