import { chainEvent, chainStart, createTrafficMeter, type RunEvent, type RunRecord } from "@cognito-to-descope/core";
import type { SealedReport } from "../../src/report/any-report.ts";
import { buildAssessmentReport } from "../../src/report/assessment-report.ts";
import { buildFinalReport } from "../../src/report/final-report.ts";
import { buildPlanReport } from "../../src/report/plan-report.ts";
import type { FinalInput, FinalMain } from "../../src/report/read-final-input.ts";
import { buildReconcileReport } from "../../src/report/reconcile-report.ts";
import { reportRecord, sealReport } from "../../src/report/seal.ts";
import { systemDigest } from "../../src/system.ts";
import { META, sampleAssessment, samplePool, sampleReconcile, sampleRun } from "./sample-reports.ts";

const { run, outcomes, sources } = sampleReconcile();
const AUTHOR = { operator: "ana@build-7", toolVersion: META.toolVersion };

/** What a run of the samples has on record. */
export function sampleEvents(): readonly RunEvent[] {
  const { plan, reconcile } = run;
  const at = run.startedAt;
  return [
    {
      at,
      type: "run-began",
      data: {
        kind: "migrate",
        configHash: run.configHash,
        projectId: run.projectId,
        userPoolIds: run.userPoolIds.join(" "),
        ...AUTHOR,
      },
    },
    { at: at + 1, type: "source-read", data: { users: 1196, pools: 1, digest: "1c".repeat(32), ...AUTHOR } },
    { at: at + 2, type: "plan-made", data: { planHash: plan.hash, ...plan.counts, blockers: 0, ...AUTHOR } },
    { at: at + 3, type: "approved", data: { question: "Apply?", how: "when asked", ...AUTHOR } },
    { at: at + 4, type: "apply-began", data: { planHash: plan.hash, ...AUTHOR } },
    { at: at + 5, type: "paused", data: { by: "ben@laptop" } },
    { at: at + 6, type: "file-written", data: { path: "/home/ana/migration.log" } },
    { at: at + 7, type: "apply-ended", data: { ...outcomes, digest: "2d".repeat(32), ...AUTHOR } },
    {
      at: at + 8,
      type: "reconciled",
      data: {
        checked: reconcile.checked,
        fields: reconcile.fields,
        discrepancies: reconcile.discrepancies,
        notCompared: reconcile.notCompared,
        digest: "3e".repeat(32),
        ...AUTHOR,
      },
    },
    { at: at + 9, type: "sign-ins-tested", data: { method: "management", tested: 4, failed: 1, ...AUTHOR } },
    {
      at: at + 10,
      type: "sso-changed",
      data: { action: "cut-over", connection: "eu-central-1_Ab12Cd34E/Okta", stage: "descope", ...AUTHOR },
    },
  ];
}

/** Events as a store chains them. */
export function recordOf(runId: string, events: readonly RunEvent[], earlier: readonly RunEvent[] = []): RunRecord {
  let head = { events: 0, hash: chainStart(systemDigest, runId, earlier) };
  const chained = events.map((event) => {
    const link = chainEvent(systemDigest, head, event);
    head = { events: link.seq, hash: link.hash };
    return link;
  });
  return { earlier, events: chained, head: chained.length === 0 ? undefined : head };
}

/** A migration of which every part has happened. */
export function sampleFinal(): FinalInput & { readonly main: FinalMain } {
  const record = recordOf(run.id, sampleEvents());
  const main: FinalMain = {
    run,
    outcomes,
    record,
    pending: 0,
    samples: Array.from({ length: 90 }, (_, index) => ({
      at: run.startedAt + index * 5000,
      ms: 5000,
      step: index < 5 ? "planning" : "applying",
      done: index < 5 ? index * 100 : Math.min(1196, (index - 4) * 20),
      total: 1196,
      paused: false,
      buckets: {},
      traffic: createTrafficMeter().take(),
    })),
    failedSignIns: 1,
    notMoved: [
      { outcome: "skipped", reason: "neither a valid email address nor a valid phone number", users: 30 },
      { outcome: "failed", reason: "refused", users: 3 },
    ],
  };
  const source = sources[0];
  return {
    projectId: run.projectId,
    main,
    isTakenBack: false,
    pools: source === undefined ? [] : [{ pool: samplePool(), outcomes: source }],
    runs: [main],
    connections: [
      {
        userPoolId: "eu-central-1_Ab12Cd34E",
        name: "Okta",
        tenantId: "acme",
        ssoId: "",
        providerId: "",
        state: "applied",
        at: run.updatedAt,
        before: { tenantExists: false, domains: [] },
      },
    ],
    passwords: {
      projectId: run.projectId,
      at: "2026-11-23T12:00:00.000Z",
      captured: 420,
      passwordUsers: 900,
      active: { basis: "password-users", users: 900, share: 420 / 900 },
      ready: null,
      forecast: {
        model: "fading",
        share: 0.95,
        date: "2026-12-20",
        earliest: "2026-12-15",
        latest: null,
        activeUsers: 880,
      },
      byDay: Array.from({ length: 90 }, (_, day) => ({
        date: new Date(Date.UTC(2026, 8, 1 + day)).toISOString().slice(0, 10),
        users: (day * 7) % 11,
        until: day,
      })),
      byPool: { "eu-central-1_Ab12Cd34E": 420 },
      left: null,
      verdicts: [{ verdict: "accepted", reason: "correct", count: 420 }],
      tokens: null,
    },
    sessions: { verifiers: 2, cognito: 120, descope: 980, lastCognito: "2026-11-23T11:59:00.000Z" },
    decisions: [{ rule: "noContact", value: '"skip"', isDefault: true }],
  };
}

/** A sealed report of each kind. */
export function sealedSamples(): Readonly<Record<SealedReport["kind"], SealedReport>> {
  const records = [reportRecord(run.id, recordOf(run.id, sampleEvents()))];
  return {
    assessment: sealReport(buildAssessmentReport([sampleAssessment()], META, []), []),
    plan: sealReport(buildPlanReport(sampleRun(), META), [
      reportRecord(run.id, recordOf(run.id, sampleEvents().slice(0, 3))),
    ]),
    reconcile: sealReport(buildReconcileReport(sampleReconcile(), META), records),
    final: sealReport(buildFinalReport(sampleFinal(), META), records),
  };
}
