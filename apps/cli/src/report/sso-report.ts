import type { CustomDomain, ReadConnections, SsoPlan } from "@cognito-to-descope/core";
import { type ReportedFinding, reportFindings } from "./plan-report.ts";
import { type ReportHeader, reportHeader, type ReportMeta } from "./report-meta.ts";

/** A pool of the report, with its domains. */
interface ReportedPool {
  readonly userPoolId: string;
  readonly customDomain?: CustomDomain;
  readonly prefixHost?: string;
}

/** The JSON document of `c2d sso assess` and `c2d sso plan`. Holds no secret and no personal data. */
export interface SsoReport extends ReportHeader<"sso-assessment" | "sso-plan"> {
  readonly pools: readonly ReportedPool[];
  readonly planHash: string;
  /** Connections by class. */
  readonly classes: Readonly<Record<string, number>>;
  readonly connections: SsoPlan["items"];
  readonly attributes: SsoPlan["attributes"];
  readonly findings: readonly ReportedFinding[];
}

/** Makes the JSON document. */
export function buildSsoReport(
  kind: "sso-assessment" | "sso-plan",
  plan: SsoPlan,
  { pools }: ReadConnections,
  meta: ReportMeta,
): SsoReport {
  const classes: Record<string, number> = {};
  for (const { connection } of plan.items) classes[connection.class] = (classes[connection.class] ?? 0) + 1;
  return {
    ...reportHeader(kind, meta),
    pools: pools.map(({ userPoolId, customDomain, prefixHost }) => ({
      userPoolId,
      ...(customDomain === undefined ? {} : { customDomain }),
      ...(prefixHost === undefined ? {} : { prefixHost }),
    })),
    planHash: plan.hash,
    classes: Object.fromEntries(Object.entries(classes).sort(([a], [b]) => (a < b ? -1 : 1))),
    connections: plan.items,
    attributes: plan.attributes,
    findings: reportFindings(plan.findings),
  };
}
