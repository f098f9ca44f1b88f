import { foldLoginId } from "../mapping/fold-login-id.ts";
import { plannedLoginIds } from "../mapping/map-user.ts";
import { changedFields, patchedFields } from "../plan/changed-fields.ts";
import { patchFor } from "../plan/patch-for.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { ProjectTarget } from "../ports/project-target.ts";
import type { ProjectUser } from "../project/project-user.ts";
import {
  type CreateItem,
  hasExisting,
  indexByLoginId,
  indexUsers,
  isSame,
  loginIdsAsPlanned,
  type PatchItem,
  written,
} from "./batch-items.ts";
import type { Outcome } from "./run.ts";

/** Asks the target what it has of users that are about to be written, or may have been. */
export interface ItemLookup {
  checkAbsent(items: readonly CreateItem[]): Promise<AbsenceCheck>;
  /** Which users are still as they were when they were planned on. */
  checkUnchanged<T extends PlanItem & { readonly existing: ProjectUser }>(items: readonly T[]): Promise<ChangeCheck<T>>;
  /** The outcome of an item that the target refused: the refusal may mean that the user is there already, by our own doing. */
  outcomeOfRefused(item: PlanItem, detail: string): Promise<Outcome>;
  /** Outcomes of items that an earlier process may have sent, as far as the target shows that it did. */
  lookUpSent(items: readonly PlanItem[]): Promise<readonly Outcome[]>;
  /** Splits items into those that have an outcome, because the target has them, and those to be sent. */
  lookUp(
    items: readonly PlanItem[],
  ): Promise<{ readonly outcomes: readonly Outcome[]; readonly open: readonly PlanItem[] }>;
}

/** What the target has of users that are about to be created. */
export interface AbsenceCheck {
  readonly absent: readonly CreateItem[];
  readonly ours: readonly PatchItem[];
  /** Outcomes of users that need no request. */
  readonly settled: readonly Outcome[];
}

/** What somebody did to users that are about to be deleted, or brought back to what they were. */
export interface ChangeCheck<T> {
  readonly unchanged: readonly T[];
  /** Outcomes of users that somebody changed, that are gone, or that are as they should be. */
  readonly settled: readonly Outcome[];
}

/** Starts asking a target. */
export function createItemLookup(target: ProjectTarget, signal: AbortSignal | undefined): ItemLookup {
  /**
   * Looks the users of a batch up right before they are created: the plan may be hours old, and nobody documents whether
   * a create overwrites a user that has the login ID.
   */
  async function checkAbsent(items: readonly CreateItem[]): Promise<AbsenceCheck> {
    const found = await target.findUsers(items.flatMap(loginIdsAsPlanned), { signal });
    if (found.length === 0) return { absent: items, ours: [], settled: [] };
    const owners = indexByLoginId(found);
    const absent: CreateItem[] = [];
    const ours: PatchItem[] = [];
    const settled: Outcome[] = [];
    for (const item of items) {
      const matches = [...new Set(plannedLoginIds(item.planned).flatMap((id) => owners.get(id) ?? []))];
      const own = matches.find((user) => isSame(item, user));
      if (matches.length === 0) absent.push(item);
      else if (own === undefined) settled.push(takenOutcome(item));
      else {
        // An earlier process of ours created the user, and a search did not know it when the plan was made.
        const patch = patchFor(item.planned, own);
        if (patch === undefined) settled.push({ seq: item.seq, outcome: "unchanged", userId: own.userId });
        else ours.push({ ...item, operation: "patch", patch, existing: own });
      }
    }
    return { absent, ours, settled };
  }

  /**
   * Looks users up right before they are deleted or brought back: the plan may be hours old, and what somebody changed
   * since is theirs.
   */
  async function checkUnchanged<T extends PlanItem & { readonly existing: ProjectUser }>(
    items: readonly T[],
  ): Promise<ChangeCheck<T>> {
    const ids = items.map(({ existing }) => existing.userId);
    const found = new Map((await target.findUsersById(ids, { signal })).map((user) => [user.userId, user]));
    const unchanged: T[] = [];
    const settled: Outcome[] = [];
    for (const item of items) {
      const { userId } = item.existing;
      const seen = found.get(userId);
      let change = seen === undefined ? "user" : changeOf(item, seen);
      let now = seen;
      if (change !== undefined) {
        // A search may not know yet what was written a moment ago; a direct read does.
        now = await target.loadUserById(userId, { signal });
        change = now === undefined ? "user" : changeOf(item, now);
      }
      if (change === undefined) unchanged.push(item);
      else if (now !== undefined && change === "") settled.push(written(item, now));
      else if (now === undefined && item.operation === "delete") {
        settled.push({ seq: item.seq, outcome: "deleted", userId });
      } else {
        const detail = `somebody changed the user after the plan was made: ${change}`;
        settled.push({ seq: item.seq, outcome: "failed", failure: "changed-since", userId, detail });
      }
    }
    return { unchanged, settled };
  }

  function takenOutcome(item: PlanItem): Outcome {
    return {
      seq: item.seq,
      outcome: "failed",
      failure: "login-id-taken",
      detail: "a user with one of the login IDs appeared in the project after the plan was made",
    };
  }

  /** A refusal may mean that the user is there already, by our own doing. */
  async function outcomeOfRefused(item: PlanItem, detail: string): Promise<Outcome> {
    if (item.operation !== "create") {
      const { patch, existing } = item;
      // An answer that was lost may have been about a patch that was done, by a login ID that the user has no more.
      const owner =
        patch?.dropsLoginId === true && existing !== undefined
          ? await target.loadUserById(existing.userId, { signal })
          : undefined;
      const isDone =
        patch !== undefined &&
        existing !== undefined &&
        owner !== undefined &&
        patchedFields(patch, existing, owner).every(({ patched }) => patched);
      return isDone ? written(item, owner) : { seq: item.seq, outcome: "failed", failure: "refused", detail };
    }
    const owner = await loadOwner(item);
    if (owner === undefined) return { seq: item.seq, outcome: "failed", failure: "refused", detail };
    return isSame(item, owner)
      ? written(item, owner)
      : { seq: item.seq, outcome: "failed", failure: "login-id-taken", detail };
  }

  /** Splits items into those that the target has as ours, and those to be sent. */
  async function lookUp(
    items: readonly PlanItem[],
  ): Promise<{ readonly outcomes: readonly Outcome[]; readonly open: readonly PlanItem[] }> {
    const outcomes: Outcome[] = [];
    const open: PlanItem[] = [];
    const loginIds = items.filter((item) => item.operation === "create").flatMap(loginIdsAsPlanned);
    const found = indexUsers(loginIds.length === 0 ? [] : await target.findUsers(loginIds, { signal }));
    for (const item of items) {
      // A patch or a delete that is sent again changes nothing that the first did not.
      if (item.operation !== "create") {
        open.push(item);
        continue;
      }
      // A search may not know yet what was written a moment ago; a direct read does.
      const owner = found(item) ?? (await loadOwner(item));
      if (owner === undefined) open.push(item);
      else if (isSame(item, owner)) outcomes.push(written(item, owner));
      else outcomes.push({ seq: item.seq, outcome: "failed", failure: "login-id-taken" });
    }
    return { outcomes, open };
  }

  async function lookUpSent(items: readonly PlanItem[]): Promise<readonly Outcome[]> {
    const { outcomes } = await lookUp(items.filter(({ operation }) => operation === "create"));
    const changes = items.filter((item) => item.operation !== "create").filter(hasExisting);
    const { settled } = await checkUnchanged(changes);
    // Whatever is not as it should be afterwards is sent again, or refused then.
    return [...outcomes, ...settled.filter(({ outcome }) => outcome !== "failed")];
  }

  async function loadOwner(item: PlanItem): Promise<ProjectUser | undefined> {
    for (const loginId of loginIdsAsPlanned(item)) {
      const owner = await target.loadUser(loginId, { signal });
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  return { checkAbsent, checkUnchanged, outcomeOfRefused, lookUp, lookUpSent };
}

/**
 * The fields in which a user is no longer as it was planned on; undefined when there are none, and empty when everything is
 * done already that was planned.
 */
function changeOf(item: PlanItem & { readonly existing: ProjectUser }, now: ProjectUser): string | undefined {
  if (item.patch === undefined) {
    const changed = changedFields(item.existing, now);
    return changed.length === 0 ? undefined : changed.join(", ");
  }
  const fields = patchedFields(item.patch, item.existing, now);
  if (fields.every(({ patched }) => patched)) return "";
  const { loginId } = item.patch;
  if (!now.loginIds.some((held) => foldLoginId(held) === foldLoginId(loginId))) return "loginIds";
  // A patch that was broken off may have done part of its work.
  const changed = fields.filter(({ between }) => !between).map(({ field }) => field);
  return changed.length === 0 ? undefined : changed.join(", ");
}
