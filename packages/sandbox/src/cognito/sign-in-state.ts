/** What one user has beyond profile and password once sign-in is in play. */

/** A code sent to a user, waiting for its confirmation. */
export interface PendingCode {
  readonly code: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** A device that a user signed in with. */
export interface Device {
  readonly key: string;
  readonly groupKey: string;
  readonly name: string | undefined;
  readonly remembered: boolean;
  /** Verifier and salt in hexadecimal; undefined until the device is confirmed. */
  readonly verifier: string | undefined;
  readonly salt: string | undefined;
  readonly createdAt: number;
  readonly authenticatedAt: number;
}

/** Sign-in state of one user. Only users that have some carry it. */
export interface SignInState {
  /** Set when the password is a temporary one: when it stops to work. */
  temporaryPasswordExpiresAt?: number | undefined;
  /** True once a temporary password was accepted; it works only once. */
  temporaryPasswordUsed?: boolean | undefined;
  confirmationCode?: PendingCode | undefined;
  resetCode?: PendingCode | undefined;
  /** When codes for a new password were asked for in the last hour. */
  resetRequests?: readonly number[] | undefined;
  /** Codes that prove an attribute, by attribute. */
  attributeCodes?: Readonly<Record<string, PendingCode>> | undefined;
  /** Wrong passwords since the last success, and when the last one was. */
  failures?: number | undefined;
  lastFailureAt?: number | undefined;
  /** Base32 secret of the confirmed authenticator app. */
  totpSecret?: string | undefined;
  mfaEnabled?: readonly MfaKind[] | undefined;
  mfaPreferred?: MfaKind | undefined;
  /** Tokens issued before this time are void. */
  signedOutAt?: number | undefined;
  /** Secret of an authenticator app whose first code is still awaited. */
  pendingTotpSecret?: string | undefined;
  devices?: readonly Device[] | undefined;
  /** Salt of the SRP verifier, made at the first SRP sign-in with the present password. */
  srpSalt?: string | undefined;
}

/** Second factors, by the names of `UserMFASettingList`. */
export type MfaKind = "SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP";
