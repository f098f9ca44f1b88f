import type { Finding, OutcomeCounts, PlanDefinitions } from "@cognito-to-descope/core";
import type { LeftUsers } from "./left-users.ts";
import { plannedOutcomes } from "./migration-result.ts";
import type { PlannedRun } from "./plan-now.ts";

/** What became of the definitions of a kind that the run created. */
interface RemovedDefinitions {
  readonly removed: number;
  /** Those that are still used, or that somebody changed. */
  readonly kept: number;
}

/** A definition that turned out not to be removable after the plan was made. */
export interface KeptDefinition {
  readonly kind: string;
  /** Its kind and name in words. */
  readonly definition: string;
  /** `used`, `changed` or `refused`. */
  readonly why: string;
}

/** The JSON document of `rollback`. In a dry run the counts say what would happen. */
export interface RollbackResult {
  readonly run: string;
  /** The run that is taken back. */
  readonly rollsBack: string;
  readonly dryRun: boolean;
  readonly users: OutcomeCounts & { readonly read: number };
  readonly roles: RemovedDefinitions;
  readonly tenants: RemovedDefinitions;
  readonly attributes: RemovedDefinitions;
  readonly findings: readonly Pick<Finding, "rule" | "severity" | "count" | "message">[];
  /** Users that stay as they are, with why. */
  readonly left: LeftUsers;
}

/** What a rollback did; without outcomes: what it would do. */
export function rollbackResult(
  { id, rollsBack = "", plan }: PlannedRun,
  left: LeftUsers,
  kept: readonly KeptDefinition[],
  outcomes?: OutcomeCounts,
): RollbackResult {
  const { counts, definitions, findings } = plan;
  const of = (kind: keyof PlanDefinitions, word: string): RemovedDefinitions => {
    const keptNow = kept.filter((one) => one.kind === word).length;
    const { remove = [], unchanged } = definitions[kind];
    return { removed: remove.length - keptNow, kept: unchanged.length + keptNow };
  };
  return {
    run: id,
    rollsBack,
    dryRun: outcomes === undefined,
    users: { read: counts.read, ...(outcomes ?? plannedOutcomes(counts)) },
    roles: of("roles", "role"),
    tenants: of("tenants", "tenant"),
    attributes: of("attributes", "attribute"),
    findings: findings.map(({ rule, severity, count, message }) => ({ rule, severity, count, message })),
    left,
  };
}
