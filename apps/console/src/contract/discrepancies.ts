import { z } from "@hono/zod-openapi";
import { type DownloadFormat, downloadFormat, type DownloadRoute, downloadRoute } from "./download.ts";
import { type ConsoleRoute, consoleRoute, type JsonBody, jsonBody } from "./route.ts";
import { type RunParams, runParams } from "./run.ts";
import { count, maskableSchema, type MaskableValue, type QueryCount, queryCount, time } from "./values.ts";

/** What kind of difference it is. */
export type DiscrepancyCause =
  /** The user is not in the project. */
  | "user-missing"
  /** The user is in the project more than once. */
  | "user-doubled"
  /** A role, a tenant or an attribute definition. */
  | "definition"
  /** The project has nothing where the plan has a value. */
  | "value-missing"
  /** The project has another value. */
  | "value-differs";

/** One difference between what was planned and what the project has. */
export interface DiscrepancyDocument {
  /** Number of the discrepancy in the run. */
  readonly no: number;
  /** Number of the user in the run; null for a definition, and for a run that followed earlier ones. */
  readonly seq: number | null;
  /** Null for a definition. */
  readonly sub: string | null;
  readonly field: string;
  readonly cause: DiscrepancyCause;
  /** JSON text. */
  readonly expected: MaskableValue;
  /** JSON text. */
  readonly actual: MaskableValue;
}

/** Discrepancies in one field. */
export interface FieldCount {
  readonly field: string;
  readonly count: number;
  /** What a discrepancy there means, and what to do. */
  readonly advice: string;
}

/** A page of discrepancies. */
export interface Discrepancies {
  readonly run: string;
  /** Absent where no reconcile of the run has finished. */
  readonly reconcile: { readonly at: string; readonly checked: number; readonly discrepancies: number } | null;
  /** All fields that differ anywhere, the most frequent first. */
  readonly fields: readonly FieldCount[];
  /** In the order in which they were found. */
  readonly discrepancies: readonly DiscrepancyDocument[];
  /** What `after` has to be for the next page; null on the last. */
  readonly next: number | null;
}

const discrepancySchema = z
  .object({
    no: count,
    seq: count.nullable(),
    sub: z.string().nullable(),
    field: z.string(),
    cause: z.enum(["user-missing", "user-doubled", "definition", "value-missing", "value-differs"]),
    expected: maskableSchema,
    actual: maskableSchema,
  })
  .openapi("Discrepancy");

const pageSchema: z.ZodType<Discrepancies> = z
  .object({
    run: z.string(),
    reconcile: z.object({ at: time, checked: count, discrepancies: count }).nullable(),
    fields: z.array(z.object({ field: z.string(), count, advice: z.string() })),
    discrepancies: z.array(discrepancySchema),
    next: count.nullable(),
  })
  .openapi("Discrepancies");

const fieldName = z.string().min(1).max(500);

type Query = z.ZodObject<{ field: z.ZodOptional<z.ZodString>; after: z.ZodOptional<QueryCount> }>;

const querySchema: Query = z.object({ field: fieldName.optional(), after: queryCount.optional() });

const PATH = "/api/v1/runs/{run}/discrepancies";
const REVEAL_PATH = "/api/v1/runs/{run}/discrepancies/reveal";

/** Lists discrepancies, masked, a hundred a page. */
export const listDiscrepancies: ConsoleRoute<
  "get",
  typeof PATH,
  Discrepancies,
  { readonly params: RunParams; readonly query: Query }
> = consoleRoute({
  method: "get",
  path: PATH,
  operationId: "listDiscrepancies",
  summary: "Lists what a reconcile found, a hundred a page",
  description: "`field` takes those in one field. Personal data is masked.",
  tag: "Discrepancies",
  answer: pageSchema,
  request: { params: runParams, query: querySchema },
});

/** Which page of discrepancies is to be shown as it is. */
export interface RevealDiscrepancies {
  readonly field?: string | undefined;
  readonly after?: number | undefined;
}

const revealSchema: z.ZodType<RevealDiscrepancies> = z
  .strictObject({ field: fieldName.optional(), after: count.optional() })
  .openapi("RevealDiscrepancies");

/** The same page unmasked, which is noted with the run. */
export const revealDiscrepancies: ConsoleRoute<
  "post",
  typeof REVEAL_PATH,
  Discrepancies,
  { readonly params: RunParams; readonly body: JsonBody<RevealDiscrepancies> }
> = consoleRoute({
  method: "post",
  path: REVEAL_PATH,
  operationId: "revealDiscrepancies",
  summary: "Gives the same page with personal data, which is noted with the run",
  tag: "Discrepancies",
  answer: pageSchema,
  request: { params: runParams, body: jsonBody(revealSchema) },
});

const EXPORT_PATH = "/api/v1/runs/{run}/discrepancies/export";

type ExportQuery = z.ZodObject<{
  format: z.ZodOptional<typeof downloadFormat>;
  field: z.ZodOptional<z.ZodString>;
}>;

const exportQuery: ExportQuery = z.object({ format: downloadFormat.optional(), field: fieldName.optional() });

/** All of them as a file, masked. */
export const exportDiscrepancies: DownloadRoute<
  "get",
  typeof EXPORT_PATH,
  { readonly params: RunParams; readonly query: ExportQuery }
> = downloadRoute({
  method: "get",
  path: EXPORT_PATH,
  operationId: "exportDiscrepancies",
  summary: "Gives all discrepancies as a file, masked",
  tag: "Discrepancies",
  request: { params: runParams, query: exportQuery },
});

/** What is to be downloaded unmasked. */
export interface TakeDiscrepancies {
  readonly format: DownloadFormat;
  readonly field?: string | undefined;
}

const takeSchema: z.ZodType<TakeDiscrepancies> = z
  .strictObject({ format: downloadFormat, field: fieldName.optional() })
  .openapi("TakeDiscrepancies");

/** All of them as a file with personal data, which is noted with the run. */
export const takeDiscrepancies: DownloadRoute<
  "post",
  typeof EXPORT_PATH,
  { readonly params: RunParams; readonly body: JsonBody<TakeDiscrepancies> }
> = downloadRoute({
  method: "post",
  path: EXPORT_PATH,
  operationId: "takeDiscrepancies",
  summary: "Gives all discrepancies as a file with personal data, which is noted with the run",
  tag: "Discrepancies",
  request: { params: runParams, body: jsonBody(takeSchema) },
});
