import { fc, test as propertyTest } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { renderReport, type SealedReport } from "../../src/report/any-report.ts";
import { hashReport, sealReport, type Sealed } from "../../src/report/seal.ts";
import { verifyReport } from "../../src/report/verify-report.ts";
import { META } from "./sample-reports.ts";
import { recordOf, sampleEvents, sealedSamples } from "./sealed-samples.ts";
import { reportRecord } from "../../src/report/seal.ts";

const SAMPLES = Object.entries(sealedSamples());
const VERSION = META.toolVersion;

function problemsOf(text: string, version = VERSION): readonly string[] | undefined {
  return verifyReport(text, version)?.checks.flatMap(({ problems }) => problems);
}

type Path = readonly (string | number)[];

/** The paths of everything in a document that is no list and no object. */
function leavesOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return members.length === 0 ? [path] : members.flatMap(([name, member]) => leavesOf(member, [...path, name]));
}

function changedAt(document: unknown, path: Path): unknown {
  const [name, ...rest] = path;
  if (name === undefined) {
    if (typeof document === "string") return `${document}x`;
    if (typeof document === "number") return document + 1;
    return typeof document === "boolean" ? !document : "changed";
  }
  const copy = structuredClone(document) as Record<string | number, unknown>;
  copy[name] = changedAt(copy[name], rest);
  return copy;
}

describe.each(SAMPLES)("a sealed %s report", (_kind, report) => {
  const leaves = leavesOf(report);

  test("verifies as it was written, as data and as a page", () => {
    expect(problemsOf(JSON.stringify(report))).toEqual([]);
    expect(problemsOf(JSON.stringify(report, undefined, 2))).toEqual([]);
    expect(problemsOf(renderReport(report))).toEqual([]);
  });

  test("is found changed, or is no report any more, whichever of its fields is changed", () => {
    expect(leaves.length).toBeGreaterThan(50);
    for (const path of leaves) {
      const problems = problemsOf(JSON.stringify(changedAt(report, path)));
      expect(problems === undefined || problems.length > 0, path.join(".")).toBe(true);
    }
  });

  propertyTest.prop([fc.nat(), fc.constantFrom("0", "x", "<", " ", "é")], { numRuns: 60 })(
    "is found changed whichever character of its page is another one",
    (at, character) => {
      const page = renderReport(report);
      const index = at % page.length;
      fc.pre(page[index] !== character);
      const problems = problemsOf(page.slice(0, index) + character + page.slice(index + 1));
      expect(problems === undefined || problems.length > 0, `${index}: ${page.slice(index - 40, index + 40)}`).toBe(
        true,
      );
    },
  );

  test("does not depend on the order in which its members are written", () => {
    const reversed = JSON.parse(JSON.stringify(report), (_name, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    ) as unknown;
    expect(problemsOf(JSON.stringify(reversed))).toEqual([]);
  });
});

describe("verifyReport", () => {
  const { final, reconcile, plan } = sealedSamples();

  /** What somebody writes who knows how a seal is made. */
  function resealed(report: SealedReport, change: object): string {
    const { integrity: _integrity, records, ...rest } = report;
    return JSON.stringify(sealReport({ ...rest, ...change }, records));
  }

  test("finds numbers that are not those on record, even under a new seal", () => {
    const said = problemsOf(resealed(reconcile, { planHash: "00".repeat(32) }));
    expect(said).toEqual([expect.stringContaining("the plan hash of run")]);
    if (reconcile.kind !== "reconcile") throw new Error("unexpected");
    const users = { ...reconcile.users, failed: 0 };
    expect(problemsOf(resealed(reconcile, { users }))).toEqual([expect.stringContaining("the number of failed users")]);
    const discrepancies = { total: 0, listed: [] };
    expect(problemsOf(resealed(reconcile, { discrepancies }))).toEqual([
      expect.stringContaining("the number of discrepancies"),
    ]);
    if (final.kind !== "final") throw new Error("unexpected");
    const runs = final.runs.map((run) => ({ ...run, configHash: "00" }));
    expect(problemsOf(resealed(final, { runs }))).toEqual([expect.stringContaining("the config hash of run")]);
  });

  test("finds an event that was changed, left out or put in, even under a new seal", () => {
    const record = plan.records[0];
    if (record === undefined) throw new Error("unexpected");
    const [first, second, third] = record.events;
    if (first === undefined || second === undefined || third === undefined) throw new Error("unexpected");
    const under = (change: object): readonly string[] | undefined => {
      const { integrity: _integrity, records: _records, ...rest } = plan;
      return problemsOf(JSON.stringify(sealReport(rest, [{ ...record, ...change }])));
    };
    expect(under({ events: [first, { ...second, data: { users: 1 } }, third] })).toEqual([
      expect.stringContaining("event 2 (source-read)"),
    ]);
    expect(under({ events: [first, { ...second, data: { users: 1 }, dataHash: "00" }, third] })).toHaveLength(1);
    expect(under({ events: [first, third] })).toEqual([expect.stringContaining("event 3 (plan-made)")]);
    expect(under({ events: [first, second] })).toEqual([expect.stringContaining("ends with event 2")]);
    expect(under({ earlier: [{ at: 1, type: "x", data: {} }] })).toHaveLength(1);
    expect(under({ head: null })).toHaveLength(1);
  });

  test("does not compare the page of another version, and says so", () => {
    const page = renderReport(final).replace("<h1>Migration report</h1>", "<h1>Another heading</h1>");
    expect(problemsOf(page)).toEqual(["the page shows something else than the data in it says"]);
    const verified = verifyReport(page, "9.9.9");
    expect(verified?.checks.at(-1)).toMatchObject({
      problems: [],
      skipped: expect.stringContaining("9.9.9") as string,
    });
  });

  test("takes nothing else for a report", () => {
    for (const text of ["", "{}", "[]", "null", "<html></html>", JSON.stringify({ ...plan, kind: "novel" })]) {
      expect(verifyReport(text, VERSION)).toBeUndefined();
    }
    const { integrity: _integrity, ...open } = plan;
    expect(verifyReport(JSON.stringify(open), VERSION)).toBeUndefined();
  });

  test("tells what came before the chain of an older run, and that the chain covers it", () => {
    const earlier = [{ at: 1, type: "throttled", data: { waitedMs: 5 } }];
    const record = reportRecord("run-1", recordOf("run-1", sampleEvents().slice(3, 5), earlier));
    const { integrity: _integrity, records: _records, ...rest } = plan;
    const report = sealReport({ ...rest, run: "run-1" }, [record]) as SealedReport;
    expect(problemsOf(JSON.stringify(report))).toEqual([]);
    expect(renderReport(report)).toContain("1 event of a version that kept no chain came before");
  });
});

test("what reports withhold is still hashed: where files are says who the operator is", () => {
  const { final } = sealedSamples();
  expect(JSON.stringify(final)).not.toContain("/home/ana");
  expect(final.records[0]?.events[6]).toMatchObject({
    type: "file-written",
    dataHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
  expect(hashReport(final as Sealed<object>)).toBe(final.integrity.hash);
});
