import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute } from "./route.ts";
import { count, time } from "./values.ts";

/** Tokens of one hour or day. */
export interface TokenPeriod {
  /** When it begins. */
  readonly from: string;
  /** Accepted tokens of Cognito. */
  readonly cognito: number;
  /** Accepted tokens of Descope. */
  readonly descope: number;
  /** Refused tokens of both, and of nobody who is known. */
  readonly refused: number;
}

/** What one back end says of the tokens that it gets. */
export interface ReportingVerifier {
  readonly verifier: string;
  /** Processes that were heard of, those that have ended as well. */
  readonly instances: number;
  readonly firstHeard: string;
  readonly lastHeard: string;
  readonly accepted: { readonly cognito: number; readonly descope: number };
  readonly lastCognito: string | null;
  readonly lastDescope: string | null;
  /** The most frequent reasons first. */
  readonly refused: readonly RefusedTokens[];
  /** When the last token of each user pool and project was accepted. */
  readonly lastBySource: Readonly<Record<string, string>>;
}

/** Tokens that were refused for one reason. */
export interface RefusedTokens {
  readonly issuer: "cognito" | "descope" | "unknown";
  readonly reason: string;
  readonly count: number;
}

/** One condition for switching Cognito off. */
export interface SwitchOffGate {
  readonly gate: "back-ends-heard" | "descope-accepted" | "cognito-quiet";
  readonly open: boolean;
  /** What was found. */
  readonly detail: string;
}

/** Which tokens back ends get. */
export interface TokensInUse {
  readonly at: string;
  /** Where statistics are looked for; empty where nobody said. */
  readonly configured: boolean;
  readonly verifiers: readonly ReportingVerifier[];
  /** By day, in UTC, oldest first; days without tokens are left out. */
  readonly days: readonly TokenPeriod[];
  /** The last 48 hours. */
  readonly hours: readonly TokenPeriod[];
  /** All refused tokens, the most frequent reasons first. */
  readonly refused: readonly RefusedTokens[];
  /** Sessions that gateways have exchanged since they were started, by outcome; null where none is asked. */
  readonly exchanges: Readonly<Record<string, number>> | null;
  /** Places that say nothing. */
  readonly unread: readonly { readonly place: string; readonly problem: "unreadable" | "no-statistics" }[];
  readonly unreadableLines: number;
  /** When a back end last accepted a token of Cognito; null where none is known of. */
  readonly lastCognito: string | null;
  /** Days without a token of Cognito that are asked for. */
  readonly quietDays: number;
  /** Whether Cognito may be switched off, as far as tokens tell. */
  readonly switchOff: { readonly allowed: boolean; readonly gates: readonly SwitchOffGate[] };
}

const periodSchema = z.object({ from: time, cognito: count, descope: count, refused: count }).openapi("TokenPeriod");

const refusedSchema = z
  .object({ issuer: z.enum(["cognito", "descope", "unknown"]), reason: z.string(), count })
  .openapi("RefusedTokens");

const verifierSchema = z
  .object({
    verifier: z.string(),
    instances: count,
    firstHeard: time,
    lastHeard: time,
    accepted: z.object({ cognito: count, descope: count }),
    lastCognito: time.nullable(),
    lastDescope: time.nullable(),
    refused: z.array(refusedSchema),
    lastBySource: z.record(z.string(), time),
  })
  .openapi("ReportingVerifier");

const tokensSchema: z.ZodType<TokensInUse> = z
  .object({
    at: time,
    configured: z.boolean(),
    verifiers: z.array(verifierSchema),
    days: z.array(periodSchema),
    hours: z.array(periodSchema),
    refused: z.array(refusedSchema),
    exchanges: z.record(z.string(), count).nullable(),
    unread: z.array(z.object({ place: z.string(), problem: z.enum(["unreadable", "no-statistics"]) })),
    unreadableLines: count,
    lastCognito: time.nullable(),
    quietDays: count,
    switchOff: z.object({
      allowed: z.boolean(),
      gates: z.array(
        z.object({
          gate: z.enum(["back-ends-heard", "descope-accepted", "cognito-quiet"]),
          open: z.boolean(),
          detail: z.string(),
        }),
      ),
    }),
  })
  .openapi("TokensInUse");

const PATH = "/api/v1/sessions";

/** Says which tokens back ends get. */
export const readSessions: ConsoleRoute<"get", typeof PATH, TokensInUse> = consoleRoute({
  method: "get",
  path: PATH,
  operationId: "readSessions",
  summary: "Says which tokens back ends get, Cognito's against Descope's, and whether Cognito may be switched off",
  description:
    "By the statistics of the verifiers at `sessions.statistics`. They are read every ten seconds at most, however many ask.",
  tag: "Sessions",
  answer: tokensSchema,
  request: {},
});
