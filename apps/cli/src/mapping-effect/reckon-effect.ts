import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Finding,
  isReadGroup,
  MigrationError,
  type PlanCounts,
  planOn,
  type ProjectTarget,
  type Run,
  type RunContext,
  type RunPlan,
  type RunSource,
  type StateStore,
} from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import type { Config } from "../config/config.ts";
import { systemClock, systemDigest } from "../system.ts";
import { planAsideStore } from "./plan-aside-store.ts";

/** A plan in numbers. */
export interface PlanNumbers {
  readonly hash: string;
  readonly counts: PlanCounts;
  readonly findings: readonly Finding[];
}

/** What other rules would make of a plan. */
export interface MappingEffect {
  /** The run whose users were planned for. */
  readonly run: string;
  readonly before: PlanNumbers;
  readonly after: PlanNumbers;
  /**
   * Groups that matter by the other rules and whose members the run has not read, because they did not matter then. Who is in
   * them shows only in a new plan; how many users are created, patched or left out does not depend on it.
   */
  readonly unreadGroups: readonly string[];
}

/** A run whose users are in the store, with its plan. */
export type ReadRun = Run & { readonly plan: RunPlan };

/** What an effect is reckoned from. */
export interface EffectInput {
  readonly store: StateStore;
  readonly run: ReadRun;
  /** The config as it is. */
  readonly before: Config;
  /** The same with other rules. */
  readonly after: Config;
  readonly sources: readonly RunSource[];
  readonly target: Pick<ProjectTarget, "readSnapshot" | "projectId">;
  readonly signal: AbortSignal;
  /** Hears how far it is, in users of all passes. Must not throw. */
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * The newest run whose users are in the store, with its plan.
 *
 * @throws MigrationError `ERR_PLAN_MISSING` when there is none.
 */
export async function findReadRun(store: StateStore): Promise<ReadRun> {
  for (const run of await store.listRuns()) {
    const isWhole = run.kind === "migrate" || run.kind === "sync";
    if (isWhole && run.plan !== undefined && (await store.countSourceUsers(run.id)) > 0) {
      return { ...run, plan: run.plan };
    }
  }
  throw new MigrationError("ERR_PLAN_MISSING", "no run has read the pools", { suggestion: "run `c2d plan` first" });
}

/**
 * Makes the plan of a run anew with other rules, over all users that it has read, and compares it with the plan by the rules
 * of now. The run and the project are not written to; the project's definitions are read once more.
 *
 * The plan goes through a store in a temporary directory, which takes about as much space as the plan in the run's store.
 */
export async function reckonEffect(input: EffectInput): Promise<MappingEffect> {
  const { run, before, after, store, target, signal } = input;
  const isPlanOfNow = run.kind === "migrate" && run.configHash === before.hash;
  const passes = isPlanOfNow ? 1 : 2;
  const users = await store.countSourceUsers(run.id);
  const project = await target.readSnapshot({ signal });
  const planBy = async (config: Config, pass: number): Promise<PlanNumbers> => {
    const plan = await planAside(
      input,
      config,
      (steps) => {
        // A pass goes through the users twice: to see what they hold, and to plan.
        input.onProgress(pass * 2 * users + steps, passes * 2 * users);
      },
      project,
    );
    return numbersOf(plan);
  };
  const ofNow = isPlanOfNow ? numbersOf(run.plan) : await planBy(before, 0);
  return {
    run: run.id,
    before: ofNow,
    after: await planBy(after, passes - 1),
    unreadGroups: await findUnreadGroups(store, run.id, after),
  };
}

async function findUnreadGroups(store: StateStore, runId: string, { rules }: Config): Promise<readonly string[]> {
  const unread = new Set<string>();
  for (const [index, pool] of (await store.readPools(runId)).entries()) {
    for (const group of pool.groups) {
      if (!isReadGroup(group, pool, rules)) continue;
      const listing = await store.readListing(runId, `members:${index}:${group.name}`);
      if (listing?.complete !== true) unread.add(group.name);
    }
  }
  return [...unread].sort();
}

async function planAside(
  { store, run, sources, target, signal }: EffectInput,
  config: Config,
  onSteps: (steps: number) => void,
  project: Awaited<ReturnType<ProjectTarget["readSnapshot"]>>,
): Promise<RunPlan> {
  const directory = mkdtempSync(join(tmpdir(), "c2d-"));
  try {
    await using aside = await openStateStore(join(directory, "plan.db"));
    await aside.createRun(run);
    const context: RunContext = {
      runId: run.id,
      sources,
      // Only its ID is asked for: everything else was read before.
      target: target as ProjectTarget,
      store: planAsideStore(store, aside),
      rules: config.rules,
      configHash: config.hash,
      clock: systemClock,
      digest: systemDigest,
      signal,
      onProgress: (progress) => {
        if (progress.step === "observing") onSteps(progress.users);
        if (progress.step === "planning") onSteps(progress.total + progress.users);
      },
    };
    return await planOn(context, project);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function numbersOf({ hash, counts, findings }: RunPlan): PlanNumbers {
  return { hash, counts, findings };
}
