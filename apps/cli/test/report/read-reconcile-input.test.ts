import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Outcome, StateStore } from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import { afterEach, expect, test } from "vitest";
import { readReconcileInput } from "../../src/report/read-reconcile-input.ts";
import { sampleRun } from "./sample-reports.ts";

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

const RUN = sampleRun().id;

/** A store with an applied run: 700 users that are created, and then one of each outcome that is not compared. */
async function openApplied(reconciled: boolean): Promise<StateStore> {
  const directory = mkdtempSync(join(tmpdir(), "c2d-report-"));
  directories.push(directory);
  const store = await openStateStore(join(directory, "state.db"));
  const { reconcile: _reconcile, ...run } = sampleRun();
  await store.createRun(run);
  const created = 700;
  await store.appendPlanItems(
    RUN,
    Array.from({ length: created + 4 }, (_, index) => ({
      item: {
        seq: index + 1,
        source: 0,
        sub: `sub-${index + 1}`,
        kind: "native" as const,
        operation: index === created ? ("skip" as const) : ("create" as const),
        reason: index === created ? "no contact" : "not in the project",
        findings: [],
      },
      loginIds: [],
    })),
  );
  const outcomes: Outcome[] = Array.from({ length: created }, (_, index) => ({
    seq: index + 1,
    outcome: "created",
    userId: `U${index + 1}`,
  }));
  outcomes.push({ seq: 701, outcome: "skipped", detail: "no contact" });
  outcomes.push({ seq: 702, outcome: "failed", failure: "refused", detail: "words of the project" });
  outcomes.push({ seq: 703, outcome: "failed", failure: "login-id-taken" });
  await store.recordOutcomes(RUN, outcomes);
  await store.appendDiscrepancies(RUN, [{ seq: 1, sub: "sub-1", field: "email", expected: '"a"', actual: '"b"' }]);
  if (reconciled) {
    await store.updateRun(RUN, {
      state: "applied",
      reconcile: { at: 1, checked: 700, fields: 9000, discrepancies: 1, byField: { email: 1 }, notCompared: 4 },
    });
  }
  return store;
}

test("gathers every user without a comparison, across pages, with its reason", async () => {
  await using store = await openApplied(true);
  const input = await readReconcileInput(store, RUN);
  expect(input.notCompared).toEqual([
    { sub: "sub-701", outcome: "skipped", reason: "no contact" },
    { sub: "sub-702", outcome: "failed", reason: "refused", detail: "words of the project" },
    { sub: "sub-703", outcome: "failed", reason: "login-id-taken" },
    { sub: "sub-704", outcome: "pending", reason: "no turn yet" },
  ]);
  expect(input.outcomes).toEqual({ created: 700, updated: 0, unchanged: 0, skipped: 1, failed: 2, deleted: 0 });
  expect(input.failures).toEqual({ refused: 1, "login-id-taken": 1 });
  expect(input.discrepancies).toHaveLength(1);
});

test("cuts the lists and counts everything all the same", async () => {
  await using store = await openApplied(true);
  const input = await readReconcileInput(store, RUN, { listLimit: 1 });
  expect(input.notCompared).toHaveLength(1);
  expect(input.notComparedByReason).toEqual({ "login-id-taken": 1, "no contact": 1, "no turn yet": 1, refused: 1 });
});

test("refuses a run that was never reconciled, and one that is not there", async () => {
  await using store = await openApplied(false);
  await expect(readReconcileInput(store, RUN)).rejects.toMatchObject({ code: "ERR_PLAN_MISSING" });
  await expect(readReconcileInput(store, "another")).rejects.toMatchObject({ code: "ERR_PLAN_MISSING" });
});
