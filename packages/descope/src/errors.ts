import { MigrationError } from "@cognito-to-descope/core";

/** What went wrong with a request, as far as it is known. */
export type Failure =
  /** The project answered that it will not do it. */
  | {
      readonly kind: "refused";
      readonly operation: string;
      readonly status: number;
      readonly vendorCode?: string | undefined;
    }
  /** The answer came from something that is not the API. */
  | { readonly kind: "not-json"; readonly operation: string; readonly status: number }
  /** The request was sent, and whether it was executed is not known. */
  | {
      readonly kind: "lost";
      readonly operation: string;
      readonly reason: string;
      readonly status?: number | undefined;
      readonly vendorCode?: string | undefined;
      readonly cause?: unknown;
    }
  /** Every try failed, and nothing was executed or all of it may be repeated. */
  | {
      readonly kind: "unreachable";
      readonly operation: string;
      readonly reason: string;
      readonly attempts: number;
      readonly status?: number | undefined;
      readonly vendorCode?: string | undefined;
      readonly cause?: unknown;
    }
  /** The project kept refusing the request for its rate. */
  | { readonly kind: "throttled"; readonly operation: string; readonly retryAfterMs: number }
  /** The project's answer makes no sense to this adapter. */
  | { readonly kind: "unexpected"; readonly operation: string; readonly reason: string }
  /** The project gave a session token that does not hold. */
  | { readonly kind: "token-invalid"; readonly reason: string };

/** Vendor codes that this adapter reacts to; see `facts.md#errors`. */
export const VENDOR_CODES = {
  projectNotFound: "E011008",
  userNotFound: "E112102",
  roleExists: "E024209",
  tenantExists: "E073307",
  tenantNotFound: "E112202",
} as const;

/**
 * Makes the error that is thrown for a failure.
 *
 * The project's free text stays out of it, because it may name a user; so does every part of a request or an answer.
 */
export function translateFailure(failure: Failure): MigrationError {
  switch (failure.kind) {
    case "refused":
      return translateRefusal(failure);
    case "not-json":
      return new MigrationError(
        "ERR_TARGET_NOT_JSON",
        `"${failure.operation}" was answered with status ${failure.status} and no JSON`,
        {
          status: failure.status,
          suggestion:
            "Something other than the Descope API answered: check the base URL (DESCOPE_BASE_URL), and whether a proxy or a firewall stands in between.",
        },
      );
    case "lost":
      return new MigrationError(
        "ERR_TARGET_ANSWER_LOST",
        `"${failure.operation}" was sent and its outcome is not known: ${failure.reason}`,
        {
          ...known(failure),
          suggestion:
            "Run the same command again: a run keeps its place, and looks up what is there before it creates anything.",
        },
      );
    case "unreachable":
      return new MigrationError(
        "ERR_TARGET_UNREACHABLE",
        `"${failure.operation}" failed ${failure.attempts === 1 ? "once" : `${failure.attempts} times`}: ${failure.reason}`,
        {
          ...known(failure),
          suggestion: "Check the network, the base URL (DESCOPE_BASE_URL) and Descope's status page, then try again.",
        },
      );
    case "throttled":
      return new MigrationError(
        "ERR_TARGET_THROTTLED",
        `"${failure.operation}" was refused for its rate for too long`,
        {
          status: 429,
          retryAfterMs: failure.retryAfterMs,
          suggestion:
            "Something else may use up the project's quota: stop it, lower the configured limits, or wait longer.",
        },
      );
    case "unexpected":
      return new MigrationError("ERR_TARGET_UNEXPECTED", `"${failure.operation}" ${failure.reason}`);
    case "token-invalid":
      return new MigrationError(
        "ERR_TARGET_TOKEN_INVALID",
        `the session token of a sign-in is not valid: ${failure.reason}`,
      );
    default:
      return failure satisfies never;
  }
}

function translateRefusal(failure: Extract<Failure, { kind: "refused" }>): MigrationError {
  const { operation, status, vendorCode } = failure;
  const details = { status, ...(vendorCode === undefined ? {} : { vendorCode }) };
  const named = vendorCode === undefined ? "" : ` and ${vendorCode}`;
  if (vendorCode === VENDOR_CODES.projectNotFound) {
    return new MigrationError("ERR_TARGET_PROJECT_NOT_FOUND", `the project was not found (${vendorCode})`, {
      ...details,
      suggestion:
        "Check the project ID (DESCOPE_PROJECT_ID), and that the base URL is the one of the project's region.",
    });
  }
  if (status === 401 || status === 403) {
    return new MigrationError("ERR_TARGET_UNAUTHORIZED", `"${operation}" was answered with status ${status}${named}`, {
      ...details,
      suggestion:
        "Check that the management key (DESCOPE_MANAGEMENT_KEY) belongs to this project, has not expired, and may do this.",
    });
  }
  return new MigrationError("ERR_TARGET_REFUSED", `"${operation}" was refused with status ${status}${named}`, details);
}

function known(failure: {
  readonly status?: number | undefined;
  readonly vendorCode?: string | undefined;
  readonly cause?: unknown;
}): {
  status?: number;
  vendorCode?: string;
  cause?: unknown;
} {
  return {
    ...(failure.status === undefined ? {} : { status: failure.status }),
    ...(failure.vendorCode === undefined ? {} : { vendorCode: failure.vendorCode }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
  };
}

/** The vendor's code in an answer's body, where it has one that looks like a code and not like a sentence. */
export function vendorCodeOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const code = (body as Record<string, unknown>)["errorCode"];
  return typeof code === "string" && /^[A-Za-z0-9_]{1,20}$/.test(code) ? code : undefined;
}

/** The vendor's free text in an answer's body. May hold personal data. */
export function vendorTextOf(body: unknown): string {
  if (typeof body !== "object" || body === null) return "";
  const { errorCode, errorDescription, errorMessage, message } = body as Record<string, unknown>;
  const texts = [errorCode, errorDescription, errorMessage ?? message];
  return texts.filter((text): text is string => typeof text === "string" && text !== "").join(": ");
}
