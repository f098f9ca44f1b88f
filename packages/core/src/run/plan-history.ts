import type { DecisionHistory } from "../plan/decide.ts";
import type { SettledUser, SourceKey } from "../ports/state-store.ts";
import type { NewProjectUser } from "../project/project-user.ts";

/** What earlier runs know about users; see {@link DecisionHistory}. */
export interface PlanHistory extends Omit<DecisionHistory, "settled"> {
  /** How each user was last settled; undefined where none was. */
  settledUsers(users: readonly SourceKey[]): Promise<readonly (SettledUser | undefined)[]>;
}

/** Nothing is known: a migration looks at the target only. */
export const NO_PLAN_HISTORY: PlanHistory = {
  isGone: () => false,
  settledOfGone: () => undefined,
  settledUsers: async () => [],
};

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
