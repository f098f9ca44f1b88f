import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** What can be wrong with a request. */
export type ProblemCode =
  | "invalid-event"
  | "invalid-credentials-request"
  | "unauthorized"
  | "timestamp-out-of-range"
  | "not-found"
  | "method-not-allowed"
  | "replayed"
  | "body-too-large"
  | "unsupported-media-type"
  | "unknown-user-pool"
  | "rate-limited"
  | "internal"
  | "unavailable"
  | "stopping";

/** The status of each, and words for whoever reads the answer. */
const PROBLEMS: Readonly<Record<ProblemCode, readonly [status: ContentfulStatusCode, title: string]>> = {
  "invalid-event": [400, "the body is not a sync event"],
  "invalid-credentials-request": [400, "the body does not hold one name and one password"],
  unauthorized: [401, "the token or signature is missing or wrong"],
  "timestamp-out-of-range": [401, "the timestamp is too far from this machine's clock"],
  "not-found": [404, "there is no such resource"],
  "method-not-allowed": [405, "the resource does not take this method"],
  replayed: [409, "the request was received before"],
  "body-too-large": [413, "the body is too large"],
  "unsupported-media-type": [415, "the body must be application/json"],
  "unknown-user-pool": [422, "the user pool is not one of this gateway's"],
  "rate-limited": [429, "too many requests"],
  internal: [500, "something went wrong that should not"],
  unavailable: [503, "the state store does not answer"],
  stopping: [503, "the gateway is stopping"],
};

/** An answer in the form of RFC 9457. The only form in which anything is refused; never holds what the request held. */
export function problem(c: Context, code: ProblemCode, headers: Readonly<Record<string, string>> = {}): Response {
  const [status, title] = PROBLEMS[code];
  const body = { type: `urn:cognito-to-descope:problem:${code}`, title, status, code };
  return c.body(JSON.stringify(body), status, { "content-type": "application/problem+json", ...headers });
}
