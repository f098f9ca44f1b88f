/** Tokens from refresh tokens, with rotation where the client asks for it. */

import { invalidParameter, notAuthorized } from "../aws-error.ts";
import type { RefreshSession } from "./auth-state.ts";
import { createRefreshToken, issueTokens } from "./issue-tokens.ts";
import type { SignInAnswer, SignInRequest } from "./sign-in-request.ts";

interface Rotation {
  readonly Feature?: "ENABLED" | "DISABLED";
  readonly RetryGracePeriodSeconds?: number;
}

/** The session of a refresh token. @throws AwsError when the token is no good (any more). */
export function refreshSessionOf(request: SignInRequest, token: string): RefreshSession {
  const { state, pool, client } = request;
  const session = pool.auth.sessions.get(token);
  if (session === undefined || session.clientId !== client.clientId) throw notAuthorized("Invalid Refresh Token");
  const now = state.now();
  if (session.revoked || (session.user.signIn?.signedOutAt ?? 0) > session.authTime) {
    throw notAuthorized("Refresh Token has been revoked");
  }
  if (session.replacedUntil !== undefined && session.replacedUntil <= now) {
    throw notAuthorized("Refresh Token has been revoked");
  }
  if (session.expiresAt <= now) throw notAuthorized("Refresh Token has expired");
  if (pool.users.at(session.user.index) !== session.user) throw notAuthorized("Invalid Refresh Token");
  if (!session.user.enabled) throw notAuthorized("User is disabled.");
  return session;
}

/** New ID and access tokens; a new refresh token only where it rotates. */
export async function refresh(
  request: SignInRequest,
  token: string,
  options: { readonly rotate: boolean; readonly deviceKey?: string | undefined },
): Promise<SignInAnswer> {
  const { state, pool, client } = request;
  const session = refreshSessionOf(request, token);
  if (session.deviceKey !== undefined && options.deviceKey !== session.deviceKey) {
    throw notAuthorized("Invalid Refresh Token");
  }
  const rotation = client.settings["RefreshTokenRotation"] as Rotation | undefined;
  const rotating = rotation?.Feature === "ENABLED";
  if (rotating && !options.rotate) {
    throw invalidParameter("Refresh token rotation is enabled for this client: use GetTokensFromRefreshToken.");
  }
  const { idToken, accessToken, expiresIn } = await issueTokens(
    state,
    {
      pool,
      client,
      user: session.user,
      scopes: session.scopes,
      deviceKey: session.deviceKey,
      trigger: "TokenGeneration_RefreshTokens",
    },
    session,
  );
  return {
    AuthenticationResult: {
      AccessToken: accessToken,
      ExpiresIn: expiresIn,
      IdToken: idToken,
      ...(rotating ? { RefreshToken: rotate(request, session, rotation) } : {}),
      TokenType: "Bearer",
    },
    ChallengeParameters: {},
  };
}

function rotate(request: SignInRequest, session: RefreshSession, rotation: Rotation): string {
  const token = createRefreshToken();
  request.pool.auth.sessions.set(token, { ...session, replacedUntil: undefined });
  session.replacedUntil ??= request.state.now() + (rotation.RetryGracePeriodSeconds ?? 0) * 1000;
  return token;
}
