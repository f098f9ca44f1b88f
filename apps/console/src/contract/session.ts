import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute, type JsonBody, jsonBody } from "./route.ts";

/** Who looks at the page, and what they may do. Answered without a session too, so that the page knows how to begin one. */
export interface ConsoleSession {
  readonly signedIn: boolean;
  /** To whom changes are attributed; null without a session. */
  readonly operator: string | null;
  /** `link`: by the one-time link of `c2d console`. `passphrase`: operators have names and passphrases. */
  readonly signInBy: "link" | "passphrase";
  /** Nothing can be changed by way of this console. */
  readonly readOnly: boolean;
  /** Version of the program that serves the page. */
  readonly version: string;
}

const sessionSchema: z.ZodType<ConsoleSession> = z
  .object({
    signedIn: z.boolean(),
    operator: z.string().nullable(),
    signInBy: z.enum(["link", "passphrase"]),
    readOnly: z.boolean(),
    version: z.string(),
  })
  .openapi("ConsoleSession");

/** What begins a session: the token of a link, or the name and passphrase of an operator. */
export type SignIn = { readonly token: string } | { readonly operator: string; readonly passphrase: string };

const signInSchema: z.ZodType<SignIn> = z
  .union([
    z.strictObject({ token: z.string().min(1).max(200) }),
    z.strictObject({ operator: z.string().min(1).max(64), passphrase: z.string().min(1).max(1024) }),
  ])
  .openapi("SignIn");

const PATH = "/api/v1/session";

/** Says whether there is a session. */
export const readSession: ConsoleRoute<"get", typeof PATH, ConsoleSession> = consoleRoute({
  method: "get",
  path: PATH,
  operationId: "readSession",
  summary: "Says who is signed in",
  description: "Answers without a session too.",
  tag: "Session",
  security: [],
  answer: sessionSchema,
  request: {},
});

/** Begins a session, which is kept in a cookie. */
export const beginSession: ConsoleRoute<"post", typeof PATH, ConsoleSession, { readonly body: JsonBody<SignIn> }> =
  consoleRoute({
    method: "post",
    path: PATH,
    operationId: "beginSession",
    summary: "Begins a session",
    description: "The answer sets a cookie that scripts of a page cannot read. A token of a link works once.",
    tag: "Session",
    security: [],
    answer: sessionSchema,
    request: { body: jsonBody(signInSchema) },
  });

/** Ends the session. */
export const endSession: ConsoleRoute<"delete", typeof PATH, ConsoleSession> = consoleRoute({
  method: "delete",
  path: PATH,
  operationId: "endSession",
  summary: "Ends the session",
  tag: "Session",
  answer: sessionSchema,
  request: {},
});
