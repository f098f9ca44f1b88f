import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute, type JsonBody, jsonBody } from "./route.ts";
import { count, rateSchema, type RateDocument, time } from "./values.ts";
import { type RunParams, runParams } from "./run.ts";

/** What came of pausing, resuming or throttling a run. */
export interface ControlDocument {
  readonly run: string;
  readonly paused: { readonly since: string; readonly by: string } | null;
  /** Rates that are chosen now, by bucket. */
  readonly rates: Readonly<Record<string, RateDocument>>;
  /** How many processes are at work. */
  readonly workers: number;
  /** How many of them do already what was said; each looks once a second. */
  readonly obeyed: number;
}

const controlSchema: z.ZodType<ControlDocument> = z
  .object({
    run: z.string(),
    paused: z.object({ since: time, by: z.string() }).nullable(),
    rates: z.record(z.string(), rateSchema),
    workers: count,
    obeyed: count,
  })
  .openapi("RunControl");

const PAUSE_PATH = "/api/v1/runs/{run}/pause";
const RESUME_PATH = "/api/v1/runs/{run}/resume";
const THROTTLE_PATH = "/api/v1/runs/{run}/throttle";

/** Holds back every further request of a run. */
export const pauseRun: ConsoleRoute<"post", typeof PAUSE_PATH, ControlDocument, { readonly params: RunParams }> =
  consoleRoute({
    method: "post",
    path: PAUSE_PATH,
    operationId: "pauseRun",
    summary: "Holds back every further request of a run",
    description: "Waits until the processes at work confirm it, for five seconds at most.",
    tag: "Run",
    answer: controlSchema,
    request: { params: runParams },
  });

/** Lets a run that is paused go on. */
export const resumeRun: ConsoleRoute<"post", typeof RESUME_PATH, ControlDocument, { readonly params: RunParams }> =
  consoleRoute({
    method: "post",
    path: RESUME_PATH,
    operationId: "resumeRun",
    summary: "Lets a run that is paused go on",
    tag: "Run",
    answer: controlSchema,
    request: { params: runParams },
  });

/** Which rate is wanted for which bucket. */
export interface ThrottleRequest {
  readonly bucket: string;
  /** `50/60s`, `50%`, `50` (requests in the bucket's window) or `reset`. */
  readonly rate: string;
}

const throttleSchema: z.ZodType<ThrottleRequest> = z
  .strictObject({ bucket: z.string().min(1).max(200), rate: z.string().min(1).max(40) })
  .openapi("ThrottleRequest");

/** Chooses a rate for one bucket of a run, or takes the choice back. */
export const throttleRun: ConsoleRoute<
  "post",
  typeof THROTTLE_PATH,
  ControlDocument,
  { readonly params: RunParams; readonly body: JsonBody<ThrottleRequest> }
> = consoleRoute({
  method: "post",
  path: THROTTLE_PATH,
  operationId: "throttleRun",
  summary: "Chooses a rate for one bucket of a run, or takes the choice back",
  tag: "Run",
  answer: controlSchema,
  request: { params: runParams, body: jsonBody(throttleSchema) },
});
