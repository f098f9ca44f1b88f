import type { Finding, OutcomeCounts, ReconcileSummary } from "@cognito-to-descope/core";
import type { PlannedRun } from "./plan-now.ts";

interface DefinitionCounts {
  readonly created: number;
  readonly unchanged: number;
}

/** The JSON document of `migrate` and `apply`. In a dry run the counts say what would happen. */
export interface MigrationResult {
  readonly run: string;
  readonly dryRun: boolean;
  /** `deleted` only where a run may delete: `sync` and `rollback`. */
  readonly users: Omit<OutcomeCounts, "deleted"> & { readonly read: number; readonly deleted?: number };
  /** For `sync`: how many users changed since, and how many are gone. */
  readonly sync?: { readonly changed: number; readonly gone: number };
  readonly roles: DefinitionCounts;
  readonly tenants: DefinitionCounts;
  readonly attributes: DefinitionCounts;
  readonly findings: readonly Pick<Finding, "rule" | "severity" | "count" | "message">[];
  /** Zero where nothing was compared. */
  readonly reconcile: { readonly checked: number; readonly discrepancies: number };
}

/** What a run did; without outcomes: what it would do. */
export function migrationResult(
  { id, kind, plan }: PlannedRun,
  outcomes?: OutcomeCounts,
  reconcile?: ReconcileSummary,
): MigrationResult {
  const { counts, definitions } = plan;
  const { created, updated, unchanged, skipped, failed, deleted } = outcomes ?? {
    created: counts.create,
    updated: counts.patch,
    unchanged: counts.none,
    skipped: counts.skip,
    failed: 0,
    deleted: counts.delete,
  };
  const count = (of: {
    readonly create: readonly unknown[];
    readonly unchanged: readonly unknown[];
  }): DefinitionCounts => ({
    created: of.create.length,
    unchanged: of.unchanged.length,
  });
  return {
    run: id,
    dryRun: outcomes === undefined,
    users: {
      read: plan.sync?.read ?? counts.read,
      created,
      updated,
      unchanged,
      skipped,
      failed,
      ...(kind === "migrate" ? {} : { deleted }),
    },
    ...(plan.sync === undefined ? {} : { sync: { changed: plan.sync.changed, gone: plan.sync.gone } }),
    roles: count(definitions.roles),
    tenants: count(definitions.tenants),
    attributes: count(definitions.attributes),
    findings: plan.findings.map(({ rule, severity, count: times, message }) => ({
      rule,
      severity,
      count: times,
      message,
    })),
    reconcile: { checked: reconcile?.checked ?? 0, discrepancies: reconcile?.discrepancies ?? 0 },
  };
}
