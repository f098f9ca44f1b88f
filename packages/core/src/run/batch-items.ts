import { keySubOf } from "../mapping/cognito-subs.ts";
import { foldLoginId } from "../mapping/fold-login-id.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { PlanItem, PlanOperation } from "../plan/plan.ts";
import type { NewProjectUser, ProjectUser, ProjectUserPatch } from "../project/project-user.ts";
import type { Outcome, OutcomeKind } from "./run.ts";

/** An item whose user is to be created. */
export type CreateItem = PlanItem & { readonly planned: NewProjectUser };

/** An item whose user is in the target and is to be changed. */
export type PatchItem = PlanItem & { readonly patch: ProjectUserPatch };

/** An item whose user is in the target and is to be deleted. */
export type DeleteItem = PlanItem & { readonly existing: ProjectUser };

/** Whether the user is to be created. */
export function isCreate(item: PlanItem): item is CreateItem {
  return item.operation === "create" && item.planned !== undefined;
}

/** Whether the user is to be changed. */
export function isPatch(item: PlanItem): item is PatchItem {
  return item.operation === "patch" && item.patch !== undefined;
}

/** Whether the user was in the target when the plan was made. */
export function hasExisting<T extends PlanItem>(item: T): item is T & { readonly existing: ProjectUser } {
  return item.existing !== undefined;
}

/** Whether the user is to be deleted. */
export function isDelete(item: PlanItem): item is DeleteItem {
  return item.operation === "delete" && item.existing !== undefined;
}

const OUTCOMES: Partial<Record<PlanOperation, OutcomeKind>> = { patch: "updated", delete: "deleted" };

/** The outcome of an item that the target has written. */
export function written(item: PlanItem, user: ProjectUser): Outcome {
  return {
    seq: item.seq,
    outcome: OUTCOMES[item.operation] ?? "created",
    userId: user.userId,
  };
}

/** Whether a target user is the item's user. */
export function isSame(item: PlanItem, user: ProjectUser): boolean {
  return user.customAttributes[OWN_ATTRIBUTES.sub] === keySubOf(item);
}

/** The login IDs that the user is to have. */
export function loginIdsAsPlanned({ planned }: PlanItem): readonly string[] {
  return planned === undefined ? [] : [planned.loginId, ...planned.additionalLoginIds];
}

/** The login IDs by which an answer may name the item, folded. */
export function loginIdsOf(item: PlanItem): readonly string[] {
  if (item.patch !== undefined) return [item.patch.loginId, ...(item.existing?.loginIds ?? [])].map(foldLoginId);
  if (isDelete(item)) return item.existing.loginIds.map(foldLoginId);
  return loginIdsAsPlanned(item).map(foldLoginId);
}

/** Users by each of their login IDs, folded. */
export function indexByLoginId(users: readonly ProjectUser[]): ReadonlyMap<string, ProjectUser> {
  return new Map(users.flatMap((user) => user.loginIds.map((id) => [foldLoginId(id), user] as const)));
}

/** Finds the user of an item: by its `sub`, else by a login ID; one that is to be deleted by its user ID. */
export function indexUsers(users: readonly ProjectUser[]): (item: PlanItem) => ProjectUser | undefined {
  const bySub = new Map(users.map((user) => [user.customAttributes[OWN_ATTRIBUTES.sub], user]));
  const byLoginId = indexByLoginId(users);
  const byUserId = new Map(users.map((user) => [user.userId, user]));
  return (item) => {
    if (isDelete(item)) return byUserId.get(item.existing.userId);
    return findByName(item);
  };

  function findByName(item: PlanItem): ProjectUser | undefined {
    const sub = keySubOf(item);
    return (
      bySub.get(sub) ??
      loginIdsOf(item)
        .map((id) => byLoginId.get(id))
        // Not a user with another sub: to take it for this one would hide that this one was refused.
        .find((user) => user !== undefined && (user.customAttributes[OWN_ATTRIBUTES.sub] ?? sub) === sub)
    );
  }
}
