/** Whose access token a request carries, and whether it still counts. */

import { notAuthorized } from "../aws-error.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { AppClient, UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";
import { apiScope } from "./issue-tokens.ts";

/** The bearer of a valid access token. */
export interface TokenBearer {
  readonly pool: UserPool;
  readonly client: AppClient;
  readonly user: UserRecord;
  readonly scopes: readonly string[];
  readonly originJti: string;
}

/**
 * Checks an access token: signature, life, revocation, scope.
 *
 * @param scope - The scope it must have.
 * @throws AwsError in AWS's words.
 */
export function readAccessToken(state: CognitoState, token: string, scope: string = apiScope): TokenBearer {
  const pool = claimedPool(state, token);
  const claims = pool?.auth.keys.read(token);
  if (pool === undefined || claims === undefined || claims["token_use"] !== "access") {
    throw notAuthorized("Invalid Access Token");
  }
  if (Number(claims["exp"]) * 1000 <= state.now()) throw notAuthorized("Access Token has expired");
  const originJti = String(claims["origin_jti"]);
  if (pool.auth.revokedOrigins.has(originJti)) throw notAuthorized("Access Token has been revoked");
  const user = pool.users.bySub(String(claims["sub"]));
  const client = pool.clients.get(String(claims["client_id"]));
  if (user === undefined || client === undefined) throw notAuthorized("Invalid Access Token");
  if (!user.enabled) throw notAuthorized("User is disabled.");
  const granted = claims["scope"];
  const scopes = typeof granted === "string" ? granted.split(" ") : [];
  if (!scopes.includes(scope)) throw notAuthorized("Access Token does not have required scopes");
  return { pool, client, user, scopes, originJti };
}

/** The pool that a token says it is of; its keys then tell whether that is true. */
function claimedPool(state: CognitoState, token: string): UserPool | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { iss?: unknown };
    return typeof claims.iss === "string"
      ? state.pools.get(claims.iss.slice(claims.iss.lastIndexOf("/") + 1))
      : undefined;
  } catch {
    return undefined;
  }
}

/** Voids all tokens of a user. */
export function signOutEverywhere(state: CognitoState, pool: UserPool, user: UserRecord): void {
  user.signIn = { ...user.signIn, signedOutAt: state.now() };
  for (const session of pool.auth.sessions.values()) {
    if (session.user !== user) continue;
    session.revoked = true;
    pool.auth.revokedOrigins.add(session.originJti);
  }
}
