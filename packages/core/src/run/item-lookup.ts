import { plannedLoginIds } from "../mapping/map-user.ts";
import { patchFor } from "../plan/patch-for.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { ProjectTarget } from "../ports/project-target.ts";
import type { ProjectUser } from "../project/project-user.ts";
import {
  type CreateItem,
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
  /** The outcome of an item that the target refused: the refusal may mean that the user is there already, by our own doing. */
  outcomeOfRefused(item: PlanItem, detail: string): Promise<Outcome>;
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
    if (item.operation === "patch") {
      const owner = item.patch?.dropsLoginId === true ? await loadOwner(item) : undefined;
      // An answer that was lost may have been about a patch that was done, by a login ID that the user has no more.
      const isDone =
        item.planned !== undefined &&
        owner !== undefined &&
        isSame(item, owner) &&
        patchFor(item.planned, owner) === undefined;
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
      // A patch that is sent again changes nothing that the first did not.
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

  async function loadOwner(item: PlanItem): Promise<ProjectUser | undefined> {
    for (const loginId of loginIdsAsPlanned(item)) {
      const owner = await target.loadUser(loginId, { signal });
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  return { checkAbsent, outcomeOfRefused, lookUp };
}
