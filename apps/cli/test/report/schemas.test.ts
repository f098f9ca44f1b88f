import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderReportSchemas } from "../../../../scripts/report-schemas.ts";
import { schemaProblems } from "./report-schemas.ts";
import { sealedSamples } from "./sealed-samples.ts";

test("the schemas are what scripts/generate-report-schemas.ts writes", () => {
  for (const [path, text] of renderReportSchemas()) {
    expect(readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8"), path).toBe(text);
  }
});

test.each(Object.entries(sealedSamples()))(
  "a %s report is valid by its schema, with no member that is not in it",
  (_kind, report) => {
    expect(schemaProblems(report)).toEqual([]);
    expect(schemaProblems({ ...report, createdAt: 5, more: true } as never)).toHaveLength(2);
    const { integrity: _integrity, ...open } = report;
    expect(schemaProblems(open)).toHaveLength(1);
  },
);
