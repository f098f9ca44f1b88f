import type { Finding, OutcomeCounts, PlanCounts, ReconcileSummary, SourceOutcomes } from "@cognito-to-descope/core";
import type { PlannedRun } from "./plan-now.ts";

interface DefinitionCounts {
  readonly created: number;
  readonly unchanged: number;
}

/** What became of the users of one pool. */
export type SourceResult = Omit<SourceOutcomes, "pending" | "deleted"> & { readonly deleted?: number };

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
  /** The users of each pool, in the order of the config; only where there are several. */
  readonly sources?: readonly SourceResult[];
}

/** What a run did; without outcomes: what it would do. */
export function migrationResult(
  { id, kind, plan, userPoolIds }: PlannedRun,
  outcomes?: OutcomeCounts,
  sources?: readonly SourceOutcomes[],
  reconcile?: ReconcileSummary,
): MigrationResult {
  const { counts, definitions } = plan;
  const { created, updated, unchanged, skipped, failed, deleted } = outcomes ?? plannedOutcomes(counts);
  const outcomesBySource = sources?.map(({ pending: _pending, deleted: deletedOfPool, ...counted }) => ({
    ...counted,
    ...(kind === "migrate" ? {} : { deleted: deletedOfPool }),
  }));
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
    ...(userPoolIds.length > 1 ? { sources: outcomesBySource ?? plannedBySource({ plan, userPoolIds }) } : {}),
  };
}

/** What would become of the users if nothing failed. */
export function plannedOutcomes(counts: PlanCounts): OutcomeCounts {
  return {
    created: counts.create,
    updated: counts.patch,
    unchanged: counts.none,
    skipped: counts.skip,
    failed: 0,
    deleted: counts.delete,
  };
}

/** What would become of the users of each pool. */
function plannedBySource({ plan, userPoolIds }: Pick<PlannedRun, "plan" | "userPoolIds">): readonly SourceResult[] {
  return (plan.bySource ?? []).map(({ tenant, read, create, patch, none, skip, merged }, index) => ({
    userPoolId: userPoolIds[index] ?? "",
    ...(tenant === undefined ? {} : { tenant }),
    read,
    created: create,
    updated: patch,
    unchanged: none,
    skipped: skip,
    failed: 0,
    merged,
  }));
}
