import { type AttemptLimits, DEFAULT_ATTEMPT_LIMITS } from "./attempt-limits.ts";
import { DEFAULT_FAILURE_FLOOR, type FailureFloor } from "./failure-floor.ts";

/** What happens to users of whom Cognito asks for a second factor. */
export type SecondFactorPolicy =
  /** They are provisioned with their password, and whoever asked has to ask for another factor. */
  | "provision-and-step-up"
  /** They choose a new password after proof by a message to their address. */
  | "recover";

/** What happens to temporary passwords. */
export type TemporaryPasswordPolicy =
  /** They are not tried where the pool can be asked for the user first, so that they still work where they were meant for. */
  | "keep"
  /** They are tried like others. Cognito may take one only once. */
  | "try";

/** What is left to choose. */
export interface PasswordCheckPolicy {
  /** Without a reader of the pool there is nothing to provision from: then it is `recover`. */
  readonly secondFactor: SecondFactorPolicy;
  readonly temporaryPassword: TemporaryPasswordPolicy;
  /** What is told of a user without proof that its password is right is told as `invalid_credentials`. */
  readonly hideStatus: boolean;
  readonly attempts: AttemptLimits;
  readonly failureFloor: FailureFloor;
  /** Milliseconds that somebody waits for a place of Cognito's quota, at most; who cannot have one by then hears so at once. */
  readonly maxQuotaWaitMs: number;
  /** Milliseconds that one call of Cognito may take. */
  readonly callTimeoutMs: number;
  /** Milliseconds until an answer is of no use to whoever asked. Less than the time-out of the connector. */
  readonly deadlineMs: number;
  /** Milliseconds for which a request that is repeated gets the same verdict without a new try. */
  readonly repeatMs: number;
}

/** What a password check does where the config says nothing else. */
export const DEFAULT_PASSWORD_CHECK: PasswordCheckPolicy = {
  secondFactor: "provision-and-step-up",
  temporaryPassword: "keep",
  hideStatus: false,
  attempts: DEFAULT_ATTEMPT_LIMITS,
  failureFloor: DEFAULT_FAILURE_FLOOR,
  maxQuotaWaitMs: 1000,
  callTimeoutMs: 5000,
  deadlineMs: 8000,
  repeatMs: 5000,
};
