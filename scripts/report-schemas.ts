// The JSON Schemas of the reports, made from the types that the reports are built with.
import { fileURLToPath } from "node:url";
import { createGenerator } from "ts-json-schema-generator";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Which type is the document of which kind of report. */
const TYPES = {
  assessment: "SealedAssessmentReport",
  plan: "SealedPlanReport",
  reconcile: "SealedReconcileReport",
  final: "SealedFinalReport",
} as const;

/** Paths from the root of the repository, with the texts of the schemas. */
export function renderReportSchemas(): ReadonlyMap<string, string> {
  const generator = createGenerator({
    path: `${root}apps/cli/src/report/any-report.ts`,
    tsconfig: `${root}tsconfig.json`,
    // The compiler of the repository is another one, and has checked them.
    skipTypeCheck: true,
    additionalProperties: false,
    expose: "none",
    jsDoc: "extended",
    topRef: false,
    sortProps: false,
  });
  return new Map(
    Object.entries(TYPES).map(([kind, type]) => [
      `apps/cli/schemas/report-${kind}.schema.json`,
      // New fields do not raise the version of a report, so a schema must let them be.
      `${JSON.stringify({ title: `Report of c2d: ${kind}`, ...generator.createSchema(type) }, withoutClosing, 2)}\n`,
    ]),
  );
}

function withoutClosing(name: string, value: unknown): unknown {
  return name === "additionalProperties" && value === false ? undefined : value;
}
