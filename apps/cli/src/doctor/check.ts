import type { Config } from "../config/config.ts";
import { showError } from "../errors.ts";

/** What a check found. */
export interface CheckResult {
  /** `AWS credentials`, `permission cognito-idp:ListUsers`, … */
  readonly check: string;
  readonly result: "ok" | "warn" | "fail";
  /** What was found, in one line. */
  readonly detail: string;
  /** What to do about it. */
  readonly advice?: string | undefined;
}

/** What checks are made with. */
export interface CheckContext {
  readonly config: Config;
  readonly signal: AbortSignal;
}

/** A result that is in order. */
export function ok(check: string, detail: string): CheckResult {
  return { check, result: "ok", detail };
}

/** A failed check, in the words of the error. */
export function failed(check: string, error: unknown): CheckResult {
  const { message, suggestion, code } = showError(error);
  return { check, result: "fail", detail: `${message} (${code})`, advice: suggestion };
}
