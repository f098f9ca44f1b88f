import type { SignInAnswer } from "./sign-in-answer.ts";
import type { AnswerMeaning, NextStep, VerdictName, VerdictReason } from "./verdict.ts";

/** What an answer of Cognito comes to. */
export interface Judgement {
  readonly meaning: AnswerMeaning;
  readonly verdict: VerdictName;
  readonly next: NextStep;
  readonly reason: VerdictReason;
  /** What is known of the password. `unknown`: the answer may have come before the password was looked at. */
  readonly password: "right" | "wrong" | "unknown";
  /** Whole seconds; with `throttled` and `unavailable` only. */
  readonly retryAfterSeconds?: number;
  /** Somebody has to look at the configuration, or at a text of Cognito's that is not known. */
  readonly alarm: boolean;
}

type Row = readonly [
  verdict: VerdictName,
  next: NextStep,
  reason: VerdictReason,
  password: Judgement["password"],
  more?: { readonly retryAfterSeconds?: number; readonly alarm?: boolean },
];

const ALARM = { retryAfterSeconds: 60, alarm: true };

const MEANINGS: Readonly<Record<AnswerMeaning, Row>> = {
  "signed-in": ["ok", "sign-in", "password-right", "right"],
  // The password is checked before another factor is asked for, so that it was right. Never "ok": whoever looks at
  // nothing else would let the user in without the second factor.
  "second-factor": ["challenge", "step-up", "second-factor", "right"],
  "temporary-password": ["reset_required", "reset-password", "temporary-password", "right"],
  "custom-challenge": ["challenge", "reset-password", "custom-challenge", "unknown"],
  "unexpected-challenge": ["challenge", "reset-password", "unexpected-challenge", "unknown", { alarm: true }],
  "wrong-password": ["invalid_credentials", "ask-again", "credentials", "wrong"],
  "unknown-user": ["invalid_credentials", "ask-again", "credentials", "unknown"],
  // From one second to a quarter of an hour; Cognito does not say.
  "locked-out": ["throttled", "retry-later", "locked-out", "unknown", { retryAfterSeconds: 30 }],
  "temporary-password-expired": ["reset_required", "reset-password", "temporary-password-expired", "unknown"],
  "not-confirmed": ["not_confirmed", "verify-contact", "not-confirmed", "unknown"],
  "reset-required": ["reset_required", "reset-password", "reset-required", "unknown"],
  disabled: ["disabled", "stop", "disabled", "unknown"],
  "refused-by-trigger": ["disabled", "stop", "refused-by-trigger", "unknown"],
  "trigger-failed": ["unavailable", "retry-later", "pool-unavailable", "unknown", { retryAfterSeconds: 5 }],
  throttled: ["throttled", "retry-later", "pool-throttles", "unknown", { retryAfterSeconds: 2 }],
  // Not cured by waiting a little.
  "attempt-limit": ["throttled", "retry-later", "pool-throttles", "unknown", { retryAfterSeconds: 60 }],
  misconfigured: ["unavailable", "retry-later", "configuration", "unknown", ALARM],
  blocked: ["unavailable", "retry-later", "pool-unavailable", "unknown", ALARM],
  failed: ["unavailable", "retry-later", "pool-unavailable", "unknown", { retryAfterSeconds: 5 }],
  "no-answer": ["unavailable", "retry-later", "pool-unavailable", "unknown", { retryAfterSeconds: 5 }],
  // Never "invalid": a text that AWS changed one day must not tell everybody that the password is wrong.
  unrecognised: ["unavailable", "retry-later", "pool-unavailable", "unknown", ALARM],
};

const CHALLENGES: Readonly<Record<string, AnswerMeaning>> = {
  SMS_MFA: "second-factor",
  EMAIL_OTP: "second-factor",
  SOFTWARE_TOKEN_MFA: "second-factor",
  SELECT_MFA_TYPE: "second-factor",
  MFA_SETUP: "second-factor",
  DEVICE_SRP_AUTH: "second-factor",
  DEVICE_PASSWORD_VERIFIER: "second-factor",
  NEW_PASSWORD_REQUIRED: "temporary-password",
  CUSTOM_CHALLENGE: "custom-challenge",
};

const CODES: Readonly<Record<string, AnswerMeaning>> = {
  UserNotFoundException: "unknown-user",
  // What cognito-local says. Cognito itself has the code for passwords that are to be set, and not here.
  InvalidPasswordException: "wrong-password",
  UserNotConfirmedException: "not-confirmed",
  PasswordResetRequiredException: "reset-required",
  UserLambdaValidationException: "refused-by-trigger",
  UnexpectedLambdaException: "trigger-failed",
  InvalidLambdaResponseException: "trigger-failed",
  TooManyRequestsException: "throttled",
  ThrottlingException: "throttled",
  RequestLimitExceeded: "throttled",
  LimitExceededException: "attempt-limit",
  InternalErrorException: "failed",
  InternalServerError: "failed",
  ServiceUnavailableException: "failed",
  ForbiddenException: "blocked",
  ResourceNotFoundException: "misconfigured",
  InvalidParameterException: "misconfigured",
  InvalidUserPoolConfigurationException: "misconfigured",
  InvalidSmsRoleAccessPolicyException: "misconfigured",
  InvalidSmsRoleTrustRelationshipException: "misconfigured",
  InvalidEmailRoleAccessPolicyException: "misconfigured",
  MFAMethodNotFoundException: "misconfigured",
  UserPoolAddOnNotEnabledException: "misconfigured",
  OperationNotEnabledException: "misconfigured",
  UnsupportedOperationException: "misconfigured",
  // Of calls that are signed.
  AccessDeniedException: "misconfigured",
  ExpiredTokenException: "misconfigured",
  IncompleteSignatureException: "misconfigured",
  InvalidSignatureException: "misconfigured",
  MissingAuthenticationTokenException: "misconfigured",
  UnrecognizedClientException: "misconfigured",
};

/** What `NotAuthorizedException` means, by a part of its text in lower case. AWS does not promise the texts. */
const TEXTS: readonly (readonly [part: string, meaning: AnswerMeaning])[] = [
  ["incorrect username or password", "wrong-password"],
  ["user is disabled", "disabled"],
  ["password attempts exceeded", "locked-out"],
  ["temporary password has expired", "temporary-password-expired"],
  ["user is not confirmed", "not-confirmed"],
  ["password reset required", "reset-required"],
  ["user does not exist", "unknown-user"],
  // What cognito-local says of a user that does not exist.
  ["user not authorized", "unknown-user"],
  ["secret hash", "misconfigured"],
  ["secrethash", "misconfigured"],
  ["secret_hash", "misconfigured"],
  ["secret was not received", "misconfigured"],
];

/**
 * Judges what Cognito answered to a password. Pure.
 *
 * What Cognito says of a user only where it says nothing of the password too is `unknown`: whether it looks at the state of
 * the account before the password is not documented.
 */
export function judgeAnswer(answer: SignInAnswer): Judgement {
  return judgementOf(meaningOf(answer));
}

/** The judgement of a meaning that is known from elsewhere, such as the user's status. */
export function judgementOf(meaning: AnswerMeaning): Judgement {
  const [verdict, next, reason, password, more] = MEANINGS[meaning];
  return { meaning, verdict, next, reason, password, alarm: false, ...more };
}

/** What a code means on its own; `NotAuthorizedException` means nothing without its text. */
export function meaningOfCode(code: string): AnswerMeaning {
  const plain = code.slice(code.lastIndexOf("#") + 1);
  return (Object.hasOwn(CODES, plain) ? CODES[plain] : undefined) ?? "unrecognised";
}

function meaningOf(answer: SignInAnswer): AnswerMeaning {
  if (answer.kind === "signed-in") return "signed-in";
  if (answer.kind === "challenge") {
    return (Object.hasOwn(CHALLENGES, answer.name) ? CHALLENGES[answer.name] : undefined) ?? "unexpected-challenge";
  }
  // A token of somebody else's pool or client is no passing trouble.
  if (answer.kind === "no-answer") return answer.why === "unexpected-token" ? "misconfigured" : "no-answer";
  // In the JSON protocol the code may come with its namespace.
  const code = answer.code.slice(answer.code.lastIndexOf("#") + 1);
  if (code !== "NotAuthorizedException") return meaningOfCode(code);
  const text = answer.message.toLowerCase();
  return TEXTS.find(([part]) => text.includes(part))?.[1] ?? "unrecognised";
}
