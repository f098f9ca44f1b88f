import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute, type JsonBody, jsonBody } from "./route.ts";
import { runKind, type RunKindName } from "./values.ts";

/** What a report is about. */
export type ReportKind = "final" | "assess" | "plan" | "reconcile";

/** A report that can be made now. */
export interface AvailableReport {
  readonly kind: ReportKind;
  /** The run that it is about; null where none has what it needs. */
  readonly run: string | null;
}

/** The record of one run. */
export interface RecordSummary {
  readonly run: string;
  readonly kind: RunKindName;
  readonly events: number;
  /** Hash of the last event; null where nothing is on record. */
  readonly head: string | null;
  /** What is wrong with its chain; empty where it is whole. */
  readonly problems: readonly string[];
}

/** What can be reported, and what is on record. */
export interface ReportOverview {
  readonly reports: readonly AvailableReport[];
  /** Newest first, at most 100. */
  readonly records: readonly RecordSummary[];
}

/** Which report is wanted. */
export interface WantedReport {
  readonly kind: ReportKind;
  /** @defaultValue the newest run that fits */
  readonly run?: string | undefined;
}

/** A report that was made. */
export interface MadeReport {
  /** Beginning of a file name, without personal data. */
  readonly name: string;
  /** The hash of its seal. */
  readonly hash: string;
  /** The JSON document. */
  readonly document: string;
  /** The page. */
  readonly page: string;
}

const kind = z.enum(["final", "assess", "plan", "reconcile"]);

const overviewSchema: z.ZodType<ReportOverview> = z
  .object({
    reports: z.array(z.object({ kind, run: z.string().nullable() })),
    records: z.array(
      z.object({
        run: z.string(),
        kind: runKind,
        events: z.int().min(0),
        head: z.string().nullable(),
        problems: z.array(z.string()),
      }),
    ),
  })
  .openapi("ReportOverview");

const madeSchema: z.ZodType<MadeReport> = z
  .object({ name: z.string(), hash: z.string(), document: z.string(), page: z.string() })
  .openapi("MadeReport");

const wantedSchema: z.ZodType<WantedReport, WantedReport> = z.object({ kind, run: z.string().max(100).optional() });

const PATH = "/api/v1/reports";

/** Says which reports can be made, and checks what is on record. */
export const readReports: ConsoleRoute<"get", typeof PATH, ReportOverview> = consoleRoute({
  method: "get",
  path: PATH,
  operationId: "readReports",
  summary: "Says which reports can be made, and checks the records of the runs",
  tag: "Reports",
  answer: overviewSchema,
  request: {},
});

/** Makes a report, and puts on record that it was made. */
export const createReport: ConsoleRoute<"post", typeof PATH, MadeReport, { body: JsonBody<WantedReport> }> =
  consoleRoute({
    method: "post",
    path: PATH,
    operationId: "createReport",
    summary: "Makes a sealed report as JSON and as a page, and puts on record that it was made",
    description: "It holds no values of users. `c2d report verify` checks it.",
    tag: "Reports",
    answer: madeSchema,
    request: { body: jsonBody(wantedSchema) },
  });
