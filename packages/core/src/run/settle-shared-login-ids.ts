import { keySubOf, subsText } from "../mapping/cognito-subs.ts";
import { foldLoginId } from "../mapping/fold-login-id.ts";
import { plannedLoginIds } from "../mapping/map-user.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import { claimsOf, kindOfClaim } from "../plan/claims.ts";
import { decide, DECISION_RULES, withoutLoginIds } from "../plan/decide.ts";
import { joinPeople, keepJoined, type PersonDecision } from "../plan/join-people.ts";
import type { PlanItem } from "../plan/plan.ts";
import { type Claimant, type ClaimResult, shareLoginId } from "../plan/share-login-id.ts";
import type { PlannedItem, SharedLoginId, SourceKey } from "../ports/state-store.ts";
import type { NewProjectUser, ProjectUser } from "../project/project-user.ts";
import type { PlanHistory } from "./plan-history.ts";
import { isUndecided } from "./plan-users.ts";
import type { PlanTally } from "./plan-tally.ts";
import type { RunContext } from "./run-context.ts";

const PAGE = 500;

type PlannedUserItem = PlanItem & { readonly planned: NewProjectUser };

/** What became of an item. */
interface Change {
  readonly before: PlanItem;
  readonly after: PlannedItem;
}

/**
 * Makes users of several pools one user where they are one person, and gives each login ID that several users want to
 * one of them, by policy.
 *
 * Whoever loses one may be imported after all, because nobody in the project is in its way any more. That changes who has
 * the stronger claim to its other login IDs, also to those before: then all are gone through again. Each change takes a
 * login ID from somebody, so it comes to an end.
 */
export async function settleSharedLoginIds(context: RunContext, history: PlanHistory, tally: PlanTally): Promise<void> {
  for (let isFirst = true; await settleOnce(context, history, tally, isFirst); isFirst = false);
}

/**
 * Goes through what is shared once. Whether anybody is imported now who was left out before.
 *
 * @param isFirst - Whether to say who stays as it is: it would be counted again in each round.
 */
async function settleOnce(
  context: RunContext,
  history: PlanHistory,
  tally: PlanTally,
  isFirst: boolean,
): Promise<boolean> {
  const { runId, store, signal } = context;
  let imported = false;
  for (let after = ""; ;) {
    const page = await store.readSharedLoginIds(runId, after, PAGE);
    if (page.length === 0) return imported;
    for (const shared of page) {
      signal?.throwIfAborted();
      after = shared.loginId;
      // An earlier claim of the same users may have left one out or merged it.
      const items = (await store.readPlanItemsBySeq(runId, shared.seqs)).filter(hasPlanned);
      if (items.length < 2) continue;
      const claimants = await claimantsOf(context, items);
      const { results, notes } = resolve(context, shared, claimants);
      if (isFirst) tally.note(notes);
      const changed = await redecide(context, history, items, claimants, results);
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

function resolve(
  { rules, sources }: RunContext,
  { loginId }: SharedLoginId,
  claimants: readonly Claimant[],
): PersonDecision {
  const pools = sources.map(({ source }) => source.userPoolId);
  const kind = kindOfClaim(loginId);
  if (kind === "person") return joinPeople(loginId.trim(), claimants, { ...rules, pools });
  if (kind === "login-id") return { results: shareLoginId(loginId, claimants, rules.duplicates), notes: [] };
  // A decision that was made anew may have led to another user of the project since.
  const joined = claimants.filter(({ existing }) => existing?.userId === loginId.trim());
  return { results: keepJoined(joined, pools), notes: [] };
}

function handsOver({ before, after }: Change): boolean {
  if (before.planned === undefined) return false;
  const loginIds = after.loginIds.filter((claim) => kindOfClaim(claim) === "login-id");
  return loginIds.length > plannedLoginIds(before.planned).length;
}

/**
 * Also a user whose planned login IDs are without the one in question, because somebody in the project has it: after an
 * earlier run that is the other claimant, and the policy must come to the same again.
 */
function hasPlanned(item: PlanItem): item is PlannedUserItem {
  return item.mergedInto === undefined && item.planned !== undefined;
}

async function claimantsOf(
  { runId, store }: RunContext,
  items: readonly PlannedUserItem[],
): Promise<readonly Claimant[]> {
  const users = new Map(
    (
      await store.readSourceUsersBySeq(
        runId,
        items.map(({ seq }) => seq),
      )
    ).map(({ seq, user }) => [seq, user]),
  );
  return items.flatMap(({ seq, source, kind, planned, operation, existing }) => {
    const user = users.get(seq);
    return user === undefined ? [] : [{ seq, source, kind, user, planned, existing, leftOut: operation === "skip" }];
  });
}

async function redecide(
  context: RunContext,
  history: PlanHistory,
  items: readonly PlanItem[],
  claimants: readonly Claimant[],
  results: readonly ClaimResult[],
): Promise<readonly Change[]> {
  if (results.length === 0) return [];
  const { runId, store, rules, sources } = context;
  const bySeq = new Map(items.map((item) => [item.seq, item]));
  const users = new Map(claimants.map(({ seq, user }) => [seq, user]));
  const queries = results.map((result) => {
    const sub = bySeq.get(result.seq)?.sub ?? "";
    if (!("planned" in result)) return { sub, loginIds: [] };
    return { sub: keySubOf({ sub, planned: result.planned }), loginIds: plannedLoginIds(result.planned) };
  });
  const matches = await store.matchTargetUsers(runId, "plan", queries);
  const known = await history.of(
    results.map(({ seq }) => sourceKeyOf(bySeq.get(seq))),
    matches,
  );
  const changes = results.flatMap((result, index): readonly Change[] => {
    const before = bySeq.get(result.seq);
    const user = users.get(result.seq);
    if (before === undefined || user === undefined) return [];
    const { patch: _patch, existing: _existing, undecided: _undecided, ...rest } = before;
    const base = { ...rest, wantedLoginIds: wantedLoginIdsOf(before) };
    const findings = [...before.findings.filter(({ rule }) => !DECISION_RULES.has(rule)), ...result.findings];
    if ("leftOut" in result) {
      return [{ before, after: leftOut({ ...base, findings }, result.leftOut) }];
    }
    if ("mergedInto" in result) {
      const mergedInto = result.mergedInto.user.sub;
      return [{ before, after: leftOut({ ...base, findings, mergedInto }, result.reason) }];
    }
    const found = matches[index] ?? [];
    const mergedSubs = mergedSubsOf(before, results, bySeq);
    const planned = withSubs(context, before, withoutTakenGains(before, result.planned, found), mergedSubs);
    const decision = decide(planned, found, rules, known[index]);
    const item: PlanItem = {
      ...base,
      ...decision,
      ...(isUndecided(decision) ? { undecided: true } : {}),
      ...(mergedSubs.length === 0 ? {} : { mergedSubs }),
      planned: decision.planned ?? planned,
      findings: [...findings, ...decision.findings],
    };
    return [{ before, after: { item, loginIds: claimsOf(user, planned, decision.existing, sources.length > 1) } }];
  });
  return [...changes, ...(await redirected(context, changes))];
}

/** The `sub`s of everybody who is part of a user once the results hold. */
function mergedSubsOf(
  winner: PlanItem,
  results: readonly ClaimResult[],
  bySeq: ReadonlyMap<number, PlanItem>,
): readonly string[] {
  const losers = results.flatMap((result) => {
    const item = "mergedInto" in result && result.mergedInto.seq === winner.seq ? bySeq.get(result.seq) : undefined;
    return item === undefined ? [] : [item.sub, ...(item.mergedSubs ?? [])];
  });
  return [...new Set([...(winner.mergedSubs ?? []), ...losers])].sort();
}

/** A planned user with the attribute that names all its subs, where the config or the project has that attribute. */
function withSubs(
  { rules, sources }: RunContext,
  { sub, existing }: PlanItem,
  planned: NewProjectUser,
  mergedSubs: readonly string[],
): NewProjectUser {
  const isDefined =
    (sources.length > 1 && rules.samePerson === "verified-email") ||
    existing?.customAttributes[OWN_ATTRIBUTES.subs] !== undefined;
  if (mergedSubs.length === 0 || !isDefined) return planned;
  return {
    ...planned,
    customAttributes: { ...planned.customAttributes, [OWN_ATTRIBUTES.subs]: subsText([sub, ...mergedSubs]) },
  };
}

/** Users that were merged into somebody who is merged in turn. */
async function redirected({ runId, store }: RunContext, changes: readonly Change[]): Promise<readonly Change[]> {
  const redirections: Change[] = [];
  for (const { after } of changes) {
    const { sub, mergedInto, mergedSubs = [] } = after.item;
    if (mergedInto === undefined) continue;
    for (const merged of mergedSubs) {
      const user = await store.readSourceUserBySub(runId, merged);
      const [item] = user === undefined ? [] : await store.readPlanItemsBySeq(runId, [user.seq]);
      if (item?.mergedInto !== sub) continue;
      redirections.push({ before: item, after: { item: { ...item, mergedInto }, loginIds: [] } });
    }
  }
  return redirections;
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
