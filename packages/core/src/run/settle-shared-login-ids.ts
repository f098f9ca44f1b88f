import { foldLoginId } from "../mapping/fold-login-id.ts";
import { plannedLoginIds } from "../mapping/map-user.ts";
import { decide, DECISION_RULES, withoutLoginIds } from "../plan/decide.ts";
import type { PlanItem } from "../plan/plan.ts";
import { type ClaimResult, type LoginIdClaimant, shareLoginId } from "../plan/share-login-id.ts";
import type { PlannedItem, SourceKey } from "../ports/state-store.ts";
import type { NewProjectUser, ProjectUser } from "../project/project-user.ts";
import type { PlanHistory } from "./plan-history.ts";
import { isUndecided } from "./plan-users.ts";
import type { PlanTally } from "./plan-tally.ts";
import type { RunContext } from "./run-context.ts";

const PAGE = 500;

/**
 * Gives each login ID that several users want to one of them, by policy.
 *
 * Whoever loses one may be imported after all, because nobody in the project is in its way any more. That changes who has
 * the stronger claim to its other login IDs, also to those before: then all are gone through again. Each change takes a
 * login ID from somebody, so it comes to an end.
 */
export async function settleSharedLoginIds(context: RunContext, history: PlanHistory, tally: PlanTally): Promise<void> {
  while (await settleOnce(context, history, tally));
}

/** Goes through the shared login IDs once. Whether anybody is imported now who was left out before. */
async function settleOnce(context: RunContext, history: PlanHistory, tally: PlanTally): Promise<boolean> {
  const { runId, store, rules, signal } = context;
  let imported = false;
  for (let after = ""; ;) {
    const page = await store.readSharedLoginIds(runId, after, PAGE);
    if (page.length === 0) return imported;
    for (const { loginId, seqs } of page) {
      signal?.throwIfAborted();
      after = loginId;
      // An earlier login ID of the same users may have left one out or merged it.
      const items = (await store.readPlanItemsBySeq(runId, seqs)).filter(hasPlanned);
      if (items.length < 2) continue;
      const claimants = await claimantsOf(context, items);
      const changed = await redecide(context, history, items, shareLoginId(loginId, claimants, rules.duplicates));
      for (const { before, after: planned } of changed) {
        tally.remove(before);
        tally.add(planned.item);
        imported ||= before.operation === "skip" && planned.item.operation !== "skip";
      }
      await store.replacePlanItems(
        runId,
        changed.map((change) => change.after),
      );
      // A merge that hands login IDs over changes who shares those that follow: the page is no longer true.
      if (changed.some(handsOver)) break;
    }
  }
}

function handsOver(change: { readonly before: PlanItem; readonly after: PlannedItem }): boolean {
  const { planned } = change.before;
  return planned !== undefined && change.after.loginIds.length > plannedLoginIds(planned).length;
}

/**
 * Also a user whose planned login IDs are without the one in question, because somebody in the project has it: after an
 * earlier run that is the other claimant, and the policy must come to the same again.
 */
function hasPlanned(item: PlanItem): item is PlanItem & { readonly planned: NewProjectUser } {
  return item.mergedInto === undefined && item.planned !== undefined;
}

async function claimantsOf(
  { runId, store }: RunContext,
  items: readonly (PlanItem & { readonly planned: NewProjectUser })[],
): Promise<readonly LoginIdClaimant[]> {
  const users = new Map(
    (
      await store.readSourceUsersBySeq(
        runId,
        items.map(({ seq }) => seq),
      )
    ).map(({ seq, user }) => [seq, user]),
  );
  return items.flatMap(({ seq, kind, planned, operation }) => {
    const user = users.get(seq);
    return user === undefined ? [] : [{ seq, kind, user, planned, leftOut: operation === "skip" }];
  });
}

async function redecide(
  { runId, store, rules }: RunContext,
  history: PlanHistory,
  items: readonly PlanItem[],
  results: readonly ClaimResult[],
): Promise<readonly { readonly before: PlanItem; readonly after: PlannedItem }[]> {
  const bySeq = new Map(items.map((item) => [item.seq, item]));
  const queries = results.map((result) => ({
    sub: bySeq.get(result.seq)?.sub ?? "",
    loginIds: "planned" in result ? plannedLoginIds(result.planned) : [],
  }));
  const matches = await store.matchTargetUsers(runId, "plan", queries);
  const known = await history.of(
    results.map(({ seq }) => sourceKeyOf(bySeq.get(seq))),
    matches,
  );
  return results.flatMap((result, index) => {
    const before = bySeq.get(result.seq);
    if (before === undefined) return [];
    const { patch: _patch, existing: _existing, undecided: _undecided, ...rest } = before;
    const base = { ...rest, wantedLoginIds: wantedLoginIdsOf(before) };
    const findings = [...before.findings.filter(({ rule }) => !DECISION_RULES.has(rule)), result.finding];
    if ("leftOut" in result) {
      return [{ before, after: leftOut({ ...base, findings }, result.leftOut) }];
    }
    if ("mergedInto" in result) {
      const mergedInto = result.mergedInto.user.sub;
      const reason = "merged into another user with the same verified contact";
      return [{ before, after: leftOut({ ...base, findings, mergedInto }, reason) }];
    }
    const found = matches[index] ?? [];
    const planned = withoutTakenGains(before, result.planned, found);
    const decision = decide(planned, found, rules, known[index]);
    const item: PlanItem = {
      ...base,
      ...decision,
      ...(isUndecided(decision) ? { undecided: true } : {}),
      planned: decision.planned ?? planned,
      findings: [...findings, ...decision.findings],
    };
    return [{ before, after: { item, loginIds: plannedLoginIds(planned) } }];
  });
}

function sourceKeyOf(item: PlanItem | undefined): SourceKey {
  return { source: item?.source ?? 0, sub: item?.sub ?? "" };
}

/** What the user wanted before anything was given or taken. */
function wantedLoginIdsOf({ wantedLoginIds, planned }: PlanItem): readonly string[] {
  return wantedLoginIds ?? (planned === undefined ? [] : plannedLoginIds(planned));
}

/**
 * A planned user without the login IDs that a merge handed over and that somebody in the project has. They must not count
 * as the user's own: whoever has them would pass for the user, or be in its way.
 */
function withoutTakenGains(before: PlanItem, planned: NewProjectUser, matches: readonly ProjectUser[]): NewProjectUser {
  if (before.planned === undefined) return planned;
  const own = new Set(plannedLoginIds(before.planned));
  const owners = matches.filter(
    ({ userId, loginIds }) => userId !== before.existing?.userId && !loginIds.some((id) => own.has(foldLoginId(id))),
  );
  return withoutLoginIds(planned, owners) ?? planned;
}

function leftOut(item: PlanItem, reason: string): PlannedItem {
  const { planned: _planned, ...rest } = item;
  return { item: { ...rest, operation: "skip", reason }, loginIds: [] };
}
