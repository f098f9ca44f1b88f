import { describe, expect, test } from "vitest";
import { renderFinalHtml } from "../../src/report/final-html.ts";
import { buildFinalReport } from "../../src/report/final-report.ts";
import type { FinalInput } from "../../src/report/read-final-input.ts";
import { parsePage } from "./page.ts";
import { META } from "./sample-reports.ts";
import { sampleFinal } from "./sealed-samples.ts";

const { main, ...rest } = sampleFinal();

function build(
  change: Partial<FinalInput["main"]> | undefined,
  more: Partial<FinalInput> = {},
): ReturnType<typeof buildFinalReport> {
  return buildFinalReport({ ...rest, main: change === undefined ? undefined : { ...main, ...change }, ...more }, META);
}

const CLEAN = {
  outcomes: { created: 1100, updated: 40, unchanged: 26, skipped: 30, failed: 0, deleted: 0 },
  failedSignIns: 0,
  run: { ...main.run, reconcile: { ...main.run.reconcile, discrepancies: 0 } },
} as unknown as Partial<FinalInput["main"]>;

describe("the verdict of a migration", () => {
  test("is complete when everybody was moved or left out, and nothing differs", () => {
    expect(build(CLEAN)).toMatchObject({
      verdict: "complete",
      statement:
        "1,166 of 1,196 users of 1 user pool are in the Descope project, compared value by value without a discrepancy. 30 were left out, as planned.",
      numbers: { read: 1196, moved: 1166, leftOut: 30, notYet: 0, discrepancies: 0 },
    });
  });

  test("is open while users failed, something differs, a sign-in had problems, or nothing was compared", () => {
    expect(build({}).statement).toContain("open points: 3 users failed, 3 discrepancies, 1 sign-in test with problems");
    const { reconcile: _reconcile, ...uncompared } = main.run;
    const report = build({ ...CLEAN, run: uncompared });
    expect(report).toMatchObject({ verdict: "open", numbers: { discrepancies: null }, verification: null });
    expect(report.statement).toContain("nothing was compared yet");
    expect(report.openPoints).toContainEqual({
      what: "The project was not compared with the plan.",
      next: "`c2d reconcile`",
    });
  });

  test("is unfinished while the run reads, waits or applies, and says how far it is", () => {
    const { plan: _plan, reconcile: _reconcile, ...reading } = main.run;
    const nobody = { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0, deleted: 0 };
    expect(build({ run: { ...reading, state: "reading" }, outcomes: nobody })).toMatchObject({
      verdict: "unfinished",
      statement: "1 user pool is being read; nothing is planned yet.",
    });
    expect(build({ run: { ...main.run, state: "planned" }, outcomes: nobody, pending: 1196 })).toMatchObject({
      verdict: "unfinished",
      statement: "1,196 users of 1 user pool are planned, and nothing is applied yet.",
    });
    expect(
      build({ run: { ...main.run, state: "applying" }, outcomes: { ...nobody, created: 96 }, pending: 1100 }),
    ).toMatchObject({
      verdict: "unfinished",
      statement: "96 of 1,196 users of 1 user pool are in the Descope project so far; 1,100 had no turn yet or failed.",
    });
  });

  test("says when a migration was taken back, and when none has begun", () => {
    expect(build({}, { isTakenBack: true })).toMatchObject({ verdict: "taken-back" });
    expect(build(undefined, { runs: [], pools: [] })).toMatchObject({
      verdict: "not-begun",
      mainRun: null,
      users: null,
      people: [],
      timeline: [],
    });
  });
});

test("a final report gathers runs, people, connections and what is left", () => {
  const report = build({});
  expect(report.people).toEqual([
    expect.objectContaining({ operator: "ana@build-7", events: 9 }),
    expect.objectContaining({ operator: "ben@laptop", events: 1 }),
  ]);
  expect(report.connections).toEqual([expect.objectContaining({ name: "Okta", state: "applied", cutOver: "descope" })]);
  expect(report.timeline.at(0)).toMatchObject({ what: "run began: migrate", who: "ana@build-7" });
  expect(report.timeline.some(({ what }) => what.includes("file"))).toBe(false);
  expect(report.openPoints.map(({ what }) => what)).toEqual([
    "3 users failed.",
    "3 discrepancies between plan and project.",
    "1 sign-in test had problems.",
    "Passwords of 480 users are with the pool only: they move at the next sign-in.",
  ]);
  expect(report.runs).toEqual([expect.objectContaining({ rolledBackBy: null, record: main.record.head })]);
});

test("its page shows the verdict, five numbers and what is missing, whatever parts there are", () => {
  const text = parsePage(
    renderFinalHtml(
      build(undefined, {
        runs: [],
        pools: [],
        connections: [],
        passwords: undefined,
        sessions: null,
        decisions: undefined,
      }),
    ),
  ).text;
  for (const words of [
    "The migration has not begun",
    "not compared",
    "No password was checked just in time.",
    "None were written.",
    "Back ends were not asked",
    "is not at hand",
    "Nothing is on record.",
  ]) {
    expect(text).toContain(words);
  }
  const whole = parsePage(renderFinalHtml(build({}))).text;
  for (const words of [
    "with open points",
    "1,163",
    "Okta",
    "ben@laptop",
    "420",
    "95.0 %",
    "neither a valid email address",
  ]) {
    expect(whole).toContain(words);
  }
});
