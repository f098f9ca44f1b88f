import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute } from "./route.ts";
import { count, type QueryCount, queryCount, time } from "./values.ts";
import { type RunParams, runParams } from "./run.ts";

/** What one service was asked in a stretch of time. Latencies are in milliseconds. */
export interface ServicePoint {
  readonly requests: number;
  readonly retries: number;
  readonly throttles: number;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** How a run stood during one stretch of time. */
export interface SeriesPoint {
  /** When the stretch begins. */
  readonly at: string;
  /** How long it is, in milliseconds. */
  readonly ms: number;
  readonly step: string | null;
  readonly done: number;
  readonly total: number;
  readonly paused: boolean;
  /** Done in a second, over the last minute; null where nothing is known to compare with. */
  readonly perSecond: number | null;
  /** Until the step is through, at that speed; null while nothing moves. */
  readonly secondsLeft: number | null;
  /** By bucket, the most of what was allowed that was in use, from 0 to 1. */
  readonly use: Readonly<Record<string, number>>;
  readonly cognito: ServicePoint | null;
  readonly descope: ServicePoint | null;
}

/** How a run stood over time. */
export interface RunSeries {
  readonly run: string;
  /** In the order of time; stretches in which nobody was at work are left out. */
  readonly points: readonly SeriesPoint[];
}

const servicePointSchema = z.object({
  requests: count,
  retries: count,
  throttles: count,
  p50: z.number().nullable(),
  p95: z.number().nullable(),
});

const seriesSchema: z.ZodType<RunSeries> = z
  .object({
    run: z.string(),
    points: z.array(
      z
        .object({
          at: time,
          ms: count,
          step: z.string().nullable(),
          done: count,
          total: count,
          paused: z.boolean(),
          perSecond: z.number().nullable(),
          secondsLeft: z.number().nullable(),
          use: z.record(z.string(), z.number()),
          cognito: servicePointSchema.nullable(),
          descope: servicePointSchema.nullable(),
        })
        .openapi("SeriesPoint"),
    ),
  })
  .openapi("RunSeries");

type Query = z.ZodObject<{ from: z.ZodOptional<QueryCount> }>;

const querySchema: Query = z.object({ from: queryCount.optional() });

const PATH = "/api/v1/runs/{run}/series";

/** Gives what charts of a run are drawn of. */
export const readSeries: ConsoleRoute<
  "get",
  typeof PATH,
  RunSeries,
  { readonly params: RunParams; readonly query: Query }
> = consoleRoute({
  method: "get",
  path: PATH,
  operationId: "readSeries",
  summary: "Tells how a run stood over time",
  description:
    "Two thousand points at most: of a run that lasts longer, each stands for a longer stretch. `from` leaves out what was before " +
    "that time, in epoch milliseconds. New points of the newest run are the event `series` of the live stream; one of the same " +
    "time replaces the one before.",
  tag: "Run",
  answer: seriesSchema,
  request: { params: runParams, query: querySchema },
});
