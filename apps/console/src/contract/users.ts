import { z } from "@hono/zod-openapi";
import { runParameter, searchIndexSchema, type SearchIndex, type Severity } from "./plan.ts";
import { type ConsoleRoute, consoleRoute } from "./route.ts";
import { runKind, type RunKindName, runState, type RunStateName, time } from "./values.ts";

/** What apply does to a user. */
export type UserOperation = "create" | "patch" | "none" | "skip" | "delete";

/** What became of a user. `pending` in searches only: it has no outcome yet. */
export type UserOutcome = "created" | "updated" | "unchanged" | "skipped" | "failed" | "deleted";

/** A user in a list. Personal values are masked: `a…@e…`. */
export interface ListedUser {
  /** Number of the user in its run. */
  readonly seq: number;
  readonly sub: string;
  /** Masked; null where the user has none. */
  readonly loginId: string | null;
  /** Masked. */
  readonly name: string | null;
  readonly userPoolId: string;
  readonly kind: string;
  readonly operation: UserOperation;
  /** Why, in words without personal data. */
  readonly reason: string;
  readonly outcome: UserOutcome | null;
  readonly failure: string | null;
  /** Rules of its findings. */
  readonly rules: readonly string[];
}

/** Some of what a search found. */
export interface UserList {
  readonly run: string;
  /** By ascending `seq`; users that have the text for a value come first on the first page. Perhaps fewer than `limit` though there are more. */
  readonly users: readonly ListedUser[];
  /** What to ask `after` for the next page; null at the end. */
  readonly next: number | null;
  /** The plan is not indexed to its end yet: ask for the next page again in a while. */
  readonly waits: boolean;
  readonly index: SearchIndex;
}

/** An attribute of a pool's user. */
export interface SourceAttribute {
  readonly name: string;
  readonly value: string;
  readonly masked: boolean;
}

/** One field of a user, on every side. A side without the field is null. Lists have several values. */
export interface UserField {
  /** As the project calls it. */
  readonly field: string;
  readonly source: readonly string[] | null;
  readonly planned: readonly string[] | null;
  readonly target: readonly string[] | null;
  /** The project has something else than what was planned. */
  readonly differs: boolean;
  readonly masked: boolean;
}

/** A finding about a user. */
export interface UserFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** An attribute's name, a status, a connection. */
  readonly subject: string | null;
  readonly advice: string;
}

/** What became of a user. */
export interface UserResult {
  readonly outcome: UserOutcome;
  /** Descope's user ID. */
  readonly userId: string | null;
  readonly failure: string | null;
  /** The project's words. */
  readonly detail: string | null;
  readonly detailMasked: boolean;
  /** What the failure means and what to do about it. */
  readonly advice: string | null;
}

/** Another user of the run; `seq` is null where its number is not known. */
export interface OtherUser {
  readonly sub: string;
  readonly seq: number | null;
}

/** Everything that is known of one user. */
export interface UserDetail {
  readonly run: string;
  readonly runKind: RunKindName;
  readonly runState: RunStateName;
  readonly projectId: string;
  readonly userPoolId: string;
  readonly seq: number;
  readonly sub: string;
  readonly kind: string;
  readonly operation: UserOperation;
  readonly reason: string;
  /** Personal values are masked. */
  readonly masked: boolean;
  /** The user as the pool had it; null when it is gone from there, or what was read is forgotten. */
  readonly source: {
    readonly status: string;
    readonly enabled: boolean;
    readonly createdAt: string | null;
    readonly modifiedAt: string | null;
    readonly attributes: readonly SourceAttribute[];
  } | null;
  readonly groups: readonly {
    readonly name: string;
    readonly role: string | null;
    readonly tenant: string | null;
  }[];
  readonly fields: readonly UserField[];
  /** When the project was asked for its side; null where it has no such user, or was not asked. */
  readonly targetAsOf: "plan" | "reconcile" | "now" | null;
  readonly targetUserId: string | null;
  readonly findings: readonly UserFinding[];
  readonly result: UserResult | null;
  readonly mergedInto: OtherUser | null;
  readonly merged: readonly OtherUser[];
  /** Users of the project that hold a login ID which this one wants. */
  readonly inTheWay: readonly {
    readonly userId: string;
    readonly loginIds: readonly string[];
    readonly sub: string | null;
  }[];
  /** When the project got the user's password at a sign-in. */
  readonly passwordCapturedAt: string | null;
  /** Other runs, newest first. */
  readonly history: readonly {
    readonly run: string;
    readonly runKind: RunKindName;
    readonly startedAt: string;
    readonly seq: number;
    readonly operation: UserOperation;
    readonly reason: string;
    readonly outcome: UserOutcome | null;
    readonly failure: string | null;
  }[];
  /** Runs that are not searched yet, so that the user may be in them. */
  readonly unsearchedRuns: number;
  readonly events: readonly { readonly at: string; readonly type: string; readonly operator: string | null }[];
}

const OPERATIONS = ["create", "patch", "none", "skip", "delete"] as const;
const OUTCOMES = ["created", "updated", "unchanged", "skipped", "failed", "deleted"] as const;
const KINDS = [
  "native",
  "federated",
  "linked",
  "disabled",
  "unconfirmed",
  "must-set-password",
  "phone-only",
  "username-only",
  "retired",
] as const;
const FAILURES = ["login-id-taken", "refused", "target-error", "changed-since"] as const;

const seqSchema = z.int().min(1);
const texts = z.array(z.string());
const operationSchema = z.enum(OPERATIONS);
const outcomeSchema = z.enum(OUTCOMES);
const otherSchema = z.object({ sub: z.string(), seq: seqSchema.nullable() });

const userListSchema: z.ZodType<UserList> = z
  .object({
    run: z.string(),
    users: z.array(
      z
        .object({
          seq: seqSchema,
          sub: z.string(),
          loginId: z.string().nullable(),
          name: z.string().nullable(),
          userPoolId: z.string(),
          kind: z.string(),
          operation: operationSchema,
          reason: z.string(),
          outcome: outcomeSchema.nullable(),
          failure: z.string().nullable(),
          rules: texts,
        })
        .openapi("ListedUser"),
    ),
    next: z.int().min(0).nullable(),
    waits: z.boolean(),
    index: searchIndexSchema,
  })
  .openapi("UserList");

const userDetailSchema: z.ZodType<UserDetail> = z
  .object({
    run: z.string(),
    runKind: runKind,
    runState: runState,
    projectId: z.string(),
    userPoolId: z.string(),
    seq: seqSchema,
    sub: z.string(),
    kind: z.string(),
    operation: operationSchema,
    reason: z.string(),
    masked: z.boolean(),
    source: z
      .object({
        status: z.string(),
        enabled: z.boolean(),
        createdAt: time.nullable(),
        modifiedAt: time.nullable(),
        attributes: z.array(z.object({ name: z.string(), value: z.string(), masked: z.boolean() })),
      })
      .nullable(),
    groups: z.array(z.object({ name: z.string(), role: z.string().nullable(), tenant: z.string().nullable() })),
    fields: z.array(
      z.object({
        field: z.string(),
        source: texts.nullable(),
        planned: texts.nullable(),
        target: texts.nullable(),
        differs: z.boolean(),
        masked: z.boolean(),
      }),
    ),
    targetAsOf: z.enum(["plan", "reconcile", "now"]).nullable(),
    targetUserId: z.string().nullable(),
    findings: z.array(
      z.object({
        rule: z.string(),
        severity: z.enum(["blocker", "warning", "note"]),
        message: z.string(),
        subject: z.string().nullable(),
        advice: z.string(),
      }),
    ),
    result: z
      .object({
        outcome: outcomeSchema,
        userId: z.string().nullable(),
        failure: z.string().nullable(),
        detail: z.string().nullable(),
        detailMasked: z.boolean(),
        advice: z.string().nullable(),
      })
      .nullable(),
    mergedInto: otherSchema.nullable(),
    merged: z.array(otherSchema),
    inTheWay: z.array(z.object({ userId: z.string(), loginIds: texts, sub: z.string().nullable() })),
    passwordCapturedAt: time.nullable(),
    history: z.array(
      z.object({
        run: z.string(),
        runKind: runKind,
        startedAt: time,
        seq: seqSchema,
        operation: operationSchema,
        reason: z.string(),
        outcome: outcomeSchema.nullable(),
        failure: z.string().nullable(),
      }),
    ),
    unsearchedRuns: z.int().min(0),
    events: z.array(z.object({ at: time, type: z.string(), operator: z.string().nullable() })),
  })
  .openapi("UserDetail");

const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

type Optional<Output, Input = Output> = z.ZodType<Output | undefined, Input | undefined>;

/** What users are searched by. Everything that is given has to hold. */
type SearchQuery = z.ZodObject<{
  readonly text: Optional<string>;
  readonly match: Optional<"contains" | "prefix" | "exact">;
  readonly operation: Optional<UserOperation>;
  readonly kind: Optional<(typeof KINDS)[number]>;
  readonly rule: Optional<string>;
  readonly source: Optional<number, string>;
  readonly outcome: Optional<UserOutcome | "pending">;
  readonly failure: Optional<(typeof FAILURES)[number]>;
  readonly after: Optional<number, string>;
  readonly limit: Optional<number, string>;
}>;

const searchQuery: SearchQuery = z.object({
  text: z
    .string()
    .max(2048)
    .optional()
    .openapi({ description: "Parts of an email address, phone number, name, username, sub, login ID or user ID" }),
  match: z.enum(["contains", "prefix", "exact"]).optional(),
  operation: operationSchema.optional(),
  kind: z.enum(KINDS).optional(),
  rule: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/)
    .optional(),
  source: wholeNumber.optional().openapi({ description: "Place of the pool among the sources of the run, from 0" }),
  outcome: z.enum([...OUTCOMES, "pending"]).optional(),
  failure: z.enum(FAILURES).optional(),
  after: wholeNumber.optional(),
  limit: wholeNumber.pipe(z.int().min(1).max(200)).optional(),
});

const LIST_PATH = "/api/v1/runs/{run}/users";

/** Searches the users of a run's plan. */
export const listUsers: ConsoleRoute<
  "get",
  typeof LIST_PATH,
  UserList,
  { readonly params: z.ZodObject<{ run: z.ZodType<string> }>; readonly query: SearchQuery }
> = consoleRoute({
  method: "get",
  path: LIST_PATH,
  operationId: "listUsers",
  summary: "Searches the users of a run's plan",
  description:
    "Upper and lower case, and composed and decomposed characters, are alike. `contains`, the default, finds users of whom each word of the " +
    "text stands in some value; UUIDs, and words of one or two characters, count from the beginning of a value. The first search of a plan " +
    "has it indexed, which takes half a minute for a million users.",
  tag: "Users",
  answer: userListSchema,
  request: { params: z.object({ run: runParameter }), query: searchQuery },
});

type UserParameters = z.ZodObject<{ readonly run: z.ZodType<string>; readonly seq: z.ZodType<number, string> }>;
type UserQuery = z.ZodObject<{ readonly asOf: Optional<"read" | "now"> }>;

const userParameters: UserParameters = z.object({ run: runParameter, seq: wholeNumber });
const userQuery: UserQuery = z.object({
  asOf: z
    .enum(["read", "now"])
    .optional()
    .openapi({ description: "`now` asks the project for the user, which needs its management key" }),
});

const USER_PATH = "/api/v1/runs/{run}/users/{seq}";

/** Tells everything that is known of one user, with personal values masked. */
export const readUser: ConsoleRoute<
  "get",
  typeof USER_PATH,
  UserDetail,
  { readonly params: UserParameters; readonly query: UserQuery }
> = consoleRoute({
  method: "get",
  path: USER_PATH,
  operationId: "readUser",
  summary: "Tells everything that is known of one user, with personal values masked",
  tag: "Users",
  answer: userDetailSchema,
  request: { params: userParameters, query: userQuery },
});

const REVEAL_PATH = "/api/v1/runs/{run}/users/{seq}/reveal";

/** Tells the same without masks, and writes down who asked. */
export const revealUser: ConsoleRoute<
  "post",
  typeof REVEAL_PATH,
  UserDetail,
  { readonly params: UserParameters; readonly query: UserQuery }
> = consoleRoute({
  method: "post",
  path: REVEAL_PATH,
  operationId: "revealUser",
  summary: "Tells everything of one user without masks, and writes down who asked",
  description:
    "The run gets an event `revealed` with the operator and the number of the user. A read-only console reveals nothing.",
  tag: "Users",
  answer: userDetailSchema,
  request: { params: userParameters, query: userQuery },
});
