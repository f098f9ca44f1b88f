import {
  DEFAULT_RULES,
  type MappingRules,
  MigrationError,
  readJitProgress,
  rollbackOf,
  type Run,
  type StateStore,
} from "@cognito-to-descope/core";
import { assessRun, readGroupSizes } from "./assess-run.ts";
import type { Config } from "./config/config.ts";
import { hashConfig } from "./config/config-hash.ts";
import { type ProgressDocument, progressDocument } from "./jit-progress/progress-document.ts";
import { readVerifierStatistics } from "./jit-progress/verifier-statistics.ts";
import type { PlannedRun } from "./plan-now.ts";
import type { AnyReport } from "./report/any-report.ts";
import type { Decision, FinalReport } from "./report/final-report.ts";
import {
  buildAssessmentReport,
  buildFinalReport,
  buildPlanReport,
  buildReconcileReport,
  readFinalInput,
  readReconcileInput,
} from "./report/index.ts";
import type { ReportMeta } from "./report/report-meta.ts";
import { type ReportedRecord, reportRecord } from "./report/seal.ts";
import { withoutDescriptions } from "./report-run.ts";
import { stateClock } from "./state/state-location.ts";
import { systemClock, systemDigest } from "./system.ts";
import { packageVersion } from "./version.ts";

/** What is reported. */
export type ReportOperand = "final" | "assess" | "plan" | "reconcile";

/** A report before it is sealed, with the runs whose records go into it. */
export interface MadeReport {
  readonly document: AnyReport;
  readonly runs: readonly string[];
  readonly records?: readonly ReportedRecord[];
}

/** What a report is made with, beside the state store. */
export interface MakeReportOptions {
  readonly config: Config;
  /** The run that it is about. @defaultValue the newest that fits */
  readonly run?: string | undefined;
  /** Files and URLs with the statistics of verifiers. */
  readonly verifierStatistics?: readonly string[] | undefined;
  /** Directory that those files are looked for in. */
  readonly cwd: string;
  /** Whether values of users may stand in it. @defaultValue false */
  readonly showValues?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Makes a report of what is in a state store.
 *
 * @throws MigrationError `ERR_PLAN_MISSING` when no run has what the report needs, `ERR_USAGE` when there is no such run, and the
 * faults of the store.
 */
export function makeReport(kind: ReportOperand, store: StateStore, options: MakeReportOptions): Promise<MadeReport> {
  return MAKERS[kind](store, options);
}

/**
 * The run that a report is about where none is named.
 *
 * @throws MigrationError `ERR_PLAN_MISSING` when no run has what the report needs.
 */
export function findReportedRun(kind: ReportOperand, store: StateStore): Promise<Run> {
  if (kind === "final") return findRun(store, undefined, "is a rollback", isAny);
  return kind === "reconcile"
    ? findRun(store, undefined, "has not been reconciled", isReconciled)
    : findRun(store, undefined, "is not planned yet", isPlanned);
}

const MAKERS: Readonly<Record<ReportOperand, (store: StateStore, options: MakeReportOptions) => Promise<MadeReport>>> =
  {
    async assess(store, { config, run: id, signal }) {
      const run = await findRun(store, id, "is not planned yet", isPlanned);
      const groupSizes = await readGroupSizes(store, run.id, signal);
      const { assessments, findings } = await assessRun({ store, runId: run.id, plan: run.plan, groupSizes }, config);
      return { document: buildAssessmentReport(assessments, meta(), findings), runs: [run.id] };
    },
    async plan(store, { run: id }) {
      const run = await findRun(store, id, "is not planned yet", isPlanned);
      return { document: buildPlanReport(withoutDescriptions(run), meta()), runs: [run.id] };
    },
    async reconcile(store, { run: id, showValues = false, signal }) {
      const run = await findRun(store, id, "has not been reconciled", isReconciled);
      const input = await readReconcileInput(store, run.id, { signal });
      const bare = { ...input, run: withoutDescriptions(input.run) };
      return { document: buildReconcileReport(bare, meta(), { showValues }), runs: [run.id] };
    },
    async final(store, { config, run: id, verifierStatistics = [], cwd, signal }) {
      const all = await store.listRuns();
      const wanted = id === undefined ? undefined : await findRun(store, id, "", isAny);
      const projectId = wanted?.projectId ?? config.project?.projectId ?? all[0]?.projectId;
      if (projectId === undefined) throw noRun();
      const tokens = await readVerifierStatistics(verifierStatistics, cwd, systemClock.now(), signal);
      const input = await readFinalInput(store, {
        projectId,
        runId: wanted?.id,
        passwords: await readPasswords(store, projectId, config),
        sessions: tokens.verifiers === 0 ? null : sessionsOf(tokens),
        decisionsOf: (run) => decisionsOf(run, config),
        signal,
      });
      // The main run first: what is written is on its record. Runs that are too many are there by the end of their record.
      const runs = [...input.runs].sort(
        (a, b) => Number(b.run.id === input.main?.run.id) - Number(a.run.id === input.main?.run.id),
      );
      const records = runs
        .filter(({ record }) => record.head !== undefined)
        .map(({ run, record }) => reportRecord(run.id, record));
      return { document: buildFinalReport(input, meta()), runs: runs.map(({ run }) => run.id), records };
    },
  };

function meta(): ReportMeta {
  return { toolVersion: packageVersion(), createdAt: systemClock.now() };
}

/** Nobody has planned anything yet. */
export function noRun(): MigrationError {
  return new MigrationError("ERR_PLAN_MISSING", "there is no run yet", { suggestion: "run `c2d plan` first" });
}

function isPlanned(run: Run): run is PlannedRun {
  return run.plan !== undefined;
}

function isReconciled(run: Run): run is Run {
  return run.reconcile !== undefined;
}

function isAny(_run: Run): _run is Run {
  return true;
}

/** The named run, or the newest migration that has what the report needs. */
async function findRun<Found extends Run>(
  store: StateStore,
  id: string | undefined,
  lacks: string,
  fits: (run: Run) => run is Found,
): Promise<Found> {
  const runs = await store.listRuns();
  if (id === undefined) {
    const candidates = runs.filter((run) => run.kind !== "rollback" && rollbackOf(runs, run.id) === undefined);
    const found = candidates.filter(({ kind }) => kind === "migrate").find(fits) ?? candidates.find(fits);
    if (found !== undefined) return found;
    if (runs.length === 0) throw noRun();
    throw new MigrationError("ERR_PLAN_MISSING", `no run fits: each ${lacks}`, { suggestion: "see `c2d status`" });
  }
  const run = runs.find((one) => one.id === id);
  if (run === undefined) {
    throw new MigrationError("ERR_USAGE", "there is no such run in the state store", {
      suggestion: "see `c2d status`",
    });
  }
  if (fits(run)) return run;
  throw new MigrationError("ERR_PLAN_MISSING", `run ${run.id} ${lacks}`, { suggestion: "see `c2d status`" });
}

/** How far capturing is; nothing where no password was ever checked. */
async function readPasswords(
  store: StateStore,
  projectId: string,
  config: Config,
): Promise<ProgressDocument | undefined> {
  const now = (await stateClock(config.state)).now();
  const share = 0.95;
  const progress = await readJitProgress(store, { projectId, now, share, countsLeft: false });
  if (progress.captured === 0 && progress.verdicts.length === 0) return undefined;
  return progressDocument(progress, { projectId, now, required: undefined, share, tokens: undefined });
}

function sessionsOf({
  verifiers,
  accepted,
  lastCognito,
}: Awaited<ReturnType<typeof readVerifierStatistics>>): NonNullable<FinalReport["sessions"]> {
  return { verifiers, ...accepted, lastCognito: lastCognito === null ? null : new Date(lastCognito).toISOString() };
}

/** The rules of the config, where it is the one that the run was planned with. */
function decisionsOf(run: Run, { sources, project, rules, hash }: Config): readonly Decision[] | undefined {
  if (run.configHash !== hash && run.configHash !== hashConfig(sources, project, rules)) return undefined;
  const names = Object.keys(DEFAULT_RULES) as (keyof MappingRules)[];
  const decisions = names.map((rule): Decision => {
    const value = JSON.stringify(rules[rule]);
    return { rule, value, isDefault: value === JSON.stringify(DEFAULT_RULES[rule]) };
  });
  if (rules.transform === undefined) return decisions;
  const hashed = `a function, SHA-256 of its source ${systemDigest.sha256(String(rules.transform))}`;
  return [...decisions, { rule: "transform", value: hashed, isDefault: false }];
}
