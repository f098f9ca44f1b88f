import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute, type JsonBody, jsonBody } from "./route.ts";
import { count, time } from "./values.ts";

/** What became of password checks, from best to worst. */
export type CheckKind =
  | "let-in"
  | "step-up"
  | "choose-password"
  | "wrong"
  | "refused"
  | "stopped"
  | "locked"
  | "throttled"
  | "unavailable";

const CHECK_KINDS = [
  "let-in",
  "step-up",
  "choose-password",
  "wrong",
  "refused",
  "stopped",
  "locked",
  "throttled",
  "unavailable",
] as const satisfies readonly CheckKind[];

/** How many checks ended in each way. */
export type ChecksByKind = Readonly<Record<CheckKind, number>>;

/** Captured users of one day, in UTC. */
export interface CapturedDay {
  /** `2026-11-26`. */
  readonly date: string;
  readonly users: number;
  /** Captured users of all pools until the end of it. */
  readonly until: number;
  /** By pool. Pools beyond the eight with the most users are together under `others`. */
  readonly byPool: Readonly<Record<string, number>>;
}

/** When a share of the active users will have signed in. */
export type JitForecast =
  | {
      /** `steady-chance` and `fading` are told in `docs/jit-migration.md`. */
      readonly model: "steady-chance" | "fading";
      readonly share: number;
      readonly date: string;
      readonly earliest: string;
      /** Null where it cannot be foreseen. */
      readonly latest: string | null;
      readonly activeUsers: number;
    }
  | {
      readonly model: "none";
      readonly share: number;
      readonly reason: "too-few-days" | "too-few-users" | "not-fading" | "reached";
    };

/** How near users are to being locked out, by the checks of today and yesterday. */
export interface LockOutPressure {
  readonly level: "none" | "calm" | "watch" | "act";
  readonly reasons: readonly ("cognito-locks" | "guessing" | "many-wrong" | "quota" | "no-answers")[];
  readonly checks: number;
  readonly byKind: ChecksByKind;
  /** Failed tries of one name after which the gateway stops; Cognito locks a user after five. */
  readonly triesPerUser: number;
  /** Seconds in which they count. */
  readonly windowSeconds: number;
}

/** Who is left. It is counted when somebody asks, because it takes as long as there are users. */
export interface UsersLeft {
  /** `unknown`: no run has read the pools, or what it read is not in the state any more. */
  readonly state: "not-counted" | "counting" | "counted" | "unknown" | "failed";
  /** Users that were looked at so far. */
  readonly looked: number;
  /** When it was counted; null before. */
  readonly at: string | null;
  readonly users: number;
  readonly disabled: number;
  /** By Cognito's status. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** Users with a password: how long ago the pool last changed their entry. A weak hint. */
  readonly byLastChange: Readonly<Record<"30-days" | "90-days" | "365-days" | "longer-ago" | "unknown", number>>;
}

/** How far capturing passwords is. */
export interface JitProgress {
  readonly at: string;
  readonly projectId: string | null;
  /** Whether a password was ever checked or captured. */
  readonly begun: boolean;
  readonly captured: number;
  /** Users with a password in the pools, by the newest run; null where none has read them. */
  readonly passwordUsers: number | null;
  readonly active: {
    /** `given`: the request said how many users sign in at all. `password-users`: all users with a password stand in for them. */
    readonly basis: "given" | "password-users" | "unknown";
    readonly users: number | null;
    readonly share: number | null;
  };
  /** Null where no share is required. */
  readonly ready: { readonly required: number; readonly reached: boolean } | null;
  readonly forecast: JitForecast;
  /** Since the first capture, without gaps. */
  readonly byDay: readonly CapturedDay[];
  readonly byPool: Readonly<Record<string, number>>;
  /** Checks by day, all pools together; days without any are left out. */
  readonly checks: readonly { readonly date: string; readonly byKind: ChecksByKind }[];
  readonly verdicts: readonly { readonly verdict: string; readonly reason: string; readonly count: number }[];
  readonly pressure: LockOutPressure;
  readonly left: UsersLeft;
  readonly next: { readonly text: string; readonly command: string | null };
}

const date = z.iso.date();
const share = z.number().min(0).max(1);
const byKind = z.object(
  Object.fromEntries(CHECK_KINDS.map((kind) => [kind, count])) as Record<CheckKind, typeof count>,
);

const forecastSchema = z.union([
  z.object({
    model: z.enum(["steady-chance", "fading"]),
    share,
    date,
    earliest: date,
    latest: date.nullable(),
    activeUsers: count,
  }),
  z.object({
    model: z.literal("none"),
    share,
    reason: z.enum(["too-few-days", "too-few-users", "not-fading", "reached"]),
  }),
]);

const leftSchema: z.ZodType<UsersLeft> = z
  .object({
    state: z.enum(["not-counted", "counting", "counted", "unknown", "failed"]),
    looked: count,
    at: time.nullable(),
    users: count,
    disabled: count,
    byStatus: z.record(z.string(), count),
    byLastChange: z.object({
      "30-days": count,
      "90-days": count,
      "365-days": count,
      "longer-ago": count,
      unknown: count,
    }),
  })
  .openapi("UsersLeft");

const progressSchema: z.ZodType<JitProgress> = z
  .object({
    at: time,
    projectId: z.string().nullable(),
    begun: z.boolean(),
    captured: count,
    passwordUsers: count.nullable(),
    active: z.object({
      basis: z.enum(["given", "password-users", "unknown"]),
      users: count.nullable(),
      share: share.nullable(),
    }),
    ready: z.object({ required: share, reached: z.boolean() }).nullable(),
    forecast: forecastSchema,
    byDay: z.array(z.object({ date, users: count, until: count, byPool: z.record(z.string(), count) })),
    byPool: z.record(z.string(), count),
    checks: z.array(z.object({ date, byKind })),
    verdicts: z.array(z.object({ verdict: z.string(), reason: z.string(), count })),
    pressure: z.object({
      level: z.enum(["none", "calm", "watch", "act"]),
      reasons: z.array(z.enum(["cognito-locks", "guessing", "many-wrong", "quota", "no-answers"])),
      checks: count,
      byKind,
      triesPerUser: count,
      windowSeconds: count,
    }),
    left: leftSchema,
    next: z.object({ text: z.string(), command: z.string().nullable() }),
  })
  .openapi("JitProgress");

/** What progress is asked for. */
const progressQuery: z.ZodObject<{
  activeUsers: z.ZodOptional<z.ZodCoercedNumber>;
  require: z.ZodOptional<z.ZodCoercedNumber>;
}> = z.object({
  activeUsers: z.coerce.number().int().min(1).max(1e9).optional().openapi({ example: 42_000 }),
  require: z.coerce.number().gt(0).max(1).optional().openapi({ example: 0.95 }),
});

const PATH = "/api/v1/jit";
const LEFT_PATH = "/api/v1/jit/left";

/** Says how far capturing passwords is. */
export const readJit: ConsoleRoute<"get", typeof PATH, JitProgress, { readonly query: typeof progressQuery }> =
  consoleRoute({
    method: "get",
    path: PATH,
    operationId: "readJit",
    summary: "Says how far capturing passwords is, and what can be said of the rest of the way",
    description:
      "`activeUsers` is how many users sign in at all, `require` the share of them that has to be captured; both as in `c2d jit status`.",
    tag: "Passwords (JIT)",
    answer: progressSchema,
    request: { query: progressQuery },
  });

const nothing = z.strictObject({});

/** Begins to count who is left. */
export const countUsersLeft: ConsoleRoute<
  "post",
  typeof LEFT_PATH,
  UsersLeft,
  { readonly body: JsonBody<Readonly<Record<string, never>>> }
> = consoleRoute({
  method: "post",
  path: LEFT_PATH,
  operationId: "countUsersLeft",
  summary: "Begins to count the users whose passwords are not captured",
  description:
    "It goes on in the background; `readJit` says how far it is. Asked while it counts, it begins nothing anew.",
  tag: "Passwords (JIT)",
  answer: leftSchema,
  request: { body: jsonBody(nothing as z.ZodType<Readonly<Record<string, never>>>) },
});
