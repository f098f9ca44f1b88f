/**
 * Reports: JSON documents with a schema version, and the same as self-contained HTML.
 *
 * Everything here is pure but what is called `read…`, which reads a store. HTML needs no script and fetches nothing.
 */
export { buildAssessmentReport } from "./assessment-report.ts";
export { buildFinalReport } from "./final-report.ts";
export { buildPlanReport } from "./plan-report.ts";
export { readFinalInput } from "./read-final-input.ts";
export { readReconcileInput, type ReadReconcileOptions } from "./read-reconcile-input.ts";
export { buildReconcileReport } from "./reconcile-report.ts";
export { renderSsoHtml } from "./sso-html.ts";
export { buildSsoReport } from "./sso-report.ts";
