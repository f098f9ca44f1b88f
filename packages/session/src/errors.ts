import type { Provider } from "./principal.ts";

/** Status of the answer that a refusal asks for: not signed in, not allowed, or try again. */
export type RefusalStatus = 401 | 403 | 503;

/**
 * Every reason why a token is refused, by the code of the error that is thrown for it.
 *
 * Codes and reasons are stable: dashboards and alarms may name them.
 */
export const REASONS = {
  ERR_TOKEN_MALFORMED: [
    "not-a-string",
    "too-large",
    "not-three-parts",
    "not-base64url",
    "not-utf8",
    "not-json",
    "duplicate-key",
    "too-deep",
    "header-invalid",
    "claim-invalid",
  ],
  ERR_TOKEN_UNTRUSTED: [
    "unknown-issuer",
    "header-refused",
    "algorithm-refused",
    "type-refused",
    "key-unknown",
    "key-unfit",
    "signature-invalid",
  ],
  ERR_TOKEN_EXPIRED: ["expired", "not-yet-valid", "issued-in-future", "too-old", "after-cut-off", "denied"],
  ERR_TOKEN_REFUSED: [
    "mode",
    "token-use",
    "client",
    "audience",
    "resource",
    "refresh-token",
    "session-name",
    "access-key",
    "machine",
    "subject-unmapped",
    "binding-unsupported",
    "dpop-missing",
    "dpop-invalid",
    "dpop-mismatch",
    "dpop-replayed",
    "dpop-unbound",
  ],
  ERR_TOKEN_INSUFFICIENT: ["scope", "group", "role", "permission", "tenant"],
  ERR_KEYS_UNAVAILABLE: ["keys-unavailable", "keys-cooling-down"],
  ERR_CHECK_UNAVAILABLE: ["hook-failed", "hook-asynchronous"],
  ERR_EXCHANGE_REFUSED: ["not-fresh", "replayed", "no-user", "wrong-user", "not-cognito"],
  ERR_EXCHANGE_UNAVAILABLE: ["exchanger-failed", "store-failed"],
} as const;

/** Code of a {@link SessionError}. */
export type SessionErrorCode = keyof typeof REASONS;

/** Reason of a {@link SessionError}. */
export type Reason = (typeof REASONS)[SessionErrorCode][number];

type ReasonOf<Code extends SessionErrorCode> = (typeof REASONS)[Code][number];

/** Facts of an error beside its reason. */
export interface SessionErrorDetails extends ErrorOptions {
  /** Whose issuer the token names. Known before the signature is checked, so it may be a forger's choice. */
  readonly provider?: Provider | undefined;
  /** Seconds after which the same token may be accepted. */
  readonly retryAfterSeconds?: number | undefined;
}

/**
 * Base of every error that a token can cause. Switch on {@link code} or {@link reason}, not on the message.
 *
 * Neither the message nor a field holds the token or a claim of it. Errors about the token have no stack: they say
 * something of the caller's input, not of a place in the code, and taking a stack costs more than refusing the token.
 */
export abstract class SessionError extends Error {
  /** Stable code of the class. */
  abstract readonly code: SessionErrorCode;
  /** HTTP status of the answer that fits. */
  abstract readonly status: RefusalStatus;
  /** What exactly was wrong. */
  readonly reason: Reason;
  /** Whose issuer the token names; unverified. */
  readonly provider: Provider | undefined;
  /** Seconds after which the same token may be accepted. */
  readonly retryAfterSeconds: number | undefined;

  protected constructor(reason: Reason, details: SessionErrorDetails) {
    super(MESSAGES[reason], details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = reason;
    this.provider = details.provider;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** The text is not a JWT that the verifier reads. */
export class TokenMalformed extends SessionError {
  readonly code = "ERR_TOKEN_MALFORMED";
  readonly status = 401;
  constructor(reason: ReasonOf<"ERR_TOKEN_MALFORMED">, details: SessionErrorDetails = {}) {
    super(reason, details);
    this.name = "TokenMalformed";
  }
}

/** Nobody who is trusted has signed the token in a way that is trusted. */
export class TokenUntrusted extends SessionError {
  readonly code = "ERR_TOKEN_UNTRUSTED";
  readonly status = 401;
  constructor(reason: ReasonOf<"ERR_TOKEN_UNTRUSTED">, details: SessionErrorDetails = {}) {
    super(reason, details);
    this.name = "TokenUntrusted";
  }
}

/** The token is not valid now: its time is over or has not come, or it was withdrawn. */
export class TokenExpired extends SessionError {
  readonly code = "ERR_TOKEN_EXPIRED";
  readonly status = 401;
  constructor(reason: ReasonOf<"ERR_TOKEN_EXPIRED">, details: SessionErrorDetails = {}) {
    super(reason, details);
    this.name = "TokenExpired";
  }
}

/** The token is a good one, for something or somebody else. */
export class TokenRefused extends SessionError {
  readonly code = "ERR_TOKEN_REFUSED";
  readonly status = 401;
  constructor(reason: ReasonOf<"ERR_TOKEN_REFUSED">, details: SessionErrorDetails = {}) {
    super(reason, details);
    this.name = "TokenRefused";
  }
}

/** The token is good, and its holder lacks what the route asks for. */
export class TokenInsufficient extends SessionError {
  readonly code = "ERR_TOKEN_INSUFFICIENT";
  readonly status = 403;
  constructor(reason: ReasonOf<"ERR_TOKEN_INSUFFICIENT">, details: SessionErrorDetails = {}) {
    super(reason, details);
    this.name = "TokenInsufficient";
  }
}

/** The keys that would decide are not there, so nothing is known of the token. */
export class KeysUnavailable extends SessionError {
  readonly code = "ERR_KEYS_UNAVAILABLE";
  readonly status = 503;
  constructor(reason: ReasonOf<"ERR_KEYS_UNAVAILABLE">, details: SessionErrorDetails = {}) {
    super(reason, details);
    this.name = "KeysUnavailable";
  }
}

/** A hook of the application (deny list, ID map, replay store) failed, so the token is not accepted. */
export class CheckUnavailable extends SessionError {
  readonly code = "ERR_CHECK_UNAVAILABLE";
  readonly status = 503;
  constructor(reason: ReasonOf<"ERR_CHECK_UNAVAILABLE">, details: SessionErrorDetails = {}) {
    super(reason, details);
    this.name = "CheckUnavailable";
  }
}

/** A good Cognito token that is not exchanged for a session. */
export class ExchangeRefused extends SessionError {
  readonly code = "ERR_EXCHANGE_REFUSED";
  readonly status = 401;
  constructor(reason: ReasonOf<"ERR_EXCHANGE_REFUSED">, details: SessionErrorDetails = {}) {
    super(reason, details);
    this.name = "ExchangeRefused";
  }
}

/** The exchange could not be carried out now. */
export class ExchangeUnavailable extends SessionError {
  readonly code = "ERR_EXCHANGE_UNAVAILABLE";
  readonly status = 503;
  constructor(reason: ReasonOf<"ERR_EXCHANGE_UNAVAILABLE">, details: SessionErrorDetails = {}) {
    super(reason, details);
    this.name = "ExchangeUnavailable";
  }
}

/**
 * Makes an error about a token without a stack.
 *
 * The limit is the engine's own switch for this; it is set back before anything else can run.
 */
export function withoutStack<E extends SessionError>(make: () => E): E {
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 0;
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

const MESSAGES: Readonly<Record<Reason, string>> = {
  "not-a-string": "the token is not a string",
  "too-large": "the token is too large",
  "not-three-parts": "the token does not have three parts",
  "not-base64url": "a part of the token is not canonical base64url",
  "not-utf8": "a part of the token is not UTF-8",
  "not-json": "a part of the token is not a JSON object",
  "duplicate-key": "a key stands twice in an object of the token",
  "too-deep": "the token is nested too deep",
  "header-invalid": "a header parameter of the token has the wrong type",
  "claim-invalid": "a claim of the token is missing or has the wrong type",
  "unknown-issuer": "the issuer of the token is not one of those configured",
  "header-refused": "the token has a header parameter that is refused",
  "algorithm-refused": "the algorithm of the token is not allowed",
  "type-refused": "the token is of another type",
  "key-unknown": "the issuer publishes no key of the token's key ID",
  "key-unfit": "the key of the token's key ID is not for its algorithm",
  "signature-invalid": "the signature of the token is wrong",
  expired: "the token has expired",
  "not-yet-valid": "the token is not valid yet",
  "issued-in-future": "the token was issued in the future",
  "too-old": "the token was issued too long ago",
  "after-cut-off": "Cognito tokens are no longer accepted",
  denied: "the token was withdrawn",
  mode: "tokens of this provider are not accepted here",
  "token-use": "tokens of this use are not accepted here",
  client: "the token was issued to another app client",
  audience: "the token is for another audience",
  resource: "the token is bound to another resource",
  "refresh-token": "a refresh token is not a session token",
  "session-name": "the token is not a session token",
  "access-key": "tokens of access keys are not accepted here",
  machine: "tokens without a user are not accepted here",
  "subject-unmapped": "the user of the token is not known on the other side",
  "binding-unsupported": "the token is bound to its holder in a way that cannot be checked",
  "dpop-missing": "the token needs a DPoP proof",
  "dpop-invalid": "the DPoP proof is not valid for this request",
  "dpop-mismatch": "the DPoP proof is of another key than the token's",
  "dpop-replayed": "the DPoP proof was used before",
  "dpop-unbound": "the token is not bound to a DPoP key",
  scope: "the token lacks a scope",
  group: "the user is in none of the groups",
  role: "the user lacks the role",
  permission: "the user lacks the permission",
  tenant: "the user is not in the tenant",
  "keys-unavailable": "the keys of the issuer cannot be had",
  "keys-cooling-down": "the token's key ID is new, and the keys of the issuer were read a moment ago",
  "hook-failed": "a check of the application failed",
  "hook-asynchronous": "a check of the application is asynchronous: use verify",
  "not-fresh": "the Cognito token is too old to be exchanged",
  replayed: "the Cognito token was exchanged before",
  "no-user": "the user of the Cognito token is not in the project",
  "wrong-user": "the session is not that of the Cognito token's user",
  "not-cognito": "only a user's Cognito token can be exchanged",
  "exchanger-failed": "the session could not be made",
  "store-failed": "the store of exchanged tokens failed",
};
