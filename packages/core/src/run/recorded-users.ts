import { MigrationError } from "../errors.ts";
import { foldLoginId } from "../mapping/fold-login-id.ts";
import { patchFor } from "../plan/patch-for.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { AppliedItem, StateStore } from "../ports/state-store.ts";
import type { ProjectUser } from "../project/project-user.ts";
import { indexByLoginId, isSame } from "./batch-items.ts";
import type { Run } from "./run.ts";
import type { RunContext } from "./run-context.ts";

const PAGE = 500;

/** How many of the users that were recorded last are looked up: more than the batches of one moment hold. */
const LOOKED_UP = 500;

/** A user that is recorded as written, and as what. */
interface WrittenUser {
  readonly item: PlanItem;
  readonly outcome: "created" | "updated";
}

/**
 * Refuses to go on with an interrupted run when the target no longer has what the run recorded.
 *
 * A target that was restored to an earlier state lacks users whose outcome says that they are there. Those recorded last
 * are the first that a restore loses, so a look at these is enough; to look all users up would be a reconcile. A user that
 * a search does not show as recorded is read directly before it counts, because searches lag behind writes.
 *
 * @throws MigrationError `ERR_PLAN_STALE`: the outcomes of the run are no longer true, and only a new plan can tell which.
 */
export async function refuseLostUsers(context: RunContext, run: Run): Promise<void> {
  const { target, signal } = context;
  const last = await lastWritten(context.store, run);
  if (last.length === 0) return;
  const found = indexByLoginId(
    await target.findUsers(
      last.map(({ item }) => loginIdOf(item)),
      { signal },
    ),
  );
  for (const user of last) {
    const loginId = loginIdOf(user.item);
    if (isThere(user, found.get(foldLoginId(loginId)))) continue;
    if (isThere(user, await target.loadUser(loginId, { signal }))) continue;
    throw new MigrationError(
      "ERR_PLAN_STALE",
      `the project no longer has what run ${run.id} wrote: it was put back to an earlier state, or somebody changed or removed users`,
      {
        suggestion:
          "plan again with `c2d plan`: it finds what is there, and what is missing; `c2d migrate` does so by itself",
      },
    );
  }
}

function isThere({ item, outcome }: WrittenUser, user: ProjectUser | undefined): boolean {
  if (user === undefined || !isSame(item, user)) return false;
  // Of a user that was there before, what counts is what was written: without it a plan would write it again.
  return outcome === "created" || item.planned === undefined || patchFor(item.planned, user) === undefined;
}

/** A login ID that the user has, since it was written. */
function loginIdOf({ planned, patch }: PlanItem): string {
  return patch?.loginId ?? planned?.loginId ?? "";
}

/** The users that were recorded last as created or updated. Batches are sent in the order of the plan. */
async function lastWritten(store: StateStore, run: Run): Promise<readonly WrittenUser[]> {
  const [pending] = await store.readPendingItems(run.id, 0, 1);
  const firstPending = pending?.seq ?? (run.plan?.counts.read ?? 0) + 1;
  const written: WrittenUser[] = [];
  // Batches end out of order, so there may be outcomes after the first user that has none.
  for (let after = firstPending - 1; ;) {
    const page = await store.readAppliedItems(run.id, after, PAGE);
    const end = page.at(-1)?.item.seq;
    if (end === undefined || page.every(({ outcome }) => outcome === undefined)) break;
    written.push(...page.flatMap(writtenUser));
    // When failed users are tried again, the first of them may have nearly the whole plan after it.
    written.splice(0, written.length - LOOKED_UP);
    after = end;
  }
  for (let before = firstPending; before > 1 && written.length < LOOKED_UP; before -= PAGE) {
    const after = Math.max(0, before - 1 - PAGE);
    const page = await store.readAppliedItems(run.id, after, before - 1 - after);
    written.unshift(...page.flatMap(writtenUser));
  }
  return written.slice(-LOOKED_UP);
}

function writtenUser({ item, outcome }: AppliedItem): readonly WrittenUser[] {
  const kind = outcome?.outcome;
  return kind === "created" || kind === "updated" ? [{ item, outcome: kind }] : [];
}
