import {
  countOutcomesBySource,
  MigrationError,
  type SignInMethod,
  type SignInTest,
  type SourceOutcomes,
  type StateStore,
} from "@cognito-to-descope/core";
import type { NotComparedUser, ReconcileInput } from "./reconcile-report.ts";

const PAGE = 500;

/** How many lines the lists of a report have where nothing else is asked for. */
const DEFAULT_LIST_LIMIT = 1000;

/** What a reconcile report needs beyond the store. */
export interface ReadReconcileOptions {
  readonly signIns?: { readonly method: SignInMethod; readonly tests: readonly SignInTest[] } | undefined;
  /** Outcomes by pool, where they are counted already. */
  readonly sources?: readonly SourceOutcomes[] | undefined;
  /** Length of each list at most. Default is 1000. Counts are always of everything. */
  readonly listLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads what the reconcile report of a run is made of.
 *
 * @throws MigrationError `ERR_PLAN_MISSING` when no reconcile of the run has finished, and the faults of the store.
 */
export async function readReconcileInput(
  store: StateStore,
  runId: string,
  options: ReadReconcileOptions = {},
): Promise<ReconcileInput> {
  const limit = options.listLimit ?? DEFAULT_LIST_LIMIT;
  const run = await store.readRun(runId);
  if (run?.plan === undefined || run.reconcile === undefined) {
    throw new MigrationError("ERR_PLAN_MISSING", `run ${runId} has not been reconciled`, {
      suggestion: "run `c2d reconcile` first",
    });
  }
  const { plan, reconcile } = run;
  const left = await readNotCompared(store, runId, reconcile.notCompared, limit, options.signal);
  return {
    run: { ...run, plan, reconcile },
    pools: await store.readPools(runId),
    outcomes: await store.countOutcomes(runId),
    failures: await store.countFailures(runId),
    sources: options.sources ?? (await countOutcomesBySource(store, run)),
    discrepancies: await store.readDiscrepancies(runId, 0, limit),
    ...left,
    ...(options.signIns === undefined ? {} : { signIns: options.signIns }),
  };
}

/** Walks over the run's users in pages, and stops once all those without a comparison were met. */
async function readNotCompared(
  store: StateStore,
  runId: string,
  expected: number,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Pick<ReconcileInput, "notCompared" | "notComparedByReason">> {
  const byReason = new Map<string, number>();
  const notCompared: NotComparedUser[] = [];
  let met = 0;
  for (let after = 0; met < expected;) {
    signal?.throwIfAborted();
    const page = await store.readAppliedItems(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.item.seq;
    for (const { item, outcome } of page) {
      const kind = outcome?.outcome ?? "pending";
      if (kind !== "skipped" && kind !== "failed" && kind !== "pending") continue;
      met += 1;
      const reason =
        kind === "skipped" ? item.reason : kind === "failed" ? (outcome?.failure ?? "target-error") : "no turn yet";
      byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
      if (notCompared.length >= limit) continue;
      const detail = kind === "failed" ? outcome?.detail : undefined;
      notCompared.push({ sub: item.sub, outcome: kind, reason, ...(detail === undefined ? {} : { detail }) });
    }
  }
  return {
    notCompared,
    notComparedByReason: Object.fromEntries([...byReason].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))),
  };
}
