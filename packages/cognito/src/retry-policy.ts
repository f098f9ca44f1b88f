import type { VendorFailure } from "./vendor-failure.ts";

/** How failed requests are repeated. */
export interface RetryOptions {
  /** Longest time for one request and its answer, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** How often a request that failed by network or server is sent in all. */
  readonly maxAttempts: number;
  /** Longest time that one call waits because of throttling, in milliseconds. */
  readonly maxThrottledMs: number;
}

/** What a failed request asks for. */
export type FailureKind =
  /** Too many requests: wait and send again, as long as it takes. */
  | "throttled"
  /** May work at the next try, a bounded number of times. */
  | "transient"
  /** The endpoint has no such operation. */
  | "operation-missing"
  /** The same request will fail again. */
  | "final";

/** Throttling by other names than 429. Cognito's own is an HTTP 400. */
const THROTTLING: ReadonlySet<string> = new Set([
  "BandwidthLimitExceeded",
  "LimitExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "Throttling",
  "ThrottledException",
  "ThrottlingException",
  "TooManyRequestsException",
]);

/** Says what a failure asks for. */
export function classifyFailure(failure: VendorFailure): FailureKind {
  const { code, status } = failure;
  if (status === 429 || THROTTLING.has(code) || /rate exceeded|too many requests/i.test(failure.message)) {
    return "throttled";
  }
  if (lacksOperation(failure)) return "operation-missing";
  if (failure.clockCorrected || code === "ConcurrentModificationException") return "transient";
  // A name that is not resolved inside the credential chain is a network failure too, but one the chain has retried.
  if (code === "CredentialsProviderError" || code === "TokenProviderError") return "final";
  if (isCertificateProblem(failure.networkCode)) return "final";
  if (status >= 500 || code === "InternalErrorException" || code === "InternalFailure") return "transient";
  if (failure.unreadable) return status < 300 ? "transient" : "final";
  return failure.networkCode === "" ? "final" : "transient";
}

/**
 * How emulators and partial AWS-likes say that they lack an operation: cognito-local by a code of its own, moto by the
 * HTML page of its web server, others by AWS's code for unknown operations or by status 501. Source: facts.md.
 */
export function lacksOperation({ code, status, unreadable, server }: VendorFailure): boolean {
  if (code === "Unsupported" || code === "UnknownOperationException") return true;
  if (status === 501) return true;
  return status === 500 && unreadable && server.startsWith("Werkzeug/");
}

/** Whether the connection was refused by this machine because of the server's certificate or of TLS itself. */
export function isCertificateProblem(networkCode: string): boolean {
  return /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO$)/.test(networkCode);
}

/** Whether nothing answered at the address: a wrong name or port, more often than a passing failure. */
export function isNobodyThere(networkCode: string): boolean {
  return networkCode === "ENOTFOUND" || networkCode === "EAI_AGAIN" || networkCode === "ECONNREFUSED";
}

/**
 * How long to wait before the next try: doubles with each failure up to the cap, the second half of it at random.
 *
 * @param failures - Failures so far, from 1.
 * @param random - A number from 0 to 1, 1 excluded.
 */
export function backoffMs(failures: number, random: number, baseMs: number, capMs: number): number {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (0.5 + random / 2));
}
