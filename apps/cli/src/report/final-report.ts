import type { DefinitionPlan, OutcomeCounts, PlanDefinitions, ReconcileSummary, Run } from "@cognito-to-descope/core";
import type { ProgressDocument } from "../jit-progress/progress-document.ts";
import { eventOperator, eventWords } from "./event-words.ts";
import type { FinalInput, FinalRunInput } from "./read-final-input.ts";
import { judgeMigration, type MigrationVerdict, type Judgement } from "./final-verdict.ts";
import { paceOf, type PaceEntry } from "./pace.ts";
import { openPoints } from "./open-points.ts";
import { type ReportedFinding, reportFindings } from "./plan-report.ts";
import { type ReportHeader, reportHeader, type ReportMeta } from "./report-meta.ts";

/** The most entries of a timeline: the newest. All that a report holds are in its records. */
const MAX_TIMELINE = 400;

/** One user pool in a final report. `read` is the sum of the counts below it. */
export interface FinalPool {
  readonly userPoolId: string;
  readonly name: string;
  readonly region: string;
  readonly tenant: string | null;
  readonly read: number;
  /** In the project: created, updated, or there as planned. */
  readonly moved: number;
  readonly leftOut: number;
  readonly failed: number;
  readonly pending: number;
}

/** One run in a final report. */
export interface FinalRun {
  readonly run: string;
  readonly kind: Run["kind"];
  readonly state: Run["state"];
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly planHash: string | null;
  readonly configHash: string;
  readonly users: OutcomeCounts;
  readonly rollsBack: string | null;
  readonly rolledBackBy: string | null;
  /** How many events are on record, and the hash of the last; null for a run of a version that kept no chain. */
  readonly record: { readonly events: number; readonly hash: string } | null;
}

/** Users that are not in the project by the main run, and why. */
export interface NotMoved {
  readonly outcome: "skipped" | "failed" | "pending";
  /** The plan's reason or the failure's class. Without personal data. */
  readonly reason: string;
  readonly users: number;
}

/** Something that happened, in words. */
export interface TimelineEntry {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly run: string;
  readonly what: string;
  readonly who: string | null;
}

/** A connection, as this product last wrote it. */
export interface FinalConnection {
  readonly userPoolId: string;
  readonly name: string;
  readonly tenantId: string;
  readonly state: "applying" | "applied" | "rolled-back";
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** Where the bridge sends its sign-ins, by the last cut-over on record; null where none is. */
  readonly cutOver: string | null;
}

/** How many definitions of one kind there are. */
export interface DefinitionCounts {
  readonly created: number;
  readonly unchanged: number;
}

/** Something that is left to do. */
export interface OpenPoint {
  readonly what: string;
  readonly next: string;
}

/** A rule of the config. */
export interface Decision {
  readonly rule: string;
  /** JSON text. */
  readonly value: string;
  /** Whether it is what holds where a config says nothing. */
  readonly isDefault: boolean;
}

/** Somebody who gave commands. */
export interface Person {
  readonly operator: string;
  readonly events: number;
  /** ISO 8601 in UTC. */
  readonly first: string;
  readonly last: string;
}

/** One document about a whole migration. Holds no personal data of users. */
export interface FinalReport extends ReportHeader<"final"> {
  readonly verdict: MigrationVerdict;
  /** The verdict in one sentence. */
  readonly statement: string;
  /** What the first page shows. Users are those of {@link mainRun}. */
  readonly numbers: Judgement["numbers"];
  readonly projectId: string;
  /** The run that the numbers of users are of: the newest migration that was not taken back. */
  readonly mainRun: string | null;
  readonly pools: readonly FinalPool[];
  /** Of the project, the newest first. */
  readonly runs: readonly FinalRun[];
  /** In order of time; of a long one the newest entries. */
  readonly timeline: readonly TimelineEntry[];
  readonly users: (OutcomeCounts & { readonly pending: number }) | null;
  readonly notMoved: readonly NotMoved[];
  /** How fast the main run was applied; empty where nothing was measured. */
  readonly pace: readonly PaceEntry[];
  readonly definitions: Readonly<Record<"attributes" | "roles" | "tenants", DefinitionCounts>> | null;
  readonly findings: readonly ReportedFinding[];
  /** The last comparison of the main run; null where there was none. */
  readonly verification: (Omit<ReconcileSummary, "at"> & { readonly at: string }) | null;
  readonly signIns: {
    readonly at: string;
    readonly method: string;
    readonly tested: number;
    readonly failed: number;
  } | null;
  /** How far capturing passwords is, as `c2d jit status` says it; null where no password was ever checked. */
  readonly passwords: ProgressDocument | null;
  readonly connections: readonly FinalConnection[];
  /** Tokens that back ends accepted, where their verifiers were asked. */
  readonly sessions: {
    readonly verifiers: number;
    readonly cognito: number;
    readonly descope: number;
    readonly lastCognito: string | null;
  } | null;
  readonly openPoints: readonly OpenPoint[];
  /** Null where the config that the main run was planned with is not at hand. */
  readonly decisions: readonly Decision[] | null;
  readonly people: readonly Person[];
}

/** Makes the JSON document about a whole migration. Pure: the same input gives the same document. */
export function buildFinalReport(input: FinalInput, meta: ReportMeta): FinalReport {
  const { main, runs } = input;
  const judged = judgeMigration(input);
  return {
    ...reportHeader("final", meta),
    ...judged,
    projectId: input.projectId,
    mainRun: main?.run.id ?? null,
    pools: input.pools.map(({ pool, outcomes }) => ({
      userPoolId: pool.userPoolId,
      name: pool.name,
      region: pool.region,
      tenant: outcomes.tenant ?? null,
      read: outcomes.read,
      moved: outcomes.created + outcomes.updated + outcomes.unchanged,
      leftOut: outcomes.skipped + outcomes.deleted,
      failed: outcomes.failed,
      pending: outcomes.pending,
    })),
    runs: runs.map((run) => finalRun(run, runs)),
    timeline: timelineOf(runs),
    users: main === undefined ? null : { ...main.outcomes, pending: main.pending },
    notMoved: main?.notMoved ?? [],
    pace: paceOf(main?.samples ?? []),
    definitions: main?.run.plan === undefined ? null : countDefinitions(main.run.plan.definitions),
    findings: reportFindings(main?.run.plan?.findings ?? []),
    verification: verificationOf(main?.run),
    signIns: signInsOf(main),
    passwords: input.passwords ?? null,
    connections: connectionsOf(input),
    sessions: input.sessions ?? null,
    openPoints: openPoints(input),
    decisions: input.decisions ?? null,
    people: peopleOf(runs),
  };
}

function finalRun({ run, outcomes, record }: FinalRunInput, runs: readonly FinalRunInput[]): FinalRun {
  const takenBack = runs.find(
    ({ run: other }) =>
      other.kind === "rollback" &&
      other.rollsBack === run.id &&
      (other.state === "applying" || other.state === "applied"),
  );
  return {
    run: run.id,
    kind: run.kind,
    state: run.state,
    startedAt: iso(run.startedAt),
    updatedAt: iso(run.updatedAt),
    planHash: run.plan?.hash ?? null,
    configHash: run.configHash,
    users: outcomes,
    rollsBack: run.rollsBack ?? null,
    rolledBackBy: takenBack?.run.id ?? null,
    record: record.head ?? null,
  };
}

function timelineOf(runs: readonly FinalRunInput[]): readonly TimelineEntry[] {
  return runs
    .flatMap(({ run, record }) =>
      [...record.earlier, ...record.events]
        .filter(({ type }) => type !== "file-written")
        .map((event) => ({ event, run: run.id })),
    )
    .sort((a, b) => a.event.at - b.event.at)
    .slice(-MAX_TIMELINE)
    .map(({ event, run }) => ({
      at: iso(event.at),
      run,
      what: eventWords(event),
      who: eventOperator(event.data) ?? null,
    }));
}

function countDefinitions({ attributes, roles, tenants }: PlanDefinitions): FinalReport["definitions"] {
  const count = ({ create, unchanged }: DefinitionPlan<unknown>): DefinitionCounts => ({
    created: create.length,
    unchanged: unchanged.length,
  });
  return { attributes: count(attributes), roles: count(roles), tenants: count(tenants) };
}

function verificationOf(run: Run | undefined): FinalReport["verification"] {
  return run?.reconcile === undefined ? null : { ...run.reconcile, at: iso(run.reconcile.at) };
}

function signInsOf(main: FinalInput["main"]): FinalReport["signIns"] {
  const event = main?.record.events.findLast(({ type }) => type === "sign-ins-tested");
  if (event === undefined) return null;
  const { method, tested, failed } = event.data;
  return { at: iso(event.at), method: String(method), tested: Number(tested), failed: Number(failed) };
}

function connectionsOf({ connections, runs }: FinalInput): readonly FinalConnection[] {
  const stages = new Map<string, string>();
  const changes = runs
    .flatMap(({ record }) => record.events)
    .filter(({ type, data }) => type === "sso-changed" && data["action"] === "cut-over")
    .sort((a, b) => a.at - b.at);
  for (const { data } of changes) stages.set(String(data["connection"]), String(data["stage"]));
  return connections.map(({ userPoolId, name, tenantId, state, at }) => ({
    userPoolId,
    name,
    tenantId,
    state,
    at: iso(at),
    cutOver: stages.get(`${userPoolId}/${name}`) ?? null,
  }));
}

function peopleOf(runs: readonly FinalRunInput[]): readonly Person[] {
  const people = new Map<string, { events: number; first: number; last: number }>();
  for (const { at, data } of runs.flatMap(({ record }) => [...record.earlier, ...record.events])) {
    const operator = eventOperator(data);
    if (operator === undefined) continue;
    const known = people.get(operator) ?? { events: 0, first: at, last: at };
    people.set(operator, {
      events: known.events + 1,
      first: Math.min(known.first, at),
      last: Math.max(known.last, at),
    });
  }
  return [...people]
    .sort(([a, x], [b, y]) => y.events - x.events || (a < b ? -1 : 1))
    .map(([operator, { events, first, last }]) => ({ operator, events, first: iso(first), last: iso(last) }));
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
