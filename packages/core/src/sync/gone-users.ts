import type { Findings } from "../findings/findings.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { SettledUser } from "../ports/state-store.ts";
import type { ProjectUser } from "../project/project-user.ts";
import { wasCreatedByUs, writtenBefore } from "../run/plan-history.ts";
import type { PlanTally } from "../run/plan-tally.ts";
import type { RunContext } from "../run/run-context.ts";
import type { SyncPolicy } from "./sync-policy.ts";

const PAGE = 500;

/** Users that the baseline has and their pool has no more, by `sub`, with the place of their source. */
export type GoneUsers = ReadonlyMap<string, number>;

/**
 * Finds the users that are gone from their pools.
 *
 * Cognito's listings are eventually consistent, so each user that a listing did not show is asked for by itself. Where more
 * are missing than the policy allows, nobody is: it is more likely that something is wrong with the source, and the finding
 * blocks the plan.
 */
export async function findGone(context: RunContext, policy: SyncPolicy, findings: Findings): Promise<GoneUsers> {
  const gone = new Map<string, number>();
  for (const [index, { source }] of context.sources.entries()) {
    const known = await context.store.countBaseline(context.runId, index);
    const allowed = Math.max(1, Math.floor(known * policy.maxGoneShare), policy.confirmedGone ?? 0);
    let missing = 0;
    for await (const page of goneUserPages(context, index)) missing += page.length;
    if (missing > allowed) {
      findings.add("source-shrank", `${source.userPoolId}: ${missing} of ${known} users are missing`);
      continue;
    }
    for await (const page of goneUserPages(context, index)) {
      for (const { item } of page) {
        const user = await source.findUser(item.sub, { signal: context.signal });
        if (user === undefined) gone.set(item.sub, index);
        else findings.add("user-missed-by-listing", source.userPoolId);
      }
    }
  }
  return gone;
}

/** The users of a source that the baseline has and the run has not read, in pages. */
export async function* goneUserPages(
  { runId, store, signal }: RunContext,
  source: number,
): AsyncGenerator<readonly SettledUser[]> {
  for (let after: string | undefined; ;) {
    signal?.throwIfAborted();
    const page = await store.readGoneUsers(runId, source, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.item.sub;
  }
}

/** How gone users were last settled, in pages. */
export async function* settledGonePages(
  { runId, store }: RunContext,
  gone: GoneUsers,
): AsyncGenerator<readonly SettledUser[]> {
  const bySource = Map.groupBy(gone, ([, source]) => source);
  for (const [source, users] of bySource) {
    for (let start = 0; start < users.length; start += PAGE) {
      const subs = users.slice(start, start + PAGE).map(([sub]) => sub);
      yield (await store.readBaselineUsers(runId, source, subs)).filter((settled) => settled !== undefined);
    }
  }
}

/**
 * Adds gone users to the plan. They are numbered after those that were read.
 *
 * @param takenOver - User IDs of target users that another user of the pool is proven to own.
 */
export async function planGone(
  context: RunContext,
  policy: SyncPolicy,
  gone: GoneUsers,
  takenOver: ReadonlySet<string>,
  tally: PlanTally,
): Promise<void> {
  const { runId, store } = context;
  let seq = await store.countSourceUsers(runId);
  for await (const page of settledGonePages(context, gone)) {
    const matches = await store.matchTargetUsers(
      runId,
      "plan",
      page.map(({ item }) => ({ sub: item.sub, loginIds: [] })),
    );
    const items = page.map((settled, index): PlanItem => {
      const { sub } = settled.item;
      const existing = matches[index]?.find((user) => user.customAttributes[OWN_ATTRIBUTES.sub] === sub);
      seq += 1;
      return {
        seq,
        source: gone.get(sub) ?? settled.item.source,
        sub,
        kind: settled.item.kind,
        gone: true,
        ...(settled.contentHash === undefined ? {} : { contentHash: settled.contentHash }),
        ...decideGone(settled, existing, policy, takenOver),
      };
    });
    await store.appendPlanItems(
      runId,
      items.map((item) => ({ item, loginIds: [] })),
    );
    for (const item of items) tally.add(item);
  }
}

type GoneDecision = Pick<PlanItem, "operation" | "reason" | "planned" | "patch" | "existing" | "ours" | "findings">;

function decideGone(
  settled: SettledUser,
  existing: ProjectUser | undefined,
  policy: SyncPolicy,
  takenOver: ReadonlySet<string>,
): GoneDecision {
  const written = writtenBefore(settled);
  const skip = (reason: string): GoneDecision => ({ operation: "skip", reason, findings: [] });
  if (written === undefined) return skip("gone from the pool, and never was in the project");
  if (existing !== undefined && takenOver.has(existing.userId)) {
    return skip("gone from the pool; another user of the pool is proven to be the same person");
  }
  if (existing === undefined) return skip("gone from the pool, and from the project");
  const ours = wasCreatedByUs(settled);
  const findings: GoneDecision["findings"] = [{ rule: "user-gone", subject: policy.gone }];
  const base = { planned: written, existing, findings, ...(ours ? { ours } : {}) };
  if (policy.gone === "keep") return { ...skip("gone from the pool: left as it is by policy"), findings };
  if (policy.gone === "delete" && ours) return { ...base, operation: "delete", reason: "gone from the pool" };
  const planned = { ...written, status: "disabled" as const };
  if (existing.status === "disabled") {
    return { ...base, planned, operation: "none", reason: "gone from the pool, and disabled already" };
  }
  const [loginId = written.loginId] = existing.loginIds;
  return { ...base, planned, patch: { loginId, status: "disabled" }, operation: "patch", reason: "gone from the pool" };
}
