import type { Finding, PlanCounts, PlanDefinitions, Run, RunPlan, SourceCounts } from "@cognito-to-descope/core";
import { findingAdvice } from "./finding-advice.ts";
import { type ReportHeader, reportHeader, type ReportMeta } from "./report-meta.ts";

/** A run that has a plan. */
export type PlannedRun = Run & { readonly plan: RunPlan };

/** A finding with what the operator can do about it. */
export interface ReportedFinding extends Finding {
  readonly advice: string;
}

/** What a plan does to the users of one pool. */
export interface PlannedSource extends SourceCounts {
  readonly userPoolId: string;
}

/** The JSON document of a plan, its users left out. Holds no personal data. */
export interface PlanReport extends ReportHeader<"plan"> {
  readonly run: string;
  readonly state: Run["state"];
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly projectId: string;
  readonly userPoolIds: readonly string[];
  readonly configHash: string;
  readonly planHash: string;
  readonly counts: PlanCounts;
  /** The same for each pool, in the order of the config. */
  readonly sources: readonly PlannedSource[];
  readonly definitions: PlanDefinitions;
  readonly findings: readonly ReportedFinding[];
}

/** Makes the JSON document of a plan. */
export function buildPlanReport(run: PlannedRun, meta: ReportMeta): PlanReport {
  return {
    ...reportHeader("plan", meta),
    run: run.id,
    state: run.state,
    startedAt: new Date(run.startedAt).toISOString(),
    projectId: run.projectId,
    userPoolIds: run.userPoolIds,
    configHash: run.configHash,
    planHash: run.plan.hash,
    counts: run.plan.counts,
    sources: plannedSources(run),
    definitions: run.plan.definitions,
    findings: reportFindings(run.plan.findings),
  };
}

/** What a plan does to the users of each pool. */
export function plannedSources({ plan, userPoolIds }: PlannedRun): readonly PlannedSource[] {
  return (plan.bySource ?? []).map((counts, index) => ({ userPoolId: userPoolIds[index] ?? "", ...counts }));
}

/** Adds to each finding what the operator can do about it. */
export function reportFindings(findings: readonly Finding[]): readonly ReportedFinding[] {
  return findings.map((finding) => ({ ...finding, advice: findingAdvice(finding.rule) }));
}
