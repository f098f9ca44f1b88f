import { describe, expect, test } from "vitest";
import { renderReconcileHtml } from "../../src/report/reconcile-html.ts";
import { buildReconcileReport, type ReconcileInput } from "../../src/report/reconcile-report.ts";
import { parsePage } from "./page.ts";
import { META, sampleReconcile } from "./sample-reports.ts";

/** A run in which all went well. */
function clean(): ReconcileInput {
  const input = sampleReconcile();
  return {
    ...input,
    run: {
      ...input.run,
      reconcile: { ...input.run.reconcile, discrepancies: 0, byField: {}, notCompared: 30 },
    },
    outcomes: { ...input.outcomes, created: 1100, failed: 0 },
    failures: {},
    discrepancies: [],
    signIns: undefined,
  };
}

describe("buildReconcileReport", () => {
  test("counts add up to the users read", () => {
    const { users, planned } = buildReconcileReport(sampleReconcile(), META);
    expect(users.created + users.updated + users.unchanged + users.skipped + users.failed + users.pending).toBe(
      users.read,
    );
    expect(users.read).toBe(planned.read);
  });

  test("counts users without an outcome as pending, and calls the run incomplete", () => {
    const input = clean();
    const report = buildReconcileReport({ ...input, outcomes: { ...input.outcomes, created: 1000 } }, META);
    expect(report.users.pending).toBe(100);
    expect(report.users.read).toBe(1196);
    expect(report.verdict).toBe("incomplete");
    expect(report.notChecked.join()).toContain("no turn yet");
  });

  test("matches only without discrepancy, failed user, pending user and failed sign-in", () => {
    expect(buildReconcileReport(clean(), META).verdict).toBe("matches");
    expect(buildReconcileReport(sampleReconcile(), META).verdict).toBe("differs");
    const failed = clean();
    expect(
      buildReconcileReport({ ...failed, outcomes: { ...failed.outcomes, created: 1099, failed: 1 } }, META).verdict,
    ).toBe("incomplete");
    const refused = { ...clean(), signIns: sampleReconcile().signIns };
    expect(buildReconcileReport(refused, META)).toMatchObject({
      verdict: "differs",
      signIns: { tested: 4, failed: 1 },
    });
  });

  test("holds no value of a user and no words of the project unless asked for", () => {
    const without = buildReconcileReport(sampleReconcile(), META);
    expect(JSON.stringify(without)).not.toContain("canary");
    expect(renderReconcileHtml(without)).not.toContain("canary");
    const withValues = buildReconcileReport(sampleReconcile(), META, { showValues: true });
    for (const document of [JSON.stringify(withValues), renderReconcileHtml(withValues)]) {
      for (const canary of ["canary-expected@example.com", "canary-role", "canary-detail taken"]) {
        expect(document).toContain(canary);
      }
    }
  });

  test("is the same document for the same input", () => {
    expect(buildReconcileReport(sampleReconcile(), META)).toEqual(buildReconcileReport(sampleReconcile(), META));
    expect(buildReconcileReport(sampleReconcile(), META)).toMatchObject({
      schemaVersion: 1,
      kind: "reconcile",
      createdAt: "2026-11-23T12:30:05.000Z",
      times: { started: "2026-11-23T12:00:00.000Z", reconciled: "2026-11-23T12:29:00.000Z" },
    });
  });
});

describe("renderReconcileHtml", () => {
  test("shows what identifies the run, and the sum of all outcomes", () => {
    const input = sampleReconcile();
    const text = parsePage(renderReconcileHtml(buildReconcileReport(input, META))).text.replace(/\s+/g, " ");
    for (const part of [
      input.run.id,
      input.run.plan.hash,
      input.run.configHash,
      input.run.projectId,
      "eu-central-1_Ab12Cd34E",
      "2026-11-23 12:29:00 UTC",
      "Tool version 0.1.0",
      "1,097 created + 40 updated + 26 unchanged + 30 skipped + 3 failed = 1,196 read.",
      "3 of 33 are listed here",
    ]) {
      expect(text).toContain(part);
    }
  });

  test("says in which way the sign-ins were tested, or that none were", () => {
    const tested = renderReconcileHtml(buildReconcileReport(sampleReconcile(), META));
    expect(tested).toContain("a disabled user was signed in");
    expect(parsePage(renderReconcileHtml(buildReconcileReport(clean(), META))).text).toContain("None were made.");
  });
});
