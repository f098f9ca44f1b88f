import { countSettled } from "@cognito-to-descope/core";
import type {
  DefinitionPlan,
  Discrepancy,
  OutcomeCounts,
  PlanCounts,
  PlanDefinitions,
  PoolSnapshot,
  ReconcileSummary,
  Run,
  RunPlan,
  SignInMethod,
  SignInTest,
  SourceOutcomes,
} from "@cognito-to-descope/core";
import { countOf, formatCount } from "./amounts.ts";
import { type ReportedFinding, reportFindings } from "./plan-report.ts";
import { type ReportHeader, reportHeader, type ReportMeta } from "./report-meta.ts";

/** A run that a reconcile has finished on. */
export type ReconciledRun = Run & { readonly plan: RunPlan; readonly reconcile: ReconcileSummary };

/** A user that is not in the project by this run, and was therefore not compared. */
export interface NotComparedUser {
  readonly sub: string;
  /** `pending`: the run was stopped before this user's turn. */
  readonly outcome: "skipped" | "failed" | "pending";
  /** The plan's reason or the failure's class. Without personal data. */
  readonly reason: string;
  /** The project's own words about a failure. May hold personal data: in a report only with `showValues`. */
  readonly detail?: string;
}

/** A list that may be cut: the counts beside it are always of everything. */
export interface CutList<T> {
  readonly total: number;
  readonly listed: readonly T[];
}

/** Everything a reconcile report is made of. `readReconcileInput` reads it from a store. */
export interface ReconcileInput {
  readonly run: ReconciledRun;
  readonly pools: readonly PoolSnapshot[];
  readonly outcomes: OutcomeCounts;
  /** The outcomes of each pool, in the order of the sources. */
  readonly sources: readonly SourceOutcomes[];
  /** Failed users by class. */
  readonly failures: Readonly<Record<string, number>>;
  /** The first discrepancies; how many there are is in the run. */
  readonly discrepancies: readonly Discrepancy[];
  /** Users without a comparison by reason, all of them. */
  readonly notComparedByReason: Readonly<Record<string, number>>;
  /** The first users without a comparison. */
  readonly notCompared: readonly NotComparedUser[];
  /** Absent when no sign-in was tested. */
  readonly signIns?: { readonly method: SignInMethod; readonly tests: readonly SignInTest[] } | undefined;
}

/** One line of the report's list of discrepancies. */
export interface ReportedDiscrepancy {
  /** Absent for a role, a tenant or an attribute definition. */
  readonly sub?: string;
  readonly field: string;
  /** JSON text; only with `showValues`. */
  readonly expected?: string;
  /** JSON text; only with `showValues`. */
  readonly actual?: string;
}

/**
 * What the comparison says.
 *
 * `matches`: everything that the plan named is in the project as planned, no user failed, and no sign-in test had a
 * problem. `differs`: there are discrepancies or sign-in problems. `incomplete`: nothing differs among what was compared,
 * but users failed or are still pending.
 */
export type ReconcileVerdict = "matches" | "differs" | "incomplete";

/** The JSON document of a reconcile, for whoever must be able to show later what was done. */
export interface ReconcileReport extends ReportHeader<"reconcile"> {
  readonly verdict: ReconcileVerdict;
  readonly run: string;
  readonly state: Run["state"];
  readonly projectId: string;
  readonly pools: readonly { readonly userPoolId: string; readonly name: string; readonly region: string }[];
  readonly planHash: string;
  readonly configHash: string;
  /** ISO 8601 in UTC. */
  readonly times: { readonly started: string; readonly reconciled: string };
  /** What the plan wanted. */
  readonly planned: PlanCounts;
  /** What happened. `read` is the sum of all others. */
  readonly users: OutcomeCounts & { readonly read: number; readonly pending: number };
  /** The same for each pool, in the order of the sources. */
  readonly sources: readonly SourceOutcomes[];
  readonly definitions: PlanDefinitions;
  /** Users compared, values compared, users not compared. */
  readonly compared: { readonly users: number; readonly values: number; readonly notCompared: number };
  readonly discrepanciesByField: Readonly<Record<string, number>>;
  readonly discrepancies: CutList<ReportedDiscrepancy>;
  readonly failuresByClass: Readonly<Record<string, number>>;
  readonly notComparedByReason: Readonly<Record<string, number>>;
  readonly notCompared: CutList<NotComparedUser>;
  /** Absent when no sign-in was tested. */
  readonly signIns?: {
    readonly method: SignInMethod;
    readonly tested: number;
    readonly failed: number;
    readonly tests: readonly SignInTest[];
  };
  readonly findings: readonly ReportedFinding[];
  /** Whether values of users may stand in this document. */
  readonly showsValues: boolean;
  /** Plain sentences. */
  readonly checked: readonly string[];
  /** Plain sentences. */
  readonly notChecked: readonly string[];
}

/**
 * Makes the JSON document of a reconcile. Pure: the same input gives the same document.
 *
 * @param options - `showValues` puts personal data into the document: expected and actual values of every discrepancy
 * and the project's words about failures. Default is `false`.
 */
export function buildReconcileReport(
  input: ReconcileInput,
  meta: ReportMeta,
  options: { readonly showValues?: boolean } = {},
): ReconcileReport {
  const { run, outcomes, signIns } = input;
  const { plan, reconcile } = run;
  const showValues = options.showValues ?? false;
  const done = countSettled(outcomes);
  const pending = Math.max(0, plan.counts.read - done);
  const failedSignIns = signIns?.tests.filter(({ problems }) => problems.length > 0).length ?? 0;
  return {
    ...reportHeader("reconcile", meta),
    verdict:
      reconcile.discrepancies > 0 || failedSignIns > 0
        ? "differs"
        : outcomes.failed > 0 || pending > 0
          ? "incomplete"
          : "matches",
    run: run.id,
    state: run.state,
    projectId: run.projectId,
    pools: input.pools.map(({ userPoolId, name, region }) => ({ userPoolId, name, region })),
    planHash: plan.hash,
    configHash: run.configHash,
    times: {
      started: new Date(run.startedAt).toISOString(),
      reconciled: new Date(reconcile.at).toISOString(),
    },
    planned: plan.counts,
    users: { read: done + pending, ...outcomes, pending },
    sources: input.sources,
    definitions: plan.definitions,
    compared: { users: reconcile.checked, values: reconcile.fields, notCompared: reconcile.notCompared },
    discrepanciesByField: reconcile.byField,
    discrepancies: {
      total: reconcile.discrepancies,
      listed: input.discrepancies.map(({ sub, field, expected, actual }) => ({
        ...(sub === undefined ? {} : { sub }),
        field,
        ...(showValues ? { expected, actual } : {}),
      })),
    },
    failuresByClass: input.failures,
    notComparedByReason: input.notComparedByReason,
    notCompared: {
      total: reconcile.notCompared,
      listed: input.notCompared.map(({ detail, ...user }) => ({
        ...user,
        ...(showValues && detail !== undefined ? { detail } : {}),
      })),
    },
    ...(signIns === undefined
      ? {}
      : {
          signIns: {
            method: signIns.method,
            tested: signIns.tests.length,
            failed: failedSignIns,
            tests: signIns.tests,
          },
        }),
    findings: reportFindings(plan.findings),
    showsValues: showValues,
    checked: whatWasChecked(input),
    notChecked: whatWasNotChecked(input, pending),
  };
}

function whatWasChecked({ run: { reconcile, plan }, signIns }: ReconcileInput): readonly string[] {
  const { attributes, roles, tenants } = plan.definitions;
  const count = (definitions: DefinitionPlan<unknown>, one: string): string =>
    countOf(definitions.create.length + definitions.unchanged.length, one);
  return [
    `The project was read back in full, and ${countOf(reconcile.checked, "user")} compared with the plan, value by value.`,
    "Of users that this run created: login IDs, email address, phone number, both verified flags, names, picture, status, creation time, every custom attribute, roles and tenants must be exactly as planned.",
    "Of users that the project had before: everything planned must be there; what the project holds beyond it is not a discrepancy.",
    `Definitions: ${count(attributes, "attribute definition")}, ${count(roles, "role")} and ${count(tenants, "tenant")} must exist as planned.`,
    ...(signIns === undefined
      ? []
      : [
          `Sign-ins: ${countOf(signIns.tests.length, "user")} tried; where one succeeded, subject, roles and tenants in its session token were compared.`,
        ]),
  ];
}

function whatWasNotChecked({ run: { reconcile }, signIns }: ReconcileInput, pending: number): readonly string[] {
  return [
    "Passwords, second factors, passkeys, remembered devices and sessions: none of them can be carried over, so there is nothing to compare.",
    "The pool was not read again: what changed in Cognito after the run read it is not part of this report.",
    "The attribute `freshlyMigrated` may have become false since: the flow that captures a user's first credential does that.",
    "An invited user that is enabled counts as planned: the first sign-in enables it.",
    ...(reconcile.notCompared > 0
      ? [
          `Users that the run left out or failed on: ${formatCount(reconcile.notCompared)}. They are not in the project by this run, but for those that were merged into another user, and are listed by reason.`,
        ]
      : []),
    ...(pending > 0 ? [`Users that had no turn yet, because the run is not finished: ${formatCount(pending)}.`] : []),
    ...(signIns === undefined ? ["No sign-in was tested; `c2d reconcile --sign-in <count>` does that."] : []),
  ];
}
