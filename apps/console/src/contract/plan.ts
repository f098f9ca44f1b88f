import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute } from "./route.ts";
import { count, runKind, type RunKindName, runState, type RunStateName } from "./values.ts";

/** Blocks an apply, is to be looked at, or is good to know. */
export type Severity = "blocker" | "warning" | "note";

/** One rule that found something, with what to do about it. */
export interface PlanFinding {
  readonly rule: string;
  readonly severity: Severity;
  /** Users, groups or attributes that it is about. */
  readonly count: number;
  readonly message: string;
  /** What to do, in a sentence or two. The whole story is in `docs/findings/<rule>.md`. */
  readonly advice: string;
  /** Names of attributes, groups, connections, … that it is about; at most 20. */
  readonly subjects: readonly string[];
  /** Users can be searched by it. */
  readonly ofUsers: boolean;
}

/** How many users a plan touches, by operation. */
export interface PlanCounts {
  readonly read: number;
  readonly create: number;
  readonly patch: number;
  readonly none: number;
  readonly skip: number;
  readonly delete: number;
}

/** One pool of a plan. `counts` is null in plans of earlier versions. */
export interface PlannedPool {
  readonly userPoolId: string;
  readonly name: string | null;
  readonly tenant: string | null;
  readonly counts: PlanCounts | null;
  /** Of those that are left out: users that become part of another. */
  readonly merged: number;
}

/** One kind of definition of the project: what is created, and how many are there already. */
export interface PlannedDefinitions {
  /** Names, at most 200. */
  readonly create: readonly string[];
  readonly createCount: number;
  readonly unchangedCount: number;
  readonly removeCount: number;
}

/** How far the plan can be searched. */
export interface SearchIndex {
  readonly items: number;
  readonly of: number;
  readonly complete: boolean;
}

/** What a run plans, without its users. */
export interface Plan {
  readonly run: string;
  readonly runKind: RunKindName;
  readonly runState: RunStateName;
  readonly startedAt: string;
  readonly projectId: string;
  readonly hash: string;
  readonly counts: PlanCounts;
  readonly pools: readonly PlannedPool[];
  /** Blockers first. */
  readonly findings: readonly PlanFinding[];
  readonly definitions: {
    readonly roles: PlannedDefinitions;
    readonly tenants: PlannedDefinitions;
    readonly attributes: PlannedDefinitions;
  };
  readonly outcomes: {
    readonly created: number;
    readonly updated: number;
    readonly unchanged: number;
    readonly skipped: number;
    readonly failed: number;
    readonly deleted: number;
  };
  /** Failed users by class. */
  readonly failures: Readonly<Record<string, number>>;
  readonly index: SearchIndex;
}

const countsSchema = z
  .object({ read: count, create: count, patch: count, none: count, skip: count, delete: count })
  .openapi("PlanCounts");
const definitionsSchema = z.object({
  create: z.array(z.string()),
  createCount: count,
  unchangedCount: count,
  removeCount: count,
});

/** Schema of a {@link SearchIndex}. */
export const searchIndexSchema: z.ZodType<SearchIndex> = z
  .object({ items: count, of: count, complete: z.boolean() })
  .openapi("SearchIndex");

const planSchema: z.ZodType<Plan> = z
  .object({
    run: z.string(),
    runKind: runKind,
    runState: runState,
    startedAt: z.iso.datetime(),
    projectId: z.string(),
    hash: z.string(),
    counts: countsSchema,
    pools: z.array(
      z.object({
        userPoolId: z.string(),
        name: z.string().nullable(),
        tenant: z.string().nullable(),
        counts: countsSchema.nullable(),
        merged: count,
      }),
    ),
    findings: z.array(
      z.object({
        rule: z.string(),
        severity: z.enum(["blocker", "warning", "note"]),
        count,
        message: z.string(),
        advice: z.string(),
        subjects: z.array(z.string()),
        ofUsers: z.boolean(),
      }),
    ),
    definitions: z.object({ roles: definitionsSchema, tenants: definitionsSchema, attributes: definitionsSchema }),
    outcomes: z.object({
      created: count,
      updated: count,
      unchanged: count,
      skipped: count,
      failed: count,
      deleted: count,
    }),
    failures: z.record(z.string(), count),
    index: searchIndexSchema,
  })
  .openapi("Plan");

/** A run in a path: its ID, or `newest` for the newest one that has a plan. */
export const runParameter: z.ZodType<string> = z.string().min(1).max(200).openapi({ example: "newest" });

const PATH = "/api/v1/runs/{run}/plan";

/** Says what a run plans. */
export const readPlan: ConsoleRoute<
  "get",
  typeof PATH,
  Plan,
  { readonly params: z.ZodObject<{ run: z.ZodType<string> }> }
> = consoleRoute({
  method: "get",
  path: PATH,
  operationId: "readPlan",
  summary: "Says what a run plans: counts, findings with what to do, definitions",
  description: "`newest` in place of a run is the newest one that has a plan. Users are listed by `listUsers`.",
  tag: "Plan",
  answer: planSchema,
  request: { params: z.object({ run: runParameter }) },
});
