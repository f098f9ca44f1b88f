import { join, resolve } from "node:path";
import {
  DEFAULT_RULES,
  type MappingRules,
  MigrationError,
  readJitProgress,
  rollbackOf,
  type Run,
  type StateStore,
} from "@cognito-to-descope/core";
import { assessRun, readGroupSizes } from "../assess-run.ts";
import type { Config } from "../config/config.ts";
import { hashConfig } from "../config/config-hash.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { type ProgressDocument, progressDocument } from "../jit-progress/progress-document.ts";
import { readVerifierStatistics } from "../jit-progress/verifier-statistics.ts";
import type { PlannedRun } from "../plan-now.ts";
import { prepareConfig } from "../prepare.ts";
import { readSigningKey } from "../record/signature.ts";
import { countOf } from "../report/amounts.ts";
import type { AnyReport } from "../report/any-report.ts";
import type { Decision, FinalReport } from "../report/final-report.ts";
import {
  buildAssessmentReport,
  buildFinalReport,
  buildPlanReport,
  buildReconcileReport,
  readFinalInput,
  readReconcileInput,
} from "../report/index.ts";
import type { ReportMeta } from "../report/report-meta.ts";
import { type ReportedRecord, reportRecord } from "../report/seal.ts";
import { withoutDescriptions } from "../report-run.ts";
import { stateClock } from "../state/state-location.ts";
import { systemClock, systemDigest } from "../system.ts";
import { packageVersion } from "../version.ts";
import { writeReport } from "../write-report.ts";

/** What is reported. */
export type ReportOperand = "final" | "assess" | "plan" | "reconcile";

interface ReportOptions {
  readonly run?: string;
  readonly html?: string;
  readonly jsonFile?: string;
  readonly sign?: string;
  readonly verifierStatistics?: readonly string[];
}

/** Writes a report about what is in the state store, and asks neither service. */
export const report: Command<ReportOptions> = async (invocation) => {
  const { host, output, options, operands } = invocation;
  const kind = (operands[0] ?? "final") as ReportOperand;
  const sign = options.sign === undefined ? undefined : readSigningKey(options.sign, host.cwd);
  const config = await prepareConfig(invocation, { source: false, target: false });
  // Asking for a report must not make a state store.
  if (!(await config.state.exists())) throw noRun();
  await using store = await config.state.open();
  const { document, runs, records } = await MAKERS[kind](store, config, invocation);
  const named = options.html !== undefined || options.jsonFile !== undefined;
  const path = (given: string | undefined, ending: string): string | undefined =>
    given !== undefined
      ? resolve(host.cwd, given)
      : named
        ? undefined
        : join(config.reportDirectory, `${kind}-${runs[0] ?? "project"}.${ending}`);
  const html = path(options.html, "html");
  const json = path(options.jsonFile, "json");
  const sealed = await writeReport(document, { html, json, on: { store, runs }, records, sign });
  output.document(sealed);
  output.line(output.style("bold", describe(document)));
  for (const file of [html, json]) if (file !== undefined) output.line(`  report ${file}`);
  output.line(`  hash ${sealed.integrity.hash}`);
  if (sign !== undefined) output.line("  signed: each file has its signature beside it, with .sig at its end");
  return EXIT_CODES.done;
};

/** A report before it is sealed, with the runs whose records go into it. */
interface Made {
  readonly document: AnyReport;
  readonly runs: readonly string[];
  readonly records?: readonly ReportedRecord[];
}

type Maker = (store: StateStore, config: Config, invocation: Invocation<ReportOptions>) => Promise<Made>;

const MAKERS: Readonly<Record<ReportOperand, Maker>> = {
  async assess(store, config, { host, options }) {
    const run = await findRun(store, options.run, "is not planned yet", isPlanned);
    const groupSizes = await readGroupSizes(store, run.id, host.signal);
    const { assessments, findings } = await assessRun({ store, runId: run.id, plan: run.plan, groupSizes }, config);
    return { document: buildAssessmentReport(assessments, meta(), findings), runs: [run.id] };
  },
  async plan(store, _config, { options }) {
    const run = await findRun(store, options.run, "is not planned yet", isPlanned);
    return { document: buildPlanReport(withoutDescriptions(run), meta()), runs: [run.id] };
  },
  async reconcile(store, _config, { host, output, options }) {
    const run = await findRun(store, options.run, "has not been reconciled", isReconciled);
    const input = await readReconcileInput(store, run.id, { signal: host.signal });
    const bare = { ...input, run: withoutDescriptions(input.run) };
    return { document: buildReconcileReport(bare, meta(), { showValues: output.verbose }), runs: [run.id] };
  },
  async final(store, config, { host, options }) {
    const { signal, cwd } = host;
    const all = await store.listRuns();
    const wanted = options.run === undefined ? undefined : await findRun(store, options.run, "", isAny);
    const projectId = wanted?.projectId ?? config.project?.projectId ?? all[0]?.projectId;
    if (projectId === undefined) throw noRun();
    const tokens = await readVerifierStatistics(options.verifierStatistics ?? [], cwd, systemClock.now(), signal);
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

function noRun(): MigrationError {
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

function describe(document: AnyReport): string {
  switch (document.kind) {
    case "final":
      return document.statement;
    case "assessment":
      return `assessment of ${countOf(document.totals.pools, "user pool")}`;
    case "plan":
      return `plan of run ${document.run}`;
    case "reconcile":
      return `reconcile of run ${document.run}: ${document.verdict}`;
  }
}
