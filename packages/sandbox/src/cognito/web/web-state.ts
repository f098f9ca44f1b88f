/** What managed login keeps: browsers that are signed in, codes that wait for exchange, sign-ins that are away at a provider. */

import type { AppClient, UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";

/** What an application asked for at `/oauth2/authorize`. */
export interface Authorization {
  readonly pool: UserPool;
  readonly client: AppClient;
  readonly redirectUri: string;
  readonly responseType: "code" | "token";
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  readonly codeChallenge: string | undefined;
}

/** A browser that is signed in; for one hour. */
export interface BrowserSession {
  readonly pool: UserPool;
  readonly user: UserRecord;
  readonly expiresAt: number;
}

/** An authorization code; for five minutes, once. */
export interface AuthorizationCode {
  readonly authorization: Authorization;
  readonly user: UserRecord;
  readonly expiresAt: number;
}

/** A sign-in that is away at an external provider; for five minutes. */
export interface PendingFederation {
  readonly authorization: Authorization;
  readonly providerName: string;
  readonly nonce: string;
  /** ID of the SAML request. */
  readonly requestId?: string;
  readonly expiresAt: number;
}

/** State of managed login. */
export interface WebState {
  readonly browsers: Map<string, BrowserSession>;
  readonly codes: Map<string, AuthorizationCode>;
  readonly federations: Map<string, PendingFederation>;
  /** IDs of SAML assertions seen, until they would be too old anyway. */
  readonly assertions: Map<string, number>;
}

/** Nobody signed in. */
export function createWebState(): WebState {
  return { browsers: new Map(), codes: new Map(), federations: new Map(), assertions: new Map() };
}

/** Drops what expired. Entries of one map live equally long, so the oldest come first. */
export function dropExpired(map: Map<string, { readonly expiresAt: number }>, now: number): void {
  for (const [key, { expiresAt }] of map) {
    if (expiresAt > now) return;
    map.delete(key);
  }
}
