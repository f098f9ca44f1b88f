import type { Findings } from "../findings/findings.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { SourceKey } from "../ports/state-store.ts";
import { countsBySource, createPlanTally } from "../run/plan-tally.ts";
import { mapRows, planRows } from "../run/plan-users.ts";
import type { PreparedMapping } from "../run/prepare-mapping.ts";
import type { RunPlan } from "../run/run.ts";
import type { RunContext } from "../run/run-context.ts";
import { settleSharedLoginIds } from "../run/settle-shared-login-ids.ts";
import { addNeighbours, claimantsOf, wantedBefore } from "./changed-users.ts";
import { type GoneUsers, planGone, settledGonePages } from "./gone-users.ts";
import { lookUpTargets } from "./look-up-targets.ts";
import type { SeqSet } from "./seq-set.ts";
import { createSyncHistory } from "./sync-history.ts";
import type { SyncPolicy } from "./sync-policy.ts";

const PAGE = 500;

/** What a sync is about to decide. */
export interface Undecided {
  readonly prepared: PreparedMapping;
  /** Users that changed; gains those who share a login ID with one of them. */
  readonly candidates: SeqSet;
  readonly gone: GoneUsers;
  readonly findings: Findings;
}

/**
 * Plans for users that changed or are gone, and for everybody who shares a login ID with one of them.
 *
 * @param ensureRead - Sees to it that these users have been read, where not all of a pool has.
 */
export async function planCandidates(
  context: RunContext,
  policy: SyncPolicy,
  { prepared, candidates, gone, findings }: Undecided,
  ensureRead: (keys: readonly SourceKey[]) => Promise<void>,
): Promise<Omit<RunPlan, "sync">> {
  const { runId, store, digest, signal } = context;
  const { mappings, definitions, observations } = prepared;
  for await (const page of settledGonePages(context, gone)) {
    const loginIds = [...new Set(page.flatMap(wantedBefore))];
    for (const seq of await claimantsOf(context, loginIds, ensureRead)) candidates.add(seq);
  }
  await addNeighbours(context, mappings, candidates, ensureRead);
  await lookUpTargets(context, mappings, candidates, gone);

  const history = createSyncHistory(context, gone);
  const tally = createPlanTally(digest, findings, context.sources.length);
  for (const seqs of candidates.pages(PAGE)) {
    signal?.throwIfAborted();
    await planRows(context, mapRows(mappings, await store.readSourceUsersBySeq(runId, seqs), digest), history, tally);
  }
  await settleSharedLoginIds(context, history, tally);
  await planGone(context, policy, gone, await takenOverUsers(context, gone), tally);
  return {
    hash: tally.hash.value(definitions),
    definitions,
    counts: tally.counts(),
    bySource: countsBySource(context, tally),
    findings: findings.list(),
    observations,
  };
}

/** Target users of gone users that another user of the pool is proven to own. */
async function takenOverUsers({ runId, store }: RunContext, gone: GoneUsers): Promise<ReadonlySet<string>> {
  const takenOver = new Set<string>();
  if (gone.size === 0) return takenOver;
  for (let after = 0; ;) {
    const page = await store.readPlanItems(runId, after, PAGE, ["patch", "none"]);
    const last = page.at(-1);
    if (last === undefined) return takenOver;
    after = last.seq;
    for (const { sub, existing } of page) {
      const owner = existing?.customAttributes[OWN_ATTRIBUTES.sub];
      if (existing !== undefined && typeof owner === "string" && owner !== sub && gone.has(owner)) {
        takenOver.add(existing.userId);
      }
    }
  }
}
