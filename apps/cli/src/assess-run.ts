import { DEFAULT_LIMITS as COGNITO_LIMITS } from "@cognito-to-descope/cognito";
import {
  type Assessment,
  assessPool,
  type AssessQuotas,
  createFindings,
  type Finding,
  observeUsers,
  type RunPlan,
  type StateStore,
} from "@cognito-to-descope/core";
import { DEFAULT_LIMITS as DESCOPE_LIMITS } from "@cognito-to-descope/descope";
import type { Config } from "./config/config.ts";

const PAGE = 500;

/** A run that has read its pools. */
export interface AssessedRun {
  readonly store: StateStore;
  readonly runId: string;
  readonly plan: RunPlan;
  /** Members by group, for each source. */
  readonly groupSizes: readonly Readonly<Record<string, number>>[];
}

/** The assessments of all pools, and what was found about all of them. */
export interface Assessed {
  readonly assessments: readonly Assessment[];
  readonly findings: readonly Finding[];
}

/** Assesses the pools that a run has read and planned. */
export async function assessRun({ store, runId, plan, groupSizes }: AssessedRun, config: Config): Promise<Assessed> {
  const pools = await store.readPools(runId);
  const ofPools = pools.map(() => createFindings());
  for (let after = 0; ;) {
    const page = await store.readPlanItems(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.seq;
    for (const { source, findings } of page) ofPools[source]?.addUser(findings);
  }
  const quotas = quotasOf(config);
  const assessments = pools.map((pool, index): Assessment => {
    const observation = plan.observations[index] ?? observeUsers().observation();
    const sizes = groupSizes[index] ?? {};
    return {
      ...assessPool(pool, observation, sizes, config.rules, quotas, ofPools[index]),
      // Descriptions of groups are free text and may say anything.
      pool: { ...pool, groups: pool.groups.map((group) => ({ ...group, description: "" })) },
    };
  });
  return { assessments, findings: plan.findings };
}

/** How many members each group has, for each source; nothing where the users were forgotten since. */
export async function readGroupSizes(
  store: StateStore,
  runId: string,
  signal: AbortSignal,
): Promise<readonly Readonly<Record<string, number>>[]> {
  const pools = await store.readPools(runId);
  const sizes = pools.map(() => new Map<string, number>());
  if ((await store.countSourceUsers(runId)) === 0) return [];
  for (let after = 0; ;) {
    signal.throwIfAborted();
    const page = await store.readSourceUsers(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.seq;
    for (const { source, groups } of page) {
      for (const group of groups) sizes[source]?.set(group, (sizes[source].get(group) ?? 0) + 1);
    }
  }
  return sizes.map((counts) => Object.fromEntries(counts));
}

function quotasOf({ limits, target }: Config): AssessQuotas {
  return {
    userList: limits.cognito?.UserList ?? COGNITO_LIMITS.categories.UserList,
    create: limits.descope?.["user-create"] ?? DESCOPE_LIMITS["user-create"],
    usersPerBatch: target?.batchSize ?? 100,
  };
}
