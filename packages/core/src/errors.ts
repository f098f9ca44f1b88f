/** Who can make the same call succeed: a later try, the operator, or the authors. */
export type Recovery = "retry" | "operator" | "defect";

/**
 * What can go wrong, by stable code. A code is documented on a page of its own and never reused.
 *
 * A fault stops a run and is thrown. What happens to one user is an outcome: a value that is stored and counted.
 */
export const ERROR_CODES = {
  ERR_ABORTED: "operator",
  ERR_CONFIG_INVALID: "operator",
  ERR_CONFIG_UNREADABLE: "operator",
  ERR_CONFIG_CHANGED: "operator",
  ERR_USAGE: "operator",
  ERR_SOURCE_UNAUTHORIZED: "operator",
  ERR_SOURCE_PERMISSION_MISSING: "operator",
  ERR_SOURCE_POOL_NOT_FOUND: "operator",
  ERR_SOURCE_REGION_MISMATCH: "operator",
  ERR_SOURCE_UNREACHABLE: "retry",
  ERR_SOURCE_THROTTLED: "retry",
  ERR_SOURCE_TOKEN_EXPIRED: "retry",
  ERR_SOURCE_REFUSED: "operator",
  ERR_SOURCE_UNEXPECTED: "defect",
  ERR_TARGET_UNAUTHORIZED: "operator",
  ERR_TARGET_PROJECT_NOT_FOUND: "operator",
  ERR_TARGET_UNREACHABLE: "retry",
  ERR_TARGET_THROTTLED: "retry",
  ERR_TARGET_NOT_JSON: "operator",
  ERR_TARGET_REFUSED: "operator",
  ERR_TARGET_FEATURE_MISSING: "operator",
  ERR_TARGET_ANSWER_LOST: "retry",
  ERR_TARGET_UNEXPECTED: "defect",
  ERR_TARGET_TOKEN_INVALID: "operator",
  ERR_PLAN_MISSING: "operator",
  ERR_PLAN_BLOCKED: "operator",
  ERR_PLAN_STALE: "operator",
  ERR_JIT_DEFINITIONS_MISSING: "operator",
  ERR_ID_MAP_EMPTY: "operator",
  ERR_FLOW_INVALID: "operator",
  ERR_FLOW_TEMPLATE: "operator",
  ERR_FLOW_EXISTS: "operator",
  ERR_RUN_ACTIVE: "operator",
  ERR_MODE_CHANGED: "operator",
  ERR_STORE_CORRUPT: "operator",
  ERR_STORE_NEWER: "operator",
  ERR_STORE_READ_ONLY: "operator",
  ERR_STORE_FULL: "operator",
  ERR_STORE_LOCKED: "retry",
  ERR_STORE_UNREADABLE: "operator",
  ERR_OUTPUT_UNWRITABLE: "operator",
  ERR_PORT_IN_USE: "operator",
} as const;

/** Code of an error of this product: stable, documented in `docs/errors`, never used again for another one. */
export type MigrationErrorCode = keyof typeof ERROR_CODES;

/** Extra facts of an error. None of them may be personal data or a secret. */
export interface MigrationErrorDetails extends ErrorOptions {
  /** What the operator can do, in one or a few lines. */
  readonly suggestion?: string;
  /** The vendor's own code: `NotAuthorizedException`, `E011003`, … */
  readonly vendorCode?: string;
  /** HTTP status of the vendor's answer. */
  readonly status?: number;
  /** Milliseconds after which a retry may succeed. */
  readonly retryAfterMs?: number;
}

/**
 * Every error this product throws on purpose. Switch on {@link code}, not on the message.
 *
 * The message is one lower-case line without personal data and without secrets.
 */
export class MigrationError extends Error {
  readonly code: MigrationErrorCode;
  readonly recovery: Recovery;
  readonly suggestion: string | undefined;
  readonly vendorCode: string | undefined;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: MigrationErrorCode, message: string, details: MigrationErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "MigrationError";
    this.code = code;
    this.recovery = ERROR_CODES[code];
    this.suggestion = details.suggestion;
    this.vendorCode = details.vendorCode;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Whether `error` is a {@link MigrationError} with one of the codes. */
export function hasCode(error: unknown, ...codes: readonly MigrationErrorCode[]): error is MigrationError {
  return error instanceof MigrationError && codes.includes(error.code);
}
