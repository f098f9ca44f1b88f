import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute } from "./route.ts";
import {
  count,
  type RateDocument,
  rateSchema,
  runId,
  runKind,
  type RunKindName,
  runState,
  type RunStateName,
  time,
} from "./values.ts";

/** One bucket of a service's quota, of all processes that work on the run. */
export interface RunBucket {
  /** As operators name it: `user-create`, `UserList@eu-west-1`. */
  readonly bucket: string;
  readonly service: "cognito" | "descope";
  readonly quota: RateDocument;
  /** What the operator chose for it; null where that is the quota. */
  readonly chosen: RateDocument | null;
  /** Requests per window that are allowed now: less than the rate after throttling. */
  readonly allowed: number;
  /** Places that are taken. */
  readonly inUse: number;
  /** How often the service has throttled since the processes began. */
  readonly throttles: number;
}

/** What one service was asked in the last minute. Latencies are in milliseconds. */
export interface RunService {
  readonly service: "cognito" | "descope";
  readonly requests: number;
  readonly retries: number;
  readonly throttles: number;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** A process that works on the run, or did. */
export interface RunWorker {
  readonly host: string;
  readonly pid: number;
  /** `silent`: not heard of for a while. `gone`: it has died or is cut off. `ended`, `interrupted`: it said goodbye. */
  readonly state: "working" | "silent" | "gone" | "ended" | "interrupted";
  readonly startedAt: string;
  /** When it was last heard of. */
  readonly heardAt: string;
  readonly paused: boolean;
  readonly step: string | null;
  readonly done: number;
  readonly total: number;
  readonly perSecond: number;
  /** The last time that a service made it wait or try again. */
  readonly lastWait: { readonly at: string; readonly what: string } | null;
}

/** Failed users of one class, with what to do about them. */
export interface FailureCauseDocument {
  readonly class: string;
  readonly count: number;
  readonly meaning: string;
  /** Whether sending the same again may succeed without anybody mending anything. */
  readonly retryable: boolean;
  readonly advice: string;
}

/** Where a run stands, and what is going on in it. */
export interface RunDocument {
  readonly run: string;
  readonly kind: RunKindName;
  readonly state: RunStateName;
  /** Whether no later run was begun: commands act on the newest run. */
  readonly newest: boolean;
  readonly rollsBack: string | null;
  readonly rolledBackBy: string | null;
  readonly projectId: string;
  readonly userPoolIds: readonly string[];
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly planHash: string | null;
  readonly planned: {
    readonly create: number;
    readonly patch: number;
    readonly none: number;
    readonly skip: number;
    readonly delete: number;
  } | null;
  /** Findings that keep the plan from being applied. */
  readonly blockers: number;
  readonly users: {
    readonly read: number;
    readonly created: number;
    readonly updated: number;
    readonly unchanged: number;
    readonly skipped: number;
    readonly failed: number;
    readonly deleted: number;
    readonly pending: number;
  };
  readonly failureCauses: readonly FailureCauseDocument[];
  readonly reconcile: { readonly at: string; readonly checked: number; readonly discrepancies: number } | null;
  readonly paused: { readonly since: string; readonly by: string } | null;
  /** `working`: somebody is at work. `gone`: whoever was at work has died. `nobody`: nobody is at work, as it should be. */
  readonly atWork: "working" | "gone" | "nobody";
  /** The step that is under way, of the process that is farthest; null while nobody is at work. */
  readonly progress: {
    readonly step: string;
    readonly done: number;
    readonly total: number;
    readonly perSecond: number;
    readonly secondsLeft: number | null;
  } | null;
  readonly buckets: readonly RunBucket[];
  readonly services: readonly RunService[];
  /** Those at work; where nobody is, the one that was last. */
  readonly workers: readonly RunWorker[];
  /** What the operator does next. */
  readonly next: string;
}

const service = z.enum(["cognito", "descope"]);

const bucketSchema = z
  .object({
    bucket: z.string().openapi({ example: "user-create" }),
    service,
    quota: rateSchema,
    chosen: rateSchema.nullable(),
    allowed: count,
    inUse: count,
    throttles: count,
  })
  .openapi("RunBucket");

const serviceSchema = z
  .object({
    service,
    requests: count,
    retries: count,
    throttles: count,
    p50: z.number().nullable(),
    p95: z.number().nullable(),
  })
  .openapi("RunService");

const workerSchema = z
  .object({
    host: z.string(),
    pid: count,
    state: z.enum(["working", "silent", "gone", "ended", "interrupted"]),
    startedAt: time,
    heardAt: time,
    paused: z.boolean(),
    step: z.string().nullable(),
    done: count,
    total: count,
    perSecond: z.number(),
    lastWait: z.object({ at: time, what: z.string() }).nullable(),
  })
  .openapi("RunWorker");

/** Schema of a {@link FailureCauseDocument}. */
export const failureCauseSchema: z.ZodType<FailureCauseDocument> = z
  .object({
    class: z.string(),
    count,
    meaning: z.string(),
    retryable: z.boolean(),
    advice: z.string(),
  })
  .openapi("FailureCause");

/** Schema of a {@link RunDocument}. */
export const runSchema: z.ZodType<RunDocument> = z
  .object({
    run: z.string(),
    kind: runKind,
    state: runState,
    newest: z.boolean(),
    rollsBack: z.string().nullable(),
    rolledBackBy: z.string().nullable(),
    projectId: z.string(),
    userPoolIds: z.array(z.string()),
    startedAt: time,
    updatedAt: time,
    planHash: z.string().nullable(),
    planned: z.object({ create: count, patch: count, none: count, skip: count, delete: count }).nullable(),
    blockers: count,
    users: z.object({
      read: count,
      created: count,
      updated: count,
      unchanged: count,
      skipped: count,
      failed: count,
      deleted: count,
      pending: count,
    }),
    failureCauses: z.array(failureCauseSchema),
    reconcile: z.object({ at: time, checked: count, discrepancies: count }).nullable(),
    paused: z.object({ since: time, by: z.string() }).nullable(),
    atWork: z.enum(["working", "gone", "nobody"]),
    progress: z
      .object({
        step: z.string(),
        done: count,
        total: count,
        perSecond: z.number(),
        secondsLeft: z.number().nullable(),
      })
      .nullable(),
    buckets: z.array(bucketSchema),
    services: z.array(serviceSchema),
    workers: z.array(workerSchema),
    next: z.string(),
  })
  .openapi("Run");

/** Schema of the parameters of the routes of one run. */
export type RunParams = z.ZodObject<{ run: z.ZodString }>;

/** Parameters of the routes of one run. */
export const runParams: RunParams = z.object({ run: runId });

const RUN_PATH = "/api/v1/runs/{run}";

/** Says where a run stands. */
export const readRun: ConsoleRoute<"get", typeof RUN_PATH, RunDocument, { readonly params: RunParams }> = consoleRoute({
  method: "get",
  path: RUN_PATH,
  operationId: "readRun",
  summary: "Says where a run stands, and what is going on in it",
  description: "`newest` names the newest run. Of that run the same document is the event `run` of the live stream.",
  tag: "Run",
  answer: runSchema,
  request: { params: runParams },
});

/** A run in a list. */
export interface RunName {
  readonly run: string;
  readonly kind: RunKindName;
  readonly state: RunStateName;
  readonly startedAt: string;
}

const LIST_PATH = "/api/v1/runs";

const listSchema: z.ZodType<{ readonly runs: readonly RunName[]; readonly total: number }> = z
  .object({
    runs: z.array(
      z.object({
        run: z.string(),
        kind: runKind,
        state: runState,
        startedAt: time,
      }),
    ),
    total: count,
  })
  .openapi("Runs");

/** Lists the runs of the state store, newest first, a thousand at most. */
export const listRuns: ConsoleRoute<
  "get",
  typeof LIST_PATH,
  { readonly runs: readonly RunName[]; readonly total: number }
> = consoleRoute({
  method: "get",
  path: LIST_PATH,
  operationId: "listRuns",
  summary: "Lists the runs of the state store, newest first",
  description: "A thousand at most; `total` counts all of them.",
  tag: "Run",
  answer: listSchema,
  request: {},
});
