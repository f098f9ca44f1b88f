import { createFindings } from "../findings/findings.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { SourceKey } from "../ports/state-store.ts";
import { createPlanTally } from "../run/plan-tally.ts";
import { mapRows, planRows } from "../run/plan-users.ts";
import { prepareMapping } from "../run/prepare-mapping.ts";
import { readSources } from "../run/read-sources.ts";
import type { Run, RunPlan } from "../run/run.ts";
import type { RunContext } from "../run/run-context.ts";
import { settleSharedLoginIds } from "../run/settle-shared-login-ids.ts";
import { addNeighbours, claimantsOf, findChanged, wantedBefore } from "./changed-users.ts";
import { findGone, planGone, settledGonePages } from "./gone-users.ts";
import { lookUpTargets } from "./look-up-targets.ts";
import { createSyncHistory } from "./sync-history.ts";
import type { SyncPolicy } from "./sync-policy.ts";

const PAGE = 500;

const everythingIsRead = async (_keys: readonly SourceKey[]): Promise<void> => undefined;

/**
 * Reads the pools again and plans what changed since earlier runs: users that are new, changed or gone, and those who share a
 * login ID with them. The others cost no call to the project.
 *
 * Goes on where an interrupted sync stands, as {@link planRun} does for a migration. The rules are in `README.md`.
 */
export async function planSync(context: RunContext, run: Run, policy: SyncPolicy): Promise<RunPlan> {
  const { store, clock } = context;
  if (run.plan !== undefined) return run.plan;
  if (run.state === "reading") {
    await readSources(context);
    await store.updateRun(run.id, { state: "planning", updatedAt: clock.now() });
  }
  const plan = await makeSyncPlan(context, policy);
  await store.updateRun(run.id, { state: "planned", plan, updatedAt: clock.now() });
  return plan;
}

async function makeSyncPlan(context: RunContext, policy: SyncPolicy): Promise<RunPlan> {
  const { runId, store, target, digest, signal } = context;
  await store.resetPlan(runId);
  await store.foldBaseline(runId);
  const findings = createFindings();
  const project = await target.readSnapshot({ signal });
  // What the pools are as wholes the migration has said; only what blocks is said again.
  const poolFindings = createFindings();
  const { mappings, definitions, observations } = await prepareMapping(context, project, poolFindings);

  const candidates = await findChanged(context, mappings);
  const changed = candidates.size;
  const gone = await findGone(context, policy, findings);
  for await (const page of settledGonePages(context, gone)) {
    const loginIds = [...new Set(page.flatMap(wantedBefore))];
    for (const seq of await claimantsOf(context, loginIds, everythingIsRead)) candidates.add(seq);
  }
  await addNeighbours(context, mappings, candidates, everythingIsRead);
  await lookUpTargets(context, mappings, candidates, gone);

  const history = createSyncHistory(context, gone);
  const tally = createPlanTally(digest, findings);
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
    findings: [...poolFindings.list().filter(({ severity }) => severity === "blocker"), ...findings.list()],
    observations,
    sync: { read: await store.countSourceUsers(runId), changed, gone: gone.size },
  };
}

/** Target users of gone users that another user of the pool is proven to own. */
async function takenOverUsers(
  { runId, store }: RunContext,
  gone: ReadonlyMap<string, number>,
): Promise<ReadonlySet<string>> {
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
