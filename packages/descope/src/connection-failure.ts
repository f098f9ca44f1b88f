/** Why no answer came. */
export interface ConnectionFailure {
  /** A short code for messages: `ECONNREFUSED`, `timeout`, … */
  readonly reason: string;
  /** Whether some of the request may have left this machine. */
  readonly sent: boolean;
  /** Whether trying again is pointless: a certificate that does not hold, a port that is not allowed. */
  readonly permanent: boolean;
}

/** Codes of failures before a connection stood. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EHOSTDOWN",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Codes of handshakes that fail before a request is sent, and will again. Other TLS errors may come in mid-stream. */
const HANDSHAKE_CODE =
  /^(ERR_TLS_CERT_|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|UNABLE_TO_|HOSTNAME_MISMATCH$|ERR_SSL_WRONG_VERSION_NUMBER$)/;

/** Classifies what `fetch`, or reading its body, threw. */
export function classifyConnectionFailure(error: unknown): ConnectionFailure {
  if (nameOf(error) === "TimeoutError") return { reason: "timeout", sent: true, permanent: false };
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = codeOf(cause);
  if (code === undefined) {
    // The platform refuses some ports outright, before anything is sent, with nothing but these words.
    const refused = cause instanceof Error && cause.message === "bad port";
    return { reason: refused ? "the port is not allowed" : "connection failed", sent: !refused, permanent: refused };
  }
  if (HANDSHAKE_CODE.test(code)) return { reason: code, sent: false, permanent: true };
  const connecting = (cause as { syscall?: unknown }).syscall === "connect";
  return { reason: code, sent: !(connecting || NOT_CONNECTED.has(code)), permanent: false };
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === "string" && code !== "") return code;
  // A host with several addresses gives one error for each.
  return Array.isArray(errors) ? codeOf(errors[0]) : undefined;
}

function nameOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null ? (error as { name?: string }).name : undefined;
}
