import { createFindings } from "../findings/findings.ts";
import type { SourceKey, StateStore, TouchedUser } from "../ports/state-store.ts";
import { planMade } from "../record/record-run.ts";
import { prepareMapping } from "../run/prepare-mapping.ts";
import type { Run, RunPlan } from "../run/run.ts";
import type { RunContext } from "../run/run-context.ts";
import { planCandidates } from "./plan-candidates.ts";
import { createSeqSet } from "./seq-set.ts";
import type { SyncPolicy } from "./sync-policy.ts";

/** Users that did something, and what is needed to look at them alone. */
export interface TouchedRequest {
  readonly touched: readonly TouchedUser[];
  /** The run that read whole pools; see {@link findRunOfWholePools}. */
  readonly whole: Run;
}

/**
 * The newest run that read whole pools with the same config. What it saw in them decides how attributes are mapped, and a few
 * users must be mapped as all of them are. Undefined when there is none: then all have to be read.
 */
export async function findRunOfWholePools(
  store: StateStore,
  { projectId, userPoolIds, configHash }: Pick<Run, "projectId" | "userPoolIds" | "configHash">,
): Promise<Run | undefined> {
  return (await store.listRuns()).find(
    (run) =>
      (run.kind === "migrate" || run.kind === "sync") &&
      run.plan !== undefined &&
      run.configHash === configHash &&
      run.projectId === projectId &&
      run.userPoolIds.join() === userPoolIds.join(),
  );
}

/**
 * Plans for a few users that are known to have done something, and for everybody who shares a login ID with one of them. The
 * others are not read: a listing of the whole pool stays the truth, and brings what this does not see. A user that is not there
 * any more is left to it as well, and so is an attribute that nobody had before.
 */
export async function planTouched(
  context: RunContext,
  run: Run,
  policy: SyncPolicy,
  { whole, touched }: TouchedRequest,
): Promise<RunPlan> {
  const { runId, store, target, sources, clock, signal } = context;
  if (run.plan !== undefined) return run.plan;
  await store.resetPlan(runId);
  for (const [index, pool] of (await store.readPools(whole.id)).entries()) await store.putPool(runId, index, pool);
  await store.foldBaseline(runId);
  const ensureRead = (keys: readonly SourceKey[]): Promise<void> => readUsers(context, keys);
  const places = new Map(sources.map(({ source }, index) => [source.userPoolId, index]));
  const keys = touched.flatMap(({ userPoolId, sub }) => {
    const source = places.get(userPoolId);
    return source === undefined ? [] : [{ source, sub }];
  });
  await ensureRead(keys);

  const project = await target.readSnapshot({ signal });
  const prepared = await prepareMapping(context, project, createFindings(), whole.plan?.observations);
  const candidates = createSeqSet();
  for (const seq of await store.findSourceUsers(runId, keys)) if (seq !== undefined) candidates.add(seq);
  const read = candidates.size;
  const undecided = { prepared, candidates, gone: new Map(), findings: createFindings() };
  const plan: RunPlan = {
    ...(await planCandidates(context, policy, undecided, ensureRead)),
    sync: { read, changed: read, gone: 0 },
  };
  await store.updateRun(run.id, { state: "planned", plan, updatedAt: clock.now() }, planMade(context, plan));
  return plan;
}

/** Reads users one by one that the run has not read yet. */
async function readUsers(context: RunContext, keys: readonly SourceKey[]): Promise<void> {
  const { runId, store, sources, clock, signal } = context;
  await store.finishReading(runId);
  const seqs = await store.findSourceUsers(runId, keys);
  const unread = new Map(
    keys.filter((_, index) => seqs[index] === undefined).map((key) => [`${key.source} ${key.sub}`, key]),
  );
  for (const { source, sub } of unread.values()) {
    signal?.throwIfAborted();
    const pool = sources[source]?.source;
    const user = await pool?.findUser(sub, { signal });
    if (pool === undefined || user === undefined) continue;
    const state = { complete: true, at: clock.now() };
    await store.appendSourceUsers(runId, source, [user], `users:${source}`, state);
    for (const group of await pool.groupsOf(user.username, { signal })) {
      await store.appendMembers(runId, source, group, [sub], `members:${source}:${group}`, state);
    }
  }
  if (unread.size > 0) await store.finishReading(runId);
}
