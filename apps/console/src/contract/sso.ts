import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute, type JsonBody, jsonBody } from "./route.ts";
import { count, time } from "./values.ts";

/** How far the cut-over of a connection is, in order. */
export type CutoverStage = "cognito" | "log-only" | "descope" | "verified";

/** Something about one connection that somebody should know. */
export interface ConnectionFinding {
  readonly rule: string;
  readonly severity: "blocker" | "warning" | "note";
  readonly message: string;
  /** More, such as a certificate's date; empty where there is none. */
  readonly detail: string;
  readonly advice: string;
}

/** One connection, and all that is known of it here. */
export interface SsoConnection {
  /** `<userPoolId>/<name>`. */
  readonly key: string;
  readonly userPoolId: string;
  readonly name: string;
  readonly protocol: "saml" | "oidc" | "social";
  /** What moving it takes; null where only a record of it is left. */
  readonly class: "A" | "B" | "C" | "D" | "E" | "F" | "G" | null;
  /** Empty for social providers, and where there is none yet. */
  readonly tenantId: string;
  readonly domains: readonly string[];
  /** What was done about its settings in the project; null where nothing was. */
  readonly settings: { readonly state: "applying" | "applied" | "rolled-back"; readonly at: string } | null;
  /** Absent from the bridge: null. */
  readonly bridge: BridgedConnection | null;
  /** What the newest reading of the pools said; null where none is known. */
  readonly assessment: ConnectionAssessment | null;
}

/** A connection as the bridge has it. */
export interface BridgedConnection {
  readonly host: string;
  readonly stage: CutoverStage;
  /** Where its sign-ins go that begin at the identity provider. */
  readonly mode: "cognito" | "log-only" | "descope";
  /** When it came to its stage; null where it has never left the first one. */
  readonly since: string | null;
  /** Responses by side, as far as the logs of decisions go back. */
  readonly toCognito: number;
  readonly toDescope: number;
  readonly acceptedByDescope: number;
  readonly begunAtIdentityProvider: number;
  readonly lastAtCognito: string | null;
  readonly lastAtDescope: string | null;
  /** Whether the bridge can hand its responses to Descope at all. */
  readonly canBeBridged: boolean;
}

/** What reading the pool and the provider's metadata says of a connection. */
export interface ConnectionAssessment {
  readonly risk: "low" | "medium" | "high";
  readonly reasons: readonly string[];
  /** Who must do what. */
  readonly actions: readonly { readonly who: string; readonly what: string }[];
  readonly findings: readonly ConnectionFinding[];
  /** What an apply would do; null where the project was not looked at. */
  readonly operation: "create" | "update" | "none" | "blocked" | null;
  /** When the last certificate of the provider ends; null where none is known. */
  readonly certificateEnds: string | null;
}

/** The connections of all pools. */
export interface SsoOverview {
  readonly at: string;
  readonly connections: readonly SsoConnection[];
  /** How many connections are of each class. */
  readonly classes: Readonly<Record<string, number>>;
  readonly bridge: {
    /** `absent`: no config was written yet. `unreadable`: the file is none. */
    readonly state: "ready" | "absent" | "unreadable";
    /** Paths, as seen from the working directory. */
    readonly config: string;
    readonly modes: string;
    readonly history: string;
    readonly decisions: readonly string[];
    /** Lines of the logs of decisions that are none. */
    readonly unreadableDecisions: number;
  };
  /** Reading the pools takes network and seconds, so it is done when somebody asks. */
  readonly assessment: {
    readonly state: "none" | "reading" | "read" | "failed";
    /** When it was read; of a plan, when that was made. */
    readonly at: string | null;
    /** Whether it comes from the last plan that was kept. */
    readonly fromPlan: boolean;
    readonly problem: { readonly code: string; readonly title: string; readonly suggestion: string } | null;
  };
  /** What to do next. */
  readonly next: { readonly text: string; readonly command: string | null };
}

/** One condition of a step. */
export interface CutoverGate {
  readonly gate: string;
  /** `unknown`: nothing here can tell, or nobody has looked yet. A step can be taken in spite of gates that nothing can tell. */
  readonly state: "open" | "closed" | "unknown";
  readonly detail: string;
}

/** A change of a stage, for the record. */
export interface ModeChange {
  readonly at: string;
  readonly from: CutoverStage;
  readonly to: CutoverStage;
  readonly by: string;
  readonly through: "command" | "console";
  readonly why: "step" | "back" | "mode";
}

/** One connection, with its next step. */
export interface SsoConnectionDetail {
  readonly connection: SsoConnection;
  /** Null where the bridge has no such connection. */
  readonly step: {
    readonly from: CutoverStage;
    /** Null at the end. */
    readonly to: CutoverStage | null;
    readonly allowed: boolean;
    readonly gates: readonly CutoverGate[];
  } | null;
  /** The tests that were run last by this console; null where none were since the stage began. */
  readonly checks: {
    readonly at: string;
    readonly results: readonly {
      readonly check: string;
      readonly result: "pass" | "fail" | "pending";
      readonly detail: string;
    }[];
  } | null;
  /** Newest first, at most 50. */
  readonly history: readonly ModeChange[];
  /** False when the file of modes says something that no change led to: somebody edited it. */
  readonly historyExplains: boolean;
}

const stage = z.enum(["cognito", "log-only", "descope", "verified"]);

const findingSchema = z
  .object({
    rule: z.string(),
    severity: z.enum(["blocker", "warning", "note"]),
    message: z.string(),
    detail: z.string(),
    advice: z.string(),
  })
  .openapi("ConnectionFinding");

const bridgedSchema = z
  .object({
    host: z.string(),
    stage,
    mode: z.enum(["cognito", "log-only", "descope"]),
    since: time.nullable(),
    toCognito: count,
    toDescope: count,
    acceptedByDescope: count,
    begunAtIdentityProvider: count,
    lastAtCognito: time.nullable(),
    lastAtDescope: time.nullable(),
    canBeBridged: z.boolean(),
  })
  .openapi("BridgedConnection");

const assessmentSchema = z
  .object({
    risk: z.enum(["low", "medium", "high"]),
    reasons: z.array(z.string()),
    actions: z.array(z.object({ who: z.string(), what: z.string() })),
    findings: z.array(findingSchema),
    operation: z.enum(["create", "update", "none", "blocked"]).nullable(),
    certificateEnds: time.nullable(),
  })
  .openapi("ConnectionAssessment");

const connectionSchema = z
  .object({
    key: z.string(),
    userPoolId: z.string(),
    name: z.string(),
    protocol: z.enum(["saml", "oidc", "social"]),
    class: z.enum(["A", "B", "C", "D", "E", "F", "G"]).nullable(),
    tenantId: z.string(),
    domains: z.array(z.string()),
    settings: z.object({ state: z.enum(["applying", "applied", "rolled-back"]), at: time }).nullable(),
    bridge: bridgedSchema.nullable(),
    assessment: assessmentSchema.nullable(),
  })
  .openapi("SsoConnection");

const overviewSchema: z.ZodType<SsoOverview> = z
  .object({
    at: time,
    connections: z.array(connectionSchema),
    classes: z.record(z.string(), count),
    bridge: z.object({
      state: z.enum(["ready", "absent", "unreadable"]),
      config: z.string(),
      modes: z.string(),
      history: z.string(),
      decisions: z.array(z.string()),
      unreadableDecisions: count,
    }),
    assessment: z.object({
      state: z.enum(["none", "reading", "read", "failed"]),
      at: time.nullable(),
      fromPlan: z.boolean(),
      problem: z.object({ code: z.string(), title: z.string(), suggestion: z.string() }).nullable(),
    }),
    next: z.object({ text: z.string(), command: z.string().nullable() }),
  })
  .openapi("SsoOverview");

const detailSchema: z.ZodType<SsoConnectionDetail> = z
  .object({
    connection: connectionSchema,
    step: z
      .object({
        from: stage,
        to: stage.nullable(),
        allowed: z.boolean(),
        gates: z.array(
          z.object({ gate: z.string(), state: z.enum(["open", "closed", "unknown"]), detail: z.string() }),
        ),
      })
      .nullable(),
    checks: z
      .object({
        at: time,
        results: z.array(
          z.object({ check: z.string(), result: z.enum(["pass", "fail", "pending"]), detail: z.string() }),
        ),
      })
      .nullable(),
    history: z.array(
      z.object({
        at: time,
        from: stage,
        to: stage,
        by: z.string(),
        through: z.enum(["command", "console"]),
        why: z.enum(["step", "back", "mode"]),
      }),
    ),
    historyExplains: z.boolean(),
  })
  .openapi("SsoConnectionDetail");

const connectionKey = z.string().min(1).max(300);

/** Which connection. */
export interface NamedConnection {
  readonly connection: string;
}

const named: z.ZodType<NamedConnection> = z.strictObject({ connection: connectionKey }).openapi("NamedConnection");

/** The step that somebody wants to take. */
export interface WantedStep extends NamedConnection {
  /** Where the connection was when its gates were looked at: otherwise the step is refused. */
  readonly from: { readonly stage: CutoverStage; readonly since: string | null };
  readonly to: CutoverStage;
  /** The connection's name once more, where sign-ins go to Descope from then on. */
  readonly confirm?: string | undefined;
}

const wantedStep: z.ZodType<WantedStep> = z
  .strictObject({
    connection: connectionKey,
    from: z.strictObject({ stage, since: time.nullable() }),
    to: stage,
    confirm: z.string().max(200).optional(),
  })
  .openapi("WantedStep");

const TAG = "SSO";
const PATH = "/api/v1/sso";
const CONNECTION_PATH = "/api/v1/sso/connection";
const ASSESSMENT_PATH = "/api/v1/sso/assessment";
const CHECKS_PATH = "/api/v1/sso/checks";
const STEP_PATH = "/api/v1/sso/step";
const BACK_PATH = "/api/v1/sso/back";

type Changes<Path extends string, Answer, Body> = ConsoleRoute<"post", Path, Answer, { readonly body: JsonBody<Body> }>;

/** Lists the connections. */
export const readSso: ConsoleRoute<"get", typeof PATH, SsoOverview> = consoleRoute({
  method: "get",
  path: PATH,
  operationId: "readSso",
  summary: "Lists the connections of all pools, with where each is alive",
  tag: TAG,
  answer: overviewSchema,
  request: {},
});

const connectionQuery: z.ZodObject<{ connection: z.ZodOptional<z.ZodString> }> = z.object({
  connection: connectionKey.optional(),
});

/** Shows one connection. */
export const readSsoConnection: ConsoleRoute<
  "get",
  typeof CONNECTION_PATH,
  SsoConnectionDetail,
  { readonly query: typeof connectionQuery }
> = consoleRoute({
  method: "get",
  path: CONNECTION_PATH,
  operationId: "readSsoConnection",
  summary: "Shows one connection with its next step and the history of its stages",
  description: "Gates that need the network are as they were when `checkSsoConnection` was last asked.",
  tag: TAG,
  answer: detailSchema,
  request: { query: connectionQuery },
});

const nothing = z.strictObject({}) as z.ZodType<Readonly<Record<string, never>>>;

/** Begins to read the pools. */
export const assessSso: Changes<typeof ASSESSMENT_PATH, SsoOverview, Readonly<Record<string, never>>> = consoleRoute({
  method: "post",
  path: ASSESSMENT_PATH,
  operationId: "assessSso",
  summary: "Begins to read the connections of the pools, their providers' metadata and the project",
  description: "It goes on in the background and writes nothing; `readSso` says when it is there.",
  tag: TAG,
  answer: overviewSchema,
  request: { body: jsonBody(nothing) },
});

/** Runs the tests of one connection. */
export const checkSsoConnection: Changes<typeof CHECKS_PATH, SsoConnectionDetail, NamedConnection> = consoleRoute({
  method: "post",
  path: CHECKS_PATH,
  operationId: "checkSsoConnection",
  summary: "Runs the tests of one connection, as `c2d sso verify` does, and judges its next step by them",
  tag: TAG,
  answer: detailSchema,
  request: { body: jsonBody(named) },
});

/** Takes one step of a cut-over. */
export const takeSsoStep: Changes<typeof STEP_PATH, SsoConnectionDetail, WantedStep> = consoleRoute({
  method: "post",
  path: STEP_PATH,
  operationId: "takeSsoStep",
  summary: "Takes the cut-over of one connection a stage further, when all gates are open",
  description:
    "The tests are run anew. `conflict`: a gate is closed. `ERR_MODE_CHANGED`: somebody else changed the connection meanwhile.",
  tag: TAG,
  answer: detailSchema,
  request: { body: jsonBody(wantedStep) },
});

/** Takes a connection back. */
export const takeSsoBack: Changes<typeof BACK_PATH, SsoConnectionDetail, NamedConnection> = consoleRoute({
  method: "post",
  path: BACK_PATH,
  operationId: "takeSsoBack",
  summary: "Takes one connection back to Cognito, from whatever stage, at once and without gates",
  tag: TAG,
  answer: detailSchema,
  request: { body: jsonBody(named) },
});
