/** The answer of a password check. */
export type VerdictName =
  | "ok"
  | "invalid_credentials"
  | "reset_required"
  | "challenge"
  | "not_confirmed"
  | "disabled"
  | "throttled"
  | "unavailable";

/** What whoever asked does next. */
export type NextStep =
  /** Sign in with the same password in Descope, which is what gives a session. The verdict itself never does. */
  | "sign-in"
  /** Ask for name and password again. */
  | "ask-again"
  /** Let the user choose a new password, after proof by a message to its address. */
  | "reset-password"
  /** Sign in with the same password, and ask for another factor before a session is given. */
  | "step-up"
  /** Prove the address or phone number first. */
  | "verify-contact"
  /** Let nobody in. */
  | "stop"
  /** Say that it does not work now, and to try again. Never that the password is wrong. */
  | "retry-later";

/** Why. Tells nothing of a user that its verdict does not tell. */
export type VerdictReason =
  | "password-right"
  /** Right at the pool. The project had a password of this user before, the same or another, and that is what counts. */
  | "moved-before"
  /** No such user, or another password: which of them is not told. */
  | "credentials"
  | "second-factor"
  | "custom-challenge"
  | "unexpected-challenge"
  | "temporary-password"
  | "temporary-password-expired"
  | "reset-required"
  | "password-policy"
  | "not-confirmed"
  | "disabled"
  | "refused-by-trigger"
  | "left-out"
  | "refused-by-project"
  | "login-id-taken"
  | "locked-out"
  | "too-many-tries"
  | "too-many-from-address"
  | "quota"
  | "pool-throttles"
  | "project-busy"
  | "pool-unavailable"
  | "project-unavailable"
  | "counter-unavailable"
  | "configuration";

/** What becomes of somebody who wants in. Holds no personal data but, where it was asked for, the login ID. */
export interface Verdict {
  readonly verdict: VerdictName;
  readonly next: NextStep;
  readonly reason: VerdictReason;
  /** Whole seconds after which a try may succeed. With `throttled` and `unavailable` only. */
  readonly retryAfterSeconds?: number;
  /** The login ID in the project that belongs to the name that was typed. With `ok` and `challenge`, where a user was provisioned. */
  readonly loginId?: string;
}

/** How a verdict came about, for logs and metrics. */
export interface VerdictDetails {
  /** Which of the meanings of Cognito's answers it was; absent when no pool was asked. */
  readonly cause?: AnswerMeaning;
  /** The pool whose answer counted. */
  readonly userPoolId?: string;
  /** Tries of the password at pools. */
  readonly tries: number;
  /** What became of the user in the project. */
  readonly provisioned?: "created" | "updated" | "unchanged";
  /** Somebody has to look at the configuration: nobody of this pool can sign in, or Cognito says what is not known. */
  readonly alarm: boolean;
}

/** What an answer of Cognito means. */
export type AnswerMeaning =
  | "signed-in"
  | "second-factor"
  | "temporary-password"
  | "custom-challenge"
  | "unexpected-challenge"
  | "wrong-password"
  | "unknown-user"
  | "locked-out"
  | "temporary-password-expired"
  | "not-confirmed"
  | "reset-required"
  | "disabled"
  | "refused-by-trigger"
  | "trigger-failed"
  | "throttled"
  | "attempt-limit"
  | "misconfigured"
  | "blocked"
  | "failed"
  | "no-answer"
  | "unrecognised";
