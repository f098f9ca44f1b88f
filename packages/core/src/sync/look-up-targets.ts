import { keySubOf } from "../mapping/cognito-subs.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { SourceMapping } from "../mapping/map-user.ts";
import type { SettledUser } from "../ports/state-store.ts";
import type { NewProjectUser, ProjectUser } from "../project/project-user.ts";
import { writtenBefore } from "../run/plan-history.ts";
import { mapRows } from "../run/plan-users.ts";
import type { RunContext } from "../run/run-context.ts";
import { scanTarget } from "../run/scan-target.ts";
import { readSettled } from "./changed-users.ts";
import { type GoneUsers, settledGonePages } from "./gone-users.ts";
import type { SeqSet } from "./seq-set.ts";

/** Users in one look-up: as many as a search takes at once. */
const PAGE = 100;

/** Up to so many users are looked up whatever their share is. */
const ALWAYS_LOOKED_UP = 2000;

/** A scan gives ten times as many users a call as two look-ups: beyond this share it is cheaper. */
const LOOKED_UP_SHARE = 0.05;

/**
 * Asks the project for the users that a sync is about to decide about, and for nobody else: a pool that hardly changed costs
 * hardly a call. Where much changed, the whole project is scanned.
 */
export async function lookUpTargets(
  context: RunContext,
  mappings: readonly SourceMapping[],
  candidates: SeqSet,
  gone: GoneUsers,
): Promise<void> {
  const { runId, store, signal } = context;
  const total = await store.countSourceUsers(runId);
  const wanted = candidates.size + gone.size;
  if (wanted > Math.max(ALWAYS_LOOKED_UP, total * LOOKED_UP_SHARE)) {
    await scanTarget(context, "plan");
    return;
  }
  await store.beginTargetScan(runId, "plan");
  for (const seqs of candidates.pages(PAGE)) {
    signal?.throwIfAborted();
    const rows = mapRows(mappings, await store.readSourceUsersBySeq(runId, seqs), context.digest);
    const settled = await readSettled(context, rows);
    const planned = rows.flatMap(({ mapped }) => ("planned" in mapped ? loginIdsAsWritten(mapped.planned) : []));
    await lookUp(
      context,
      settled.filter((user) => user !== undefined),
      planned,
    );
  }
  for await (const page of settledGonePages(context, gone)) {
    for (let start = 0; start < page.length; start += PAGE) await lookUp(context, page.slice(start, start + PAGE), []);
  }
  await store.finishTargetScan(runId, "plan");
}

async function lookUp(
  { runId, store, target, signal }: RunContext,
  settled: readonly SettledUser[],
  planned: readonly string[],
): Promise<void> {
  const known = settled.filter((user) => writtenBefore(user) !== undefined);
  const byId = await target.findUsersById(
    known.flatMap(({ outcome }) => outcome?.userId ?? []),
    { signal },
  );
  const loginIds = [...planned, ...known.flatMap(({ item }) => loginIdsAsWritten(item.planned))];
  const found = new Map(
    [...byId, ...(await target.findUsers(loginIds, { signal }))].map((user) => [user.userId, user]),
  );
  // A search may not know yet what an earlier run wrote a moment ago; a direct read does.
  const subs = new Set([...found.values()].map((user) => user.customAttributes[OWN_ATTRIBUTES.sub]));
  for (const { item, outcome } of known) {
    if (subs.has(keySubOf(item)) || found.has(outcome?.userId ?? "")) continue;
    const user = await loadAny({ target, signal }, loginIdsAsWritten(item.planned));
    if (user !== undefined) found.set(user.userId, user);
  }
  await store.appendTargetUsers(runId, "plan", [...found.values()], OWN_ATTRIBUTES.sub);
}

async function loadAny(
  { target, signal }: Pick<RunContext, "target" | "signal">,
  loginIds: readonly string[],
): Promise<ProjectUser | undefined> {
  for (const loginId of loginIds) {
    const user = await target.loadUser(loginId, { signal });
    if (user !== undefined) return user;
  }
  return undefined;
}

function loginIdsAsWritten(planned: NewProjectUser | undefined): readonly string[] {
  return planned === undefined ? [] : [planned.loginId, ...planned.additionalLoginIds];
}
