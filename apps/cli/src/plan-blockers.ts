import { type Finding, MigrationError, type RunPlan } from "@cognito-to-descope/core";

/** Findings that keep a plan from being applied. */
export function blockersOf({ findings }: Pick<RunPlan, "findings">): readonly Finding[] {
  return findings.filter(({ severity }) => severity === "blocker");
}

/**
 * Refuses a blocked plan before anybody is asked to confirm it, with all that has to be settled.
 *
 * @throws MigrationError `ERR_PLAN_BLOCKED`.
 */
export function refuseBlockedPlan(plan: Pick<RunPlan, "findings">): void {
  const blockers = blockersOf(plan);
  if (blockers.length === 0) return;
  throw new MigrationError("ERR_PLAN_BLOCKED", "the plan has findings that block it", {
    suggestion: blockers
      .map(({ rule, message, subjects }) => `${rule}: ${message} (${subjects.join("; ")})`)
      .join("\n"),
  });
}
