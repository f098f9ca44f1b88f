/**
 * What a failed call says of itself, read from whatever the AWS SDK threw.
 *
 * Only this file looks into the SDK's errors. Their messages can hold account IDs, user names and, where an answer was cut
 * short, pieces of users: {@link VendorFailure.message} is for recognising a failure, never for showing.
 */
export interface VendorFailure {
  /** The vendor's code: `TooManyRequestsException`, `CredentialsProviderError`, … Empty when there is none. */
  readonly code: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The system's code when the network failed: `ECONNRESET`, `ENOTFOUND`, … Empty otherwise. */
  readonly networkCode: string;
  /** The host whose name was not found, which may be another than Cognito's. Empty when it was not that. */
  readonly host: string;
  /** The answer was no JSON, or JSON that breaks off. */
  readonly unreadable: boolean;
  /** AWS's ID of the request, for their support. */
  readonly requestId: string;
  /** The `server` header of the answer. */
  readonly server: string;
  /** The `Retry-After` header in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The SDK noticed that this machine's clock is off and corrects for it from the next request on. */
  readonly clockCorrected: boolean;
  /** Never to be shown. */
  readonly message: string;
  /** What was thrown, when it says nothing of the vendor and came from no answer: a defect, on this side. */
  readonly cause: unknown;
}

/** The AWS SDK's errors, as far as they are looked at. */
interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly hostname?: unknown;
  readonly $metadata?: {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly clockSkewCorrected?: boolean;
  };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** Reads a thrown value. Never throws itself. */
export function readVendorFailure(thrown: unknown): VendorFailure {
  const error: SdkError = typeof thrown === "object" && thrown !== null ? thrown : {};
  const name = typeof error.name === "string" ? error.name : "";
  const headers = error.$response?.headers ?? {};
  const status = error.$metadata?.httpStatusCode ?? 0;
  const unreadable = name === "SyntaxError" && status !== 0;
  const networkCode = networkCodeOf(error, 0);
  const code = GENERIC_NAMES.has(name) || !PLAIN_CODE.test(name) ? "" : name;
  return {
    code,
    status,
    networkCode,
    host: typeof error.hostname === "string" ? error.hostname : "",
    unreadable,
    requestId: PLAIN_REQUEST_ID.exec(error.$metadata?.requestId ?? "")?.[0] ?? "",
    server: headers["server"] ?? "",
    retryAfterMs: retryAfterMs(headers["retry-after"]),
    clockCorrected: error.$metadata?.clockSkewCorrected === true,
    message: typeof error.message === "string" ? error.message : "",
    cause: code === "" && status === 0 && networkCode === "" ? thrown : undefined,
  };
}

/** Codes and request IDs are shown: whatever else an answer may put in their place is not. */
const PLAIN_CODE = /^[A-Za-z][A-Za-z0-9_.]{0,79}$/;
const PLAIN_REQUEST_ID = /^[0-9A-Za-z-]{1,64}$/;

/** Names that say nothing of the vendor. */
const GENERIC_NAMES: ReadonlySet<string> = new Set([
  "Error",
  "TypeError",
  "RangeError",
  "SyntaxError",
  "AggregateError",
  "TimeoutError",
  "AbortError",
  "Unknown",
  "UnknownError",
]);

/** System, HTTP parser, TLS and name resolution codes, as Node.js spells them. */
const NETWORK_CODE =
  /^(?:E(?!RR_)[A-Z_]{3,}|ERR_(?:TLS|SSL|HTTP2|STREAM|SOCKET)[A-Z_]*|HPE_[A-Z_]+|CERT_[A-Z_]+|UNABLE_TO_[A-Z_]+|DEPTH_ZERO_[A-Z_]+|SELF_SIGNED_[A-Z_]+)$/;

function networkCodeOf(error: SdkError, depth: number): string {
  if (typeof error.code === "string" && NETWORK_CODE.test(error.code)) return error.code;
  if (error.name === "TimeoutError") return "ETIMEDOUT";
  if (depth >= 4) return "";
  const inner = [error.cause, ...(Array.isArray(error.errors) ? (error.errors as unknown[]) : [])];
  for (const candidate of inner) {
    if (typeof candidate !== "object" || candidate === null) continue;
    const code = networkCodeOf(candidate, depth + 1);
    if (code !== "") return code;
  }
  return "";
}

/** Seconds; the header's other form, a date, is left aside. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d+(?:\.\d+)?$/.test(header.trim())) return undefined;
  return Number(header) * 1000;
}
