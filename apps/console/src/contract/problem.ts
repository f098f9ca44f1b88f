import { z } from "@hono/zod-openapi";

/** Why the console itself refuses a request. */
export type ConsoleProblemCode =
  | "invalid-request"
  | "not-signed-in"
  | "wrong-credentials"
  | "link-used"
  | "wrong-host"
  | "foreign-origin"
  | "read-only"
  | "not-found"
  | "method-not-allowed"
  | "conflict"
  | "body-too-large"
  | "address-too-long"
  | "unsupported-media-type"
  | "rate-limited"
  | "internal"
  | "too-many-pages";

/** The status and the title of each. Whatever else is refused has the code of a `MigrationError`. */
export const CONSOLE_PROBLEMS: Readonly<Record<ConsoleProblemCode, readonly [status: number, title: string]>> = {
  "invalid-request": [400, "the request does not have the form that the contract asks for"],
  "not-signed-in": [401, "there is no session"],
  "wrong-credentials": [401, "the name and the passphrase do not belong together"],
  "link-used": [401, "this link was used before, or is of another process"],
  "wrong-host": [403, "the request names a host that is not this console's"],
  "foreign-origin": [403, "the request comes from another page"],
  "read-only": [403, "this console only shows"],
  "not-found": [404, "there is no such resource"],
  "method-not-allowed": [405, "the resource does not take this method"],
  conflict: [409, "the resource is not in a state in which this can be done"],
  "body-too-large": [413, "the body is too large"],
  "address-too-long": [414, "the address is too long"],
  "unsupported-media-type": [415, "the body must be application/json"],
  "rate-limited": [429, "too many requests"],
  internal: [500, "something went wrong that should not"],
  "too-many-pages": [503, "too many pages are open"],
};

/** How anything is refused: a document in the form of RFC 9457. Never holds what the request held. */
export interface Problem {
  /** `urn:cognito-to-descope:problem:<code>`. */
  readonly type: string;
  /** One lower-case line. */
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  /** A {@link ConsoleProblemCode}, or the code of a `MigrationError`: `ERR_STORE_LOCKED`. */
  readonly code: string;
  /** What to do about it. */
  readonly suggestion?: string | undefined;
}

/** Schema of a {@link Problem}. */
export const problemSchema: z.ZodType<Problem> = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ example: "ERR_STORE_LOCKED" }),
    suggestion: z.string().optional(),
  })
  .openapi("Problem");
