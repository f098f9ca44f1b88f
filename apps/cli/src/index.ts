/**
 * What a `c2d.config.ts` imports.
 *
 * @module
 */
export { defineConfig } from "./config/define-config.ts";
export type * from "./config/written-config.ts";
export type { AssessmentReport } from "./report/assessment-report.ts";
export type { PlanReport } from "./report/plan-report.ts";
export type { ReconcileReport } from "./report/reconcile-report.ts";
export type { NewProjectUser, PoolUser, UserTransform } from "@cognito-to-descope/core";
