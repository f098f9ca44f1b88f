import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute } from "./route.ts";
import { count, runKind, type RunKindName, runState, type RunStateName, time } from "./values.ts";

/** The way of a migration, from the first look to the end of Cognito. */
export type StepName = "assess" | "plan" | "apply" | "reconcile" | "jit" | "sso" | "sessions" | "cut-over";

/**
 * How a step stands. `done`; `under-way`: begun and not through; `ahead`: not begun; `blocked`: somebody has to mend something first;
 * `not-needed`; `unknown`: nothing here tells.
 */
export type StepState = "done" | "under-way" | "ahead" | "blocked" | "not-needed" | "unknown";

/** One step of one pool. */
export interface Step {
  readonly step: StepName;
  readonly state: StepState;
  /** Numbers in a few words; empty where there are none. */
  readonly summary: string;
}

/** One pool on its way. */
export interface PoolProgress {
  readonly userPoolId: string;
  /** Name of the pool, where a run has read it. */
  readonly name: string | null;
  /** Tenant that its users go to. */
  readonly tenant: string | null;
  /** Users by the newest run that read it. */
  readonly users: number | null;
  readonly steps: readonly Step[];
}

/** What has to be true before Cognito can be left. */
export type GateName =
  | "pools-read"
  | "no-blockers"
  | "no-failed-users"
  | "no-discrepancies"
  | "passwords-captured"
  | "connections-cut-over"
  | "no-cognito-tokens";

/** One gate. `open`: nothing stands in the way. `closed`: something does. `unknown`: nothing here tells. */
export interface Gate {
  readonly gate: GateName;
  readonly state: "open" | "closed" | "unknown";
  /** One sentence, with numbers. */
  readonly reason: string;
  /** What tells or mends it, where there is such a command. */
  readonly command: string | null;
}

/** A run, for a list. */
export interface ListedRun {
  readonly run: string;
  readonly kind: RunKindName;
  readonly state: RunStateName;
  /** ISO 8601 in UTC, as are all times of the contract. */
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly projectId: string;
  readonly userPoolIds: readonly string[];
  readonly users: {
    readonly created: number;
    readonly updated: number;
    readonly unchanged: number;
    readonly skipped: number;
    readonly failed: number;
    readonly deleted: number;
  };
  readonly rollsBack: string | null;
  readonly rolledBackBy: string | null;
}

/** Where the migration stands. */
export interface Overview {
  readonly projectId: string | null;
  /** Where the state is; `exists` is false before the first run. */
  readonly state: { readonly kind: "file" | "postgres"; readonly name: string; readonly exists: boolean };
  readonly pools: readonly PoolProgress[];
  /**
   * Whether a process works on the newest run. `gone`: one did, and ended without saying so. `nobody`: nobody does, and nobody is
   * missed.
   */
  readonly work: "nobody" | "at-work" | "paused" | "gone";
  /** What to do next. */
  readonly next: { readonly text: string; readonly command: string | null };
  readonly gates: readonly Gate[];
  /** Newest first, at most 100. */
  readonly runs: readonly ListedRun[];
  /** All runs, those that are not listed too. */
  readonly runCount: number;
}

const stepSchema = z
  .object({
    step: z.enum(["assess", "plan", "apply", "reconcile", "jit", "sso", "sessions", "cut-over"]),
    state: z.enum(["done", "under-way", "ahead", "blocked", "not-needed", "unknown"]),
    summary: z.string(),
  })
  .openapi("Step");

const poolSchema = z
  .object({
    userPoolId: z.string(),
    name: z.string().nullable(),
    tenant: z.string().nullable(),
    users: count.nullable(),
    steps: z.array(stepSchema),
  })
  .openapi("PoolProgress");

const gateSchema = z
  .object({
    gate: z.enum([
      "pools-read",
      "no-blockers",
      "no-failed-users",
      "no-discrepancies",
      "passwords-captured",
      "connections-cut-over",
      "no-cognito-tokens",
    ]),
    state: z.enum(["open", "closed", "unknown"]),
    reason: z.string(),
    command: z.string().nullable(),
  })
  .openapi("Gate");

/** Schema of a {@link ListedRun}. */
export const listedRunSchema: z.ZodType<ListedRun> = z
  .object({
    run: z.string(),
    kind: runKind,
    state: runState,
    startedAt: time,
    updatedAt: time,
    projectId: z.string(),
    userPoolIds: z.array(z.string()),
    users: z.object({
      created: count,
      updated: count,
      unchanged: count,
      skipped: count,
      failed: count,
      deleted: count,
    }),
    rollsBack: z.string().nullable(),
    rolledBackBy: z.string().nullable(),
  })
  .openapi("ListedRun");

const overviewSchema: z.ZodType<Overview> = z
  .object({
    projectId: z.string().nullable(),
    state: z.object({ kind: z.enum(["file", "postgres"]), name: z.string(), exists: z.boolean() }),
    pools: z.array(poolSchema),
    work: z.enum(["nobody", "at-work", "paused", "gone"]),
    next: z.object({ text: z.string(), command: z.string().nullable() }),
    gates: z.array(gateSchema),
    runs: z.array(listedRunSchema),
    runCount: count,
  })
  .openapi("Overview");

const PATH = "/api/v1/overview";

/** Says where the migration stands. */
export const readOverview: ConsoleRoute<"get", typeof PATH, Overview> = consoleRoute({
  method: "get",
  path: PATH,
  operationId: "readOverview",
  summary: "Says where the migration stands, from assess to cut-over",
  description: "The same document is the event `overview` of the live stream.",
  tag: "Overview",
  answer: overviewSchema,
  request: {},
});
