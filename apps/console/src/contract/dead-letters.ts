import { z } from "@hono/zod-openapi";
import { type DownloadFormat, downloadFormat, type DownloadRoute, downloadRoute } from "./download.ts";
import { type ConsoleRoute, consoleRoute, type JsonBody, jsonBody } from "./route.ts";
import { failureCauseSchema, type FailureCauseDocument, type RunParams, runParams } from "./run.ts";
import { count, maskableSchema, type MaskableValue, type QueryCount, queryCount } from "./values.ts";

/** A user that failed, and stays failed until somebody tries it again. */
export interface DeadLetter {
  /** Number of the user in the run. */
  readonly seq: number;
  readonly sub: string;
  readonly userPoolId: string;
  readonly kind: string;
  /** What the plan wanted with it: `create`, `patch`, … */
  readonly operation: string;
  /** `login-id-taken`, `refused`, … */
  readonly class: string;
  readonly loginId: MaskableValue;
  /** The project's own words, where it said any. */
  readonly detail: MaskableValue | null;
}

/** A page of users that failed. */
export interface DeadLetters {
  readonly run: string;
  /** All causes of the run, the most frequent first. */
  readonly causes: readonly FailureCauseDocument[];
  /** By ascending number. */
  readonly users: readonly DeadLetter[];
  /** What `after` has to be for the next page; null on the last. */
  readonly next: number | null;
}

const letterSchema = z
  .object({
    seq: count,
    sub: z.string(),
    userPoolId: z.string(),
    kind: z.string(),
    operation: z.string(),
    class: z.string(),
    loginId: maskableSchema,
    detail: maskableSchema.nullable(),
  })
  .openapi("DeadLetter");

const pageSchema: z.ZodType<DeadLetters> = z
  .object({
    run: z.string(),
    causes: z.array(failureCauseSchema),
    users: z.array(letterSchema),
    next: count.nullable(),
  })
  .openapi("DeadLetters");

const failureClass = z.string().regex(/^[a-z-]{1,40}$/);

type Query = z.ZodObject<{ class: z.ZodOptional<z.ZodString>; after: z.ZodOptional<QueryCount> }>;

const querySchema: Query = z.object({ class: failureClass.optional(), after: queryCount.optional() });

const PATH = "/api/v1/runs/{run}/dead-letters";
const REVEAL_PATH = "/api/v1/runs/{run}/dead-letters/reveal";

/** Lists users that failed, masked, a hundred a page. */
export const listDeadLetters: ConsoleRoute<
  "get",
  typeof PATH,
  DeadLetters,
  { readonly params: RunParams; readonly query: Query }
> = consoleRoute({
  method: "get",
  path: PATH,
  operationId: "listDeadLetters",
  summary: "Lists users that failed, by number, a hundred a page",
  description: "`class` takes those of one class. Personal data is masked.",
  tag: "Dead letters",
  answer: pageSchema,
  request: { params: runParams, query: querySchema },
});

/** Which page of users that failed is to be shown as it is. */
export interface RevealDeadLetters {
  readonly class?: string | undefined;
  readonly after?: number | undefined;
}

const revealSchema: z.ZodType<RevealDeadLetters> = z
  .strictObject({ class: failureClass.optional(), after: count.optional() })
  .openapi("RevealDeadLetters");

/** The same page unmasked, which is noted with the run. */
export const revealDeadLetters: ConsoleRoute<
  "post",
  typeof REVEAL_PATH,
  DeadLetters,
  { readonly params: RunParams; readonly body: JsonBody<RevealDeadLetters> }
> = consoleRoute({
  method: "post",
  path: REVEAL_PATH,
  operationId: "revealDeadLetters",
  summary: "Gives the same page with personal data, which is noted with the run",
  tag: "Dead letters",
  answer: pageSchema,
  request: { params: runParams, body: jsonBody(revealSchema) },
});

const EXPORT_PATH = "/api/v1/runs/{run}/dead-letters/export";

type ExportQuery = z.ZodObject<{
  format: z.ZodOptional<typeof downloadFormat>;
  class: z.ZodOptional<z.ZodString>;
}>;

const exportQuery: ExportQuery = z.object({ format: downloadFormat.optional(), class: failureClass.optional() });

/** All of them as a file, masked. */
export const exportDeadLetters: DownloadRoute<
  "get",
  typeof EXPORT_PATH,
  { readonly params: RunParams; readonly query: ExportQuery }
> = downloadRoute({
  method: "get",
  path: EXPORT_PATH,
  operationId: "exportDeadLetters",
  summary: "Gives all users that failed as a file, masked",
  tag: "Dead letters",
  request: { params: runParams, query: exportQuery },
});

/** What is to be downloaded unmasked. */
export interface TakeDeadLetters {
  readonly format: DownloadFormat;
  readonly class?: string | undefined;
}

const takeSchema: z.ZodType<TakeDeadLetters> = z
  .strictObject({ format: downloadFormat, class: failureClass.optional() })
  .openapi("TakeDeadLetters");

/** All of them as a file with personal data, which is noted with the run. */
export const takeDeadLetters: DownloadRoute<
  "post",
  typeof EXPORT_PATH,
  { readonly params: RunParams; readonly body: JsonBody<TakeDeadLetters> }
> = downloadRoute({
  method: "post",
  path: EXPORT_PATH,
  operationId: "takeDeadLetters",
  summary: "Gives all users that failed as a file with personal data, which is noted with the run",
  tag: "Dead letters",
  request: { params: runParams, body: jsonBody(takeSchema) },
});
