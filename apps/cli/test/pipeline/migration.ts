import { setTimeout as sleep } from "node:timers/promises";
import { createUserPoolSource } from "@cognito-to-descope/cognito";
import {
  applyPlan,
  type Clock,
  DEFAULT_RULES,
  findRunOfWholePools,
  type MappingRules,
  openRollback,
  openRun,
  type Outcome,
  type OutcomeCounts,
  type PlanItem,
  planRollback,
  planRun,
  planSync,
  planTouched,
  type ReconcileSummary,
  reconcileRun,
  type Run,
  type RunKind,
  type RunContext,
  type RunPlan,
  type RunSource,
  type StateStore,
  type SyncPolicy,
} from "@cognito-to-descope/core";
import { createProjectTarget } from "@cognito-to-descope/descope";
import type { Sandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { systemDigest } from "../../src/system.ts";

/** Time in which waits are fifty times as short, so that pauses between tries cost little. */
const hastyClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    try {
      await sleep(ms / 50, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

const PLENTY = { requests: 1_000_000, windowMs: 1 };
const PLENTY_OF_DESCOPE = { ...PLENTY, penaltyMs: 1 };

/** What a migration is run with. */
export interface MigrationOptions {
  readonly rules?: Partial<MappingRules> | undefined;
  /** Users per page of the pool, 1 to 60. */
  readonly pageSize?: number;
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
  /** Where the state is kept; another migration on the same sandbox may go on with it. @defaultValue a state of its own */
  readonly store?: StateStore;
  /** Further pools and the tenants of all; the sandbox's own pool when left out. */
  readonly pools?: readonly (Omit<RunSource, "source"> & { readonly userPoolId: string })[];
  /** Changes with the config: runs of another one are not continued. */
  readonly configHash?: string;
  readonly requestTimeoutMs?: number;
  readonly onProgress?: RunContext["onProgress"];
  /** Where the project is reached. @defaultValue the sandbox itself */
  readonly descopeUrl?: string;
}

/** The steps of a migration on a sandbox, as the commands take them. */
export interface Migration extends AsyncDisposable {
  readonly store: StateStore;
  /** Reads and plans; goes on with an interrupted run. */
  plan(): Promise<RunPlan>;
  apply(): Promise<OutcomeCounts>;
  reconcile(): Promise<ReconcileSummary>;
  /** All of it, as `c2d migrate` does: an unfinished run is continued. */
  migrate(): Promise<Result>;
  /** Takes a run back, as `c2d rollback` does: an unfinished rollback is continued. */
  rollback(runId: string, options?: { readonly dryRun?: boolean }): Promise<RollbackResult>;
  /** Follows what changed in the pools, as `c2d sync` does. */
  sync(policy?: Partial<SyncPolicy>): Promise<Result>;
  /** Looks at users that did something, and at no others. */
  syncTouched(subs: readonly string[]): Promise<Result>;
  /** The run that the last step worked on. */
  run(): Promise<Run>;
  context(): RunContext;
}

/** What became of a rollback; the counts are zero when it was only planned. */
export interface RollbackResult {
  readonly run: Run;
  readonly plan: RunPlan;
  readonly counts: OutcomeCounts;
}

/** What became of a migration. */
export interface Result {
  readonly plan: RunPlan;
  readonly counts: OutcomeCounts;
  readonly summary: ReconcileSummary;
}

let runs = 0;

/** Opens a migration from the sandbox's pool to its project, with a run of its own. */
export async function openMigration(sandbox: Sandbox, options: MigrationOptions = {}): Promise<Migration> {
  const store = options.store ?? (await openStateStore(":memory:"));
  const pools = options.pools ?? [{ userPoolId: sandbox.userPoolId }];
  const opened = pools.map(({ userPoolId, tenant, tenantName, shards }) => ({
    tenant,
    tenantName,
    shards,
    source: createUserPoolSource({
      userPoolId,
      endpoint: sandbox.cognito,
      region: sandbox.region,
      accessKeyId: "sandbox",
      secretAccessKey: "sandbox",
      clock: hastyClock,
      maxPageSize: options.pageSize ?? 60,
      requestTimeoutMs: options.requestTimeoutMs ?? 2000,
      limits: {
        categories: {
          UserList: PLENTY,
          UserPoolClientRead: PLENTY,
          UserPoolRead: PLENTY,
          UserPoolResourceRead: PLENTY,
        },
        perPoolOperation: PLENTY,
      },
    }),
  }));
  const target = createProjectTarget({
    projectId: sandbox.projectId,
    managementKey: sandbox.managementKey,
    baseUrl: options.descopeUrl ?? sandbox.descope,
    clock: hastyClock,
    random: Math.random,
    batchSize: options.batchSize ?? 20,
    requestTimeoutMs: options.requestTimeoutMs ?? 2000,
    limits: {
      "user-create": PLENTY_OF_DESCOPE,
      "user-update": PLENTY_OF_DESCOPE,
      "user-other": PLENTY_OF_DESCOPE,
      general: PLENTY_OF_DESCOPE,
    },
  });
  const sources: readonly RunSource[] = opened;
  let runId = `run-${(runs += 1)}`;
  const context = (): RunContext => ({
    runId,
    sources,
    target,
    store,
    rules: { ...DEFAULT_RULES, ...options.rules },
    configHash: options.configHash ?? "config",
    clock: hastyClock,
    digest: systemDigest,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  const open = async (continues: readonly Run["state"][], kind: RunKind = "migrate"): Promise<Run> => {
    runId = `run-${(runs += 1)}`;
    const run = await openRun(context(), continues, kind);
    runId = run.id;
    return run;
  };
  const run = async (): Promise<Run> => {
    const found = await store.readRun(runId);
    if (found === undefined) throw new Error(`no run ${runId}`);
    return found;
  };
  const plan = async (): Promise<RunPlan> => {
    const opening = await open(["reading", "planning"]);
    return planRun(context(), opening);
  };
  return {
    store,
    context,
    run,
    plan,
    apply: () => applyPlan(context()),
    reconcile: () => reconcileRun(context()),
    async migrate() {
      const opening = await open(["reading", "planning", "applying"]);
      const planned = await planRun(context(), opening);
      const counts = await applyPlan(context());
      return { plan: planned, counts, summary: await reconcileRun(context()) };
    },
    async rollback(rollsBack, { dryRun = false } = {}) {
      const opening = await openRollback({ ...context(), runId: `run-${(runs += 1)}` }, { rollsBack, dryRun });
      runId = opening.id;
      const planned = await planRollback(context(), opening);
      const counts = dryRun ? await store.countOutcomes(runId) : await applyPlan(context());
      return { run: await run(), plan: planned, counts };
    },
    async syncTouched(subs) {
      const opening = await open([], "touched");
      const whole = await findRunOfWholePools(store, opening);
      if (whole === undefined) throw new Error("no run has read whole pools");
      const touched = pools.flatMap(({ userPoolId }) => subs.map((sub) => ({ userPoolId, sub, at: 1 })));
      const policy = { gone: "disable", maxGoneShare: 0.5 } as const;
      const planned = await planTouched(context(), opening, policy, { whole, touched });
      const counts = await applyPlan(context());
      return { plan: planned, counts, summary: await reconcileRun(context()) };
    },
    async sync(policy = {}) {
      const opening = await open(["reading", "planning", "applying"], "sync");
      await store.forgetScans(opening.id);
      const planned = await planSync(context(), opening, { gone: "disable", maxGoneShare: 0.5, ...policy });
      const counts = await applyPlan(context());
      return { plan: planned, counts, summary: await reconcileRun(context()) };
    },
    async [Symbol.asyncDispose]() {
      for (const { source } of opened) source.close();
      if (options.store === undefined) await store[Symbol.asyncDispose]();
    },
  };
}

/** Every item of the plan of a run with its outcome, by the user's `sub`. */
export async function itemsOf(
  migration: Migration,
): Promise<ReadonlyMap<string, { readonly item: PlanItem; readonly outcome?: Outcome }>> {
  const { id } = await migration.run();
  const items = await migration.store.readAppliedItems(id, 0, 1_000_000);
  return new Map(items.map((applied) => [applied.item.sub, applied]));
}

/** The number of all outcomes. */
export function total(counts: OutcomeCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
