import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute } from "./route.ts";
import { type QueryCount, queryCount, time } from "./values.ts";
import { type RunParams, runParams } from "./run.ts";

/** One thing that happened in a run. Without personal data. */
export interface LogEntry {
  /** Later entries of a run have higher numbers. */
  readonly no: number;
  readonly at: string;
  /** `paused`, `throttled`, `step`, `waited`, `fault`, … */
  readonly type: string;
  readonly data: Readonly<Record<string, string | number | boolean>>;
  /** The same in words. */
  readonly text: string;
}

/** Part of what happened in a run, the oldest first. */
export interface RunLogPage {
  readonly run: string;
  readonly entries: readonly LogEntry[];
  /** Whether there is more before the first of them. */
  readonly more: boolean;
}

const entrySchema = z
  .object({
    no: z.int(),
    at: time,
    type: z.string(),
    data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    text: z.string(),
  })
  .openapi("LogEntry");

const pageSchema: z.ZodType<RunLogPage> = z
  .object({ run: z.string(), entries: z.array(entrySchema), more: z.boolean() })
  .openapi("RunLogPage");

type Query = z.ZodObject<{ before: z.ZodOptional<QueryCount> }>;

const querySchema: Query = z.object({ before: queryCount.optional() });

const PATH = "/api/v1/runs/{run}/log";

/** Gives what happened in a run, backwards from an entry, or from the end. */
export const readLog: ConsoleRoute<
  "get",
  typeof PATH,
  RunLogPage,
  { readonly params: RunParams; readonly query: Query }
> = consoleRoute({
  method: "get",
  path: PATH,
  operationId: "readLog",
  summary: "Tells what happened in a run",
  description:
    "The hundred entries before the one with the number `before`, or the newest ones. What is new in the newest run is the event " +
    "`log` of the live stream.",
  tag: "Run",
  answer: pageSchema,
  request: { params: runParams, query: querySchema },
});
