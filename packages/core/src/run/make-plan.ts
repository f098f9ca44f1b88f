import { createFindings, type Findings } from "../findings/findings.ts";
import { mapAttributes } from "../mapping/attribute-mapping.ts";
import { type GroupMapping, mapGroups, nameRoles } from "../mapping/group-mapping.ts";
import { mapUser, plannedLoginIds, type SourceMapping } from "../mapping/map-user.ts";
import { claimsOf } from "../plan/claims.ts";
import { decide } from "../plan/decide.ts";
import { planDefinitions } from "../plan/plan-definitions.ts";
import { observeUsers, type PoolObservation } from "../pool/observe-users.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { PlannedItem, SourceUser } from "../ports/state-store.ts";
import type { Role, Tenant } from "../project/project-snapshot.ts";
import { roleKey } from "../project/role-key.ts";
import type { RunPlan } from "./run.ts";
import type { RunContext } from "./run-context.ts";
import { notePool } from "./note-pool.ts";
import { createPlanTally, type PlanTally } from "./plan-tally.ts";
import { scanTarget } from "./scan-target.ts";
import { settleSharedLoginIds } from "./settle-shared-login-ids.ts";

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
  const names = nameRoles(pools, rules);
  const groups = pools.map((pool, index) =>
    mapGroups(pool, rules, findings, { names, tenant: context.sources[index]?.tenant }),
  );
  noteSharedRoles(context, groups, findings);
  pools.forEach((pool, index) => notePool(pool, observationOf(observations, index), findings));
  const mappings: readonly SourceMapping[] = pools.map((pool, index) => ({
    pool,
    rules,
    attributes: attributes.targets,
    groups: groups[index]?.effects ?? new Map(),
    tenant: context.sources[index]?.tenant,
  }));

  const definitions = planDefinitions(
    {
      attributes: attributes.definitions,
      roles: wantedRoles(groups),
      tenants: wantedTenants(context, groups),
    },
    project,
    findings,
  );

  const tally = createPlanTally(context.digest, findings, pools.length);
  await planUsers(context, mappings, tally);
  await settleSharedLoginIds(context, tally);
  return {
    hash: tally.hash.value(definitions),
    definitions,
    counts: tally.counts(),
    bySource: tally.countsBySource().map((counts, index) => {
      const tenant = context.sources[index]?.tenant;
      return { ...counts, ...(tenant === undefined ? {} : { tenant }) };
    }),
    findings: findings.list(),
    observations,
  };
}

/** Each role once; its description is that of the first pool that has it. */
function wantedRoles(groups: readonly GroupMapping[]): readonly Role[] {
  const roles = new Map<string, Role>();
  for (const role of groups.flatMap((mapping) => mapping.roles)) {
    if (!roles.has(roleKey(role))) roles.set(roleKey(role), role);
  }
  return [...roles.values()];
}

function wantedTenants({ sources, rules }: RunContext, groups: readonly GroupMapping[]): readonly Tenant[] {
  const names = new Map(
    sources.flatMap(({ tenant, tenantName }) =>
      tenant === undefined || tenantName === undefined ? [] : [[tenant, tenantName] as const],
    ),
  );
  const ids = new Set([
    ...sources.flatMap(({ tenant }) => tenant ?? []),
    ...groups.flatMap((mapping) => mapping.tenants),
    ...Object.values(rules.connectionTenants),
  ]);
  return [...ids].map((id) => ({ id, name: names.get(id) ?? id }));
}

/** Where neither the pool nor the rule has a tenant, groups of one name give the same rights in the whole project. */
function noteSharedRoles({ sources }: RunContext, groups: readonly GroupMapping[], findings: Findings): void {
  const pools = new Map<string, number>();
  groups.forEach(({ effects }, index) => {
    if (sources[index]?.tenant !== undefined) return;
    const roles = new Set(
      [...effects.values()].flatMap(({ role, tenant }) => (tenant === undefined ? (role ?? []) : [])),
    );
    for (const role of roles) pools.set(role, (pools.get(role) ?? 0) + 1);
  });
  for (const [role, count] of pools) if (count > 1) findings.add("role-shared-by-pools", role);
}

async function observe(context: RunContext, pools: readonly PoolSnapshot[]): Promise<readonly PoolObservation[]> {
  const observers = pools.map(() => observeUsers());
  for await (const page of sourceUserPages(context, "observing")) {
    for (const { source, user, groups } of page) observers[source]?.add(user, groups);
  }
  return observers.map((observer) => observer.observation());
}

function observationOf(observations: readonly PoolObservation[], index: number): PoolObservation {
  return observations[index] ?? observeUsers().observation();
}

async function planUsers(context: RunContext, mappings: readonly SourceMapping[], tally: PlanTally): Promise<void> {
  const { runId, store, rules } = context;
  for await (const page of sourceUserPages(context, "planning")) {
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
        loginIds: claimsOf(row.user, result.planned, decision.existing, mappings.length > 1),
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
  }
}

/** Every source user in pages. A page counts as done when the next one is asked for. */
async function* sourceUserPages(
  { runId, store, signal, onProgress }: RunContext,
  step: "observing" | "planning",
): AsyncGenerator<readonly SourceUser[]> {
  const total = await store.countSourceUsers(runId);
  let users = 0;
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await store.readSourceUsers(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.seq;
    users += page.length;
    onProgress?.({ step, users, total });
  }
}
