import {
  countOutcomesBySource,
  type OutcomeCounts,
  type PoolSnapshot,
  rollbackOf,
  type Run,
  type RunRecord,
  type RunSample,
  type SourceOutcomes,
  type SsoRecord,
  type StateStore,
} from "@cognito-to-descope/core";
import type { ProgressDocument } from "../jit-progress/progress-document.ts";
import type { Decision, FinalReport, NotMoved } from "./final-report.ts";

const PAGE = 500;

/** The most events of all runs together in one report. Of a run beyond that, the end of its record is all there is. */
const MAX_EVENTS = 5000;

/** A run with what is on record about it. */
export interface FinalRunInput {
  readonly run: Run;
  readonly outcomes: OutcomeCounts;
  readonly record: RunRecord;
}

/** The run that the numbers are of. */
export interface FinalMain extends FinalRunInput {
  readonly pending: number;
  readonly notMoved: readonly NotMoved[];
  /** What was measured while it was applied; empty for a run of a version that did not. */
  readonly samples: readonly RunSample[];
  /** Sign-in tests with problems, by the last of them. */
  readonly failedSignIns: number;
}

/** Everything that a final report is made of. */
export interface FinalInput {
  readonly projectId: string;
  readonly main: FinalMain | undefined;
  readonly isTakenBack: boolean;
  readonly pools: readonly { readonly pool: PoolSnapshot; readonly outcomes: SourceOutcomes }[];
  /** Runs of the project, the newest first. */
  readonly runs: readonly FinalRunInput[];
  readonly connections: readonly SsoRecord[];
  readonly passwords?: ProgressDocument | undefined;
  readonly sessions?: FinalReport["sessions"] | undefined;
  readonly decisions?: readonly Decision[] | undefined;
}

/** Which migration is reported, and what is known beside the store. */
export interface ReadFinalOptions extends Pick<FinalInput, "projectId" | "passwords" | "sessions"> {
  /** The run that the numbers are of. @defaultValue the newest migration that was not taken back */
  readonly runId?: string | undefined;
  /** What was decided, where it holds for the main run. */
  readonly decisionsOf?: ((run: Run) => readonly Decision[] | undefined) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads what the final report of a project is made of. Goes through the users of one run once; memory stays flat. */
export async function readFinalInput(store: StateStore, options: ReadFinalOptions): Promise<FinalInput> {
  const { projectId, runId, signal } = options;
  const all = (await store.listRuns()).filter((run) => run.projectId === projectId);
  const chosen = chooseMain(all, runId);
  const runs = await readRuns(store, all);
  const found = runs.find(({ run }) => run.id === chosen?.id);
  const main = found === undefined ? undefined : await readMain(store, found, signal);
  const pools = found === undefined ? [] : await store.readPools(found.run.id);
  const sources = found?.run.plan === undefined ? [] : await countOutcomesBySource(store, found.run);
  return {
    projectId,
    main,
    isTakenBack: chosen !== undefined && rollbackOf(all, chosen.id)?.state === "applied",
    pools: pools.flatMap((pool, index) => {
      const outcomes = sources[index];
      return outcomes === undefined ? [] : [{ pool, outcomes }];
    }),
    runs,
    connections: await store.readSsoRecords(projectId),
    passwords: options.passwords,
    sessions: options.sessions,
    decisions: found === undefined ? undefined : options.decisionsOf?.(found.run),
  };
}

function chooseMain(runs: readonly Run[], id: string | undefined): Run | undefined {
  if (id !== undefined) return runs.find((run) => run.id === id);
  const migrations = runs.filter(({ kind }) => kind === "migrate");
  const written = migrations.filter(({ state }) => state === "applying" || state === "applied");
  const stays = (run: Run): boolean => rollbackOf(runs, run.id) === undefined;
  // A look at what would be planned now is not the migration.
  return written.find(stays) ?? written[0] ?? migrations[0] ?? runs.find(({ kind }) => kind !== "rollback");
}

async function readRuns(store: StateStore, all: readonly Run[]): Promise<readonly FinalRunInput[]> {
  const runs: FinalRunInput[] = [];
  let events = 0;
  for (const run of all) {
    const record = await store.readRecord(run.id);
    const length = record.earlier.length + record.events.length;
    const fits = events + length <= MAX_EVENTS;
    if (fits) events += length;
    runs.push({
      run,
      outcomes: await store.countOutcomes(run.id),
      record: fits ? record : { earlier: [], events: [], head: record.head },
    });
  }
  return runs;
}

async function readMain(
  store: StateStore,
  { run, outcomes, record }: FinalRunInput,
  signal: AbortSignal | undefined,
): Promise<FinalMain> {
  const tested = record.events.findLast(({ type }) => type === "sign-ins-tested");
  const done = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  const planned = run.plan?.counts.read ?? 0;
  return {
    run,
    outcomes,
    record,
    pending: Math.max(0, planned - done),
    notMoved: planned === 0 ? [] : await readNotMoved(store, run.id, signal),
    samples: await store.readSamples(run.id, 0),
    failedSignIns: Number(tested?.data["failed"] ?? 0),
  };
}

/** Users that are not in the project, by reason. Users of a plan that is not applied yet are left to the plan's counts. */
async function readNotMoved(
  store: StateStore,
  runId: string,
  signal: AbortSignal | undefined,
): Promise<readonly NotMoved[]> {
  const counts = new Map<string, { outcome: NotMoved["outcome"]; reason: string; users: number }>();
  const count = (outcome: NotMoved["outcome"], reason: string, users = 1): void => {
    const key = `${outcome} ${reason}`;
    const known = counts.get(key) ?? { outcome, reason, users: 0 };
    known.users += users;
    counts.set(key, known);
  };
  for (const [failure, users] of Object.entries(await store.countFailures(runId))) {
    count("failed", failure, users);
  }
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await store.readPlanItems(runId, after, PAGE, ["skip"]);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.seq;
    for (const { reason } of page) count("skipped", reason);
  }
  return [...counts.values()].sort((a, b) => b.users - a.users || (a.reason < b.reason ? -1 : 1));
}
