import type { SessionError, SessionErrorCode, Reason } from "../errors.ts";
import type { VerifyOptions } from "../options.ts";
import type { Credentials } from "./read-credentials.ts";

/** Code of an answer to a request that brought no token that could be looked at. */
export type RequestErrorCode = "ERR_TOKEN_MISSING" | "ERR_REQUEST_INVALID" | "ERR_ORIGIN_REFUSED";

/** Body of an answer that refuses. It holds neither the token nor a claim of it. */
export interface Problem {
  readonly status: DenialStatus;
  readonly code: SessionErrorCode | RequestErrorCode;
  readonly reason?: Reason;
}

/** Status of an answer that refuses. */
export type DenialStatus = 400 | 401 | 403 | 503;

/** The answer to a request that is refused, to be sent as it is. */
export interface Denial {
  readonly status: DenialStatus;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
}

/** Which challenges a guard makes. */
export interface ChallengeOptions {
  readonly realm: string | undefined;
  readonly dpop: boolean;
}

/** Algorithms of DPoP proofs that are read. */
const PROOF_ALGORITHMS = "ES256 ES384 ES512 RS256 RS384 RS512";

const RETRY_AFTER_SECONDS = 5;

/** Refuses a request that brings no token: a challenge, and no error, since nothing was wrong. */
export function denyWithoutToken(options: ChallengeOptions): Denial {
  return deny({ status: 401, code: "ERR_TOKEN_MISSING" }, { "www-authenticate": challenge(options, "bearer", []) });
}

/** Refuses a request whose header holds something else than one token. */
export function denyMalformedRequest(options: ChallengeOptions): Denial {
  return deny(
    { status: 400, code: "ERR_REQUEST_INVALID" },
    { "www-authenticate": challenge(options, "bearer", ['error="invalid_request"']) },
  );
}

/** Refuses a cookie that another site's page made the browser send. */
export function denyForeignOrigin(): Denial {
  return deny({ status: 403, code: "ERR_ORIGIN_REFUSED" }, {});
}

/** The answer to a token that was refused, by RFC 6750 and RFC 9449. */
export function denyToken(
  error: SessionError,
  scheme: Credentials["scheme"],
  route: VerifyOptions,
  options: ChallengeOptions,
): Denial {
  const { status, code, reason } = error;
  const body: Problem = { status, code, reason };
  // Nothing is known of the token: a client that is told 401 would throw a good session away.
  if (status === 503) return deny(body, { "retry-after": String(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS) });
  const parameters = [`error="${oauthError(error, scheme)}"`];
  if (reason === "scope") {
    const scopes = (route.scopes ?? []).filter((one) => /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(one));
    if (scopes.length > 0) parameters.push(`scope="${scopes.join(" ")}"`);
  }
  return deny(body, { "www-authenticate": challenge(options, scheme, parameters) });
}

function oauthError({ status, reason }: SessionError, scheme: Credentials["scheme"]): string {
  if (status === 403) return "insufficient_scope";
  const isProofs = reason === "dpop-invalid" || reason === "dpop-replayed" || reason === "dpop-missing";
  return isProofs && scheme === "dpop" ? "invalid_dpop_proof" : "invalid_token";
}

/** One challenge for each scheme that is taken. What went wrong stands with the scheme that the client used. */
function challenge(options: ChallengeOptions, used: Credentials["scheme"], parameters: readonly string[]): string {
  const realm = options.realm === undefined ? [] : [`realm="${options.realm}"`];
  const challenges: [scheme: string, parameters: readonly string[]][] = [
    ["Bearer", [...realm, ...(used === "dpop" ? [] : parameters)]],
  ];
  if (options.dpop) {
    const algorithms = `algs="${PROOF_ALGORITHMS}"`;
    challenges.push(["DPoP", [...realm, ...(used === "dpop" ? parameters : []), algorithms]]);
  }
  return challenges.map(([scheme, all]) => `${scheme} ${all.join(", ")}`.trim()).join(", ");
}

function deny(body: Problem, headers: Readonly<Record<string, string>>): Denial {
  return {
    status: body.status,
    headers: { ...headers, "cache-control": "no-store", "content-type": "application/problem+json" },
    body,
  };
}

/** An answer of the Fetch standard. */
export function denialResponse({ status, headers, body }: Denial): Response {
  return new Response(JSON.stringify(body), { status, headers });
}
