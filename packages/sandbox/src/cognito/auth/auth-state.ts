/** What sign-in keeps for one pool: keys, refresh tokens, challenges under way. */

import type { MfaKind } from "../sign-in-state.ts";
import type { UserRecord } from "../user-record.ts";
import type { AuthEvent } from "./auth-events.ts";
import { createSamlCertificate } from "./saml-certificate.ts";
import type { SamlCertificate } from "./saml-certificate.ts";
import { SigningKeys } from "./signing-keys.ts";

/** One sign-in, from which tokens are refreshed until it ends. */
export interface RefreshSession {
  readonly user: UserRecord;
  readonly clientId: string;
  /** Names the sign-in in all its tokens. */
  readonly originJti: string;
  readonly eventId: string;
  readonly scopes: readonly string[];
  readonly deviceKey: string | undefined;
  /** Milliseconds since the epoch, as all times here. */
  readonly authTime: number;
  readonly expiresAt: number;
  revoked: boolean;
  /** Set once a rotation replaced this token: until when it still works. */
  replacedUntil: number | undefined;
}

/** Server side of one SRP exchange. */
export interface SrpExchange {
  readonly a: bigint;
  readonly b: bigint;
  readonly publicB: bigint;
  readonly salt: string;
  readonly secretBlock: string;
}

/** A challenge that waits for its answer. */
export interface Challenge {
  readonly name: string;
  readonly user: UserRecord | undefined;
  /** What was typed as username. */
  readonly username: string;
  readonly clientId: string;
  readonly expiresAt: number;
  readonly deviceKey?: string | undefined;
  readonly srp?: SrpExchange | undefined;
  readonly code?: string | undefined;
  readonly choices?: readonly MfaKind[] | undefined;
  /** Secret of an authenticator app that is being set up. */
  readonly totpSecret?: string | undefined;
  readonly totpVerified?: boolean | undefined;
  /** Rounds of a custom challenge so far. */
  readonly rounds?: readonly CustomRound[] | undefined;
  readonly privateParameters?: Readonly<Record<string, string>> | undefined;
  readonly metadata?: string | undefined;
}

/** One round of custom authentication, as Lambda triggers see it. */
export interface CustomRound {
  readonly challengeName: string;
  readonly challengeResult: boolean;
  readonly challengeMetadata?: string;
}

/** Sign-in state of one pool. */
export interface AuthState {
  readonly keys: SigningKeys;
  /** The pool's SAML key, made at first use. */
  readonly samlCertificate: () => SamlCertificate;
  /** By refresh token. */
  readonly sessions: Map<string, RefreshSession>;
  /** Sign-ins whose tokens are void. */
  readonly revokedOrigins: Set<string>;
  /** By session string. */
  readonly challenges: Map<string, Challenge>;
  /** Sign-ins of each user, latest first; kept only with threat protection. */
  readonly events: Map<UserRecord, readonly AuthEvent[]>;
}

/**
 * Fresh sign-in state.
 *
 * @param name - Common name of the pool's SAML certificate.
 * @param now - Milliseconds since the epoch.
 */
export function createAuthState(name = "cognito", now: () => number = Date.now): AuthState {
  let certificate: SamlCertificate | undefined;
  const samlCertificate = (): SamlCertificate => (certificate ??= createSamlCertificate(name, now()));
  return {
    keys: new SigningKeys(),
    samlCertificate,
    sessions: new Map(),
    revokedOrigins: new Set(),
    challenges: new Map(),
    events: new Map(),
  };
}
