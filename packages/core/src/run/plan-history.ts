import type { DecisionHistory } from "../plan/decide.ts";
import type { SettledUser, SourceKey } from "../ports/state-store.ts";
import type { NewProjectUser, ProjectUser } from "../project/project-user.ts";

/** Looks up what earlier runs know about users. */
export interface PlanHistory {
  /**
   * In the order of the users.
   *
   * @param matches - For each user, the target users that it is seen against.
   */
  of(
    users: readonly SourceKey[],
    matches: readonly (readonly ProjectUser[])[],
  ): Promise<readonly (DecisionHistory | undefined)[]>;
}

/** Nothing is known: a migration looks at the target only. */
export const NO_PLAN_HISTORY: PlanHistory = { of: async () => [] };

/** What was planned for a user and written to the target; undefined where nothing was. */
export function writtenBefore(settled: SettledUser | undefined): NewProjectUser | undefined {
  return settled !== undefined && isInTarget(settled) ? settled.item.planned : undefined;
}

/** Whether an earlier run made the user, so that it has what was planned and nothing else. */
export function wasCreatedByUs(settled: SettledUser | undefined): boolean {
  if (settled === undefined || !isInTarget(settled)) return false;
  return settled.item.ours === true || settled.outcome?.outcome === "created";
}

function isInTarget({ outcome }: SettledUser): boolean {
  return outcome?.outcome === "created" || outcome?.outcome === "updated" || outcome?.outcome === "unchanged";
}
