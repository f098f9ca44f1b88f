import { createFindings, type Findings } from "../findings/findings.ts";
import { foldLoginId } from "../mapping/fold-login-id.ts";
import { mapAttributes } from "../mapping/attribute-mapping.ts";
import { mapGroups } from "../mapping/group-mapping.ts";
import { mapUser, plannedLoginIds, type SourceMapping } from "../mapping/map-user.ts";
import { decide, DECISION_RULES, withoutLoginIds } from "../plan/decide.ts";
import type { PlanCounts, PlanItem, PlanOperation } from "../plan/plan.ts";
import { planDefinitions } from "../plan/plan-definitions.ts";
import { createPlanHash, type PlanHash } from "../plan/plan-hash.ts";
import { type ClaimResult, type LoginIdClaimant, shareLoginId } from "../plan/share-login-id.ts";
import { observeUsers, type PoolObservation } from "../pool/observe-users.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { PlannedItem } from "../ports/state-store.ts";
import type { NewProjectUser, ProjectUser } from "../project/project-user.ts";
import type { RunPlan } from "./run.ts";
import type { RunContext } from "./run-context.ts";
import { notePool } from "./note-pool.ts";
import { scanTarget } from "./scan-target.ts";

const PAGE = 500;

/**
 * Makes the plan of a run from what was read: every user with its operation, its reason and its exact request body.
 *
 * Reads the target and writes nothing to it. Deterministic: the same pools, project and rules give the same
 * {@link RunPlan.hash}. A plan that was begun before starts again.
 */
export async function makePlan(context: RunContext): Promise<RunPlan> {
  const { runId, store, target, rules, signal } = context;
  await store.resetPlan(runId);
  const project = await target.readSnapshot({ signal });
  await scanTarget(context, "plan");

  const findings = createFindings();
  const pools = await store.readPools(runId);
  const observations = await observe(context, pools);
  const attributes = mapAttributes(
    pools.map((pool, index) => ({ pool, observation: observationOf(observations, index) })),
    project,
    rules,
    findings,
  );
  const groups = pools.map((pool) => mapGroups(pool, rules, findings));
  pools.forEach((pool, index) => notePool(pool, observationOf(observations, index), findings));
  const mappings: readonly SourceMapping[] = pools.map((pool, index) => ({
    pool,
    rules,
    attributes: attributes.targets,
    groups: groups[index]?.effects ?? new Map(),
    tenant: context.sources[index]?.tenant,
  }));

  const tenants = new Set([
    ...context.sources.flatMap(({ tenant }) => tenant ?? []),
    ...groups.flatMap((mapping) => mapping.tenants),
    ...Object.values(rules.connectionTenants),
  ]);
  const roles = new Map(groups.flatMap((mapping) => mapping.roles).map((role) => [role.name, role]));
  const definitions = planDefinitions(
    {
      attributes: attributes.definitions,
      roles: [...roles.values()],
      tenants: [...tenants].map((id) => ({ id, name: id })),
    },
    project,
    findings,
  );

  const tally = createTally(context, findings);
  await planUsers(context, mappings, tally);
  await settleSharedLoginIds(context, tally);
  return {
    hash: tally.hash.value(definitions),
    definitions,
    counts: tally.counts(),
    findings: findings.list(),
    observations,
  };
}

async function observe(context: RunContext, pools: readonly PoolSnapshot[]): Promise<readonly PoolObservation[]> {
  const { runId, store, signal } = context;
  const observers = pools.map(() => observeUsers());
  const total = await store.countSourceUsers(runId);
  let users = 0;
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await store.readSourceUsers(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    for (const { source, user, groups } of page) observers[source]?.add(user, groups);
    after = last.seq;
    users += page.length;
    context.onProgress?.({ step: "observing", users, total });
  }
  return observers.map((observer) => observer.observation());
}

function observationOf(observations: readonly PoolObservation[], index: number): PoolObservation {
  return observations[index] ?? observeUsers().observation();
}

async function planUsers(context: RunContext, mappings: readonly SourceMapping[], tally: Tally): Promise<void> {
  const { runId, store, rules, signal } = context;
  const total = await store.countSourceUsers(runId);
  let users = 0;
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await store.readSourceUsers(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    const mapped = page.flatMap((row) => {
      const mapping = mappings[row.source];
      return mapping === undefined ? [] : [{ row, mapped: mapUser(mapping, row.user, row.groups) }];
    });
    const queries = mapped.map(({ row, mapped: result }) => ({
      sub: row.user.sub,
      loginIds: "planned" in result ? plannedLoginIds(result.planned) : [],
    }));
    const matches = await store.matchTargetUsers(runId, "plan", queries);
    const items = mapped.map(({ row, mapped: result }, index): PlannedItem => {
      const base = { seq: row.seq, source: row.source, sub: row.user.sub, kind: result.kind };
      if (!("planned" in result)) {
        return {
          item: { ...base, operation: "skip", reason: result.leftOut, findings: result.findings },
          loginIds: [],
        };
      }
      const decision = decide(result.planned, matches[index] ?? [], rules);
      return {
        // What the user wants is compared among all users, also what the decision took away.
        loginIds: queries[index]?.loginIds ?? [],
        item: {
          ...base,
          ...decision,
          planned: decision.planned ?? result.planned,
          findings: [...result.findings, ...decision.findings],
        },
      };
    });
    await store.appendPlanItems(runId, items);
    for (const { item } of items) tally.add(item);
    after = last.seq;
    users += page.length;
    context.onProgress?.({ step: "planning", users, total });
  }
}

/**
 * Gives each login ID that several users want to one of them, by policy.
 *
 * Whoever loses one may be imported after all, because nobody in the project is in its way any more. That changes who has
 * the stronger claim to its other login IDs, also to those before: then all are gone through again. Each change takes a
 * login ID from somebody, so it comes to an end.
 */
async function settleSharedLoginIds(context: RunContext, tally: Tally): Promise<void> {
  while (await settleOnce(context, tally));
}

/** Goes through the shared login IDs once. Whether anybody is imported now who was left out before. */
async function settleOnce(context: RunContext, tally: Tally): Promise<boolean> {
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
      const changed = await redecide(context, items, shareLoginId(loginId, claimants, rules.duplicates));
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
  items: readonly PlanItem[],
  results: readonly ClaimResult[],
): Promise<readonly { readonly before: PlanItem; readonly after: PlannedItem }[]> {
  const bySeq = new Map(items.map((item) => [item.seq, item]));
  const queries = results.map((result) => ({
    sub: bySeq.get(result.seq)?.sub ?? "",
    loginIds: "planned" in result ? plannedLoginIds(result.planned) : [],
  }));
  const matches = await store.matchTargetUsers(runId, "plan", queries);
  return results.flatMap((result, index) => {
    const before = bySeq.get(result.seq);
    if (before === undefined) return [];
    const { patch: _patch, existing: _existing, ...base } = before;
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
    const decision = decide(planned, found, rules);
    const item: PlanItem = {
      ...base,
      ...decision,
      planned: decision.planned ?? planned,
      findings: [...findings, ...decision.findings],
    };
    return [{ before, after: { item, loginIds: plannedLoginIds(planned) } }];
  });
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

interface Tally {
  readonly hash: PlanHash;
  add(item: PlanItem): void;
  remove(item: PlanItem): void;
  counts(): PlanCounts;
}

function createTally({ digest }: RunContext, findings: Findings): Tally {
  const hash = createPlanHash(digest);
  const operations: Record<PlanOperation, number> = { create: 0, patch: 0, none: 0, skip: 0 };
  return {
    hash,
    add(item) {
      hash.add(item);
      operations[item.operation] += 1;
      findings.addUser(item.findings);
    },
    remove(item) {
      hash.remove(item);
      operations[item.operation] -= 1;
      findings.removeUser(item.findings);
    },
    counts: () => ({
      read: operations.create + operations.patch + operations.none + operations.skip,
      ...operations,
    }),
  };
}
