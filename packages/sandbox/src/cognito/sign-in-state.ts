/** What one user has beyond profile and password once sign-in is in play. */

/** A code sent to a user, waiting for its confirmation. */
export interface PendingCode {
  readonly code: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Sign-in state of one user. Only users that have some carry it. */
export interface SignInState {
  /** Set when the password is a temporary one: when it stops to work. */
  temporaryPasswordExpiresAt?: number | undefined;
  /** True once a temporary password was accepted; it works only once. */
  temporaryPasswordUsed?: boolean | undefined;
  confirmationCode?: PendingCode | undefined;
  resetCode?: PendingCode | undefined;
  /** Wrong passwords since the last success, and when the last one was. */
  failures?: number | undefined;
  lastFailureAt?: number | undefined;
  /** Base32 secret of the confirmed authenticator app. */
  totpSecret?: string | undefined;
  mfaEnabled?: readonly MfaKind[] | undefined;
  mfaPreferred?: MfaKind | undefined;
  /** Tokens issued before this time are void. */
  signedOutAt?: number | undefined;
}

/** Second factors, by the names of `UserMFASettingList`. */
export type MfaKind = "SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP";
