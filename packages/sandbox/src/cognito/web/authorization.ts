/** What an application asks for at `/oauth2/authorize`, checked against its client. */

import { randomBytes } from "node:crypto";

import type { WireReply } from "../../wire/service.ts";
import { issueTokens, openSession } from "../auth/issue-tokens.ts";
import type { TokenRequest } from "../auth/issue-tokens.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { AppClient, UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";
import { redirect } from "./page.ts";
import { dropExpired } from "./web-state.ts";
import type { Authorization } from "./web-state.ts";

/** The client that an id names, in whatever pool. */
export function clientById(state: CognitoState, clientId: string): { pool: UserPool; client: AppClient } | undefined {
  for (const pool of state.pools.values()) {
    const client = pool.clients.get(clientId);
    if (client !== undefined) return { pool, client };
  }
  return undefined;
}

const list = (client: AppClient, name: string): readonly string[] =>
  (client.settings[name] as readonly string[] | undefined) ?? [];

/**
 * Reads a request.
 *
 * @returns The request, or the answer that refuses it: on an error page as long as the redirect address is not proved,
 *   back at the application afterwards.
 */
export function readAuthorization(state: CognitoState, query: URLSearchParams): Authorization | WireReply {
  const clientId = query.get("client_id") ?? "";
  const errorAt = (error: string): WireReply =>
    redirect(`/error?error=${encodeURIComponent(error)}&client_id=${encodeURIComponent(clientId)}`);
  const found = clientById(state, clientId);
  if (found === undefined) return errorAt("Client does not exist.");
  const { pool, client } = found;
  const redirectUri = query.get("redirect_uri") ?? (client.settings["DefaultRedirectURI"] as string | undefined);
  if (redirectUri === undefined || !list(client, "CallbackURLs").includes(redirectUri))
    return errorAt("redirect_mismatch");

  const applicationState = query.get("state") ?? undefined;
  const refuse = (error: string, description?: string): WireReply =>
    redirect(withParameters(redirectUri, { error, error_description: description, state: applicationState }));
  const responseType = query.get("response_type");
  if (responseType !== "code" && responseType !== "token") return refuse("invalid_request", "invalid response_type");
  const flow = responseType === "code" ? "code" : "implicit";
  const allowed = client.settings["AllowedOAuthFlowsUserPoolClient"] === true;
  if (!allowed || !list(client, "AllowedOAuthFlows").includes(flow)) return refuse("unauthorized_client");
  const method = query.get("code_challenge_method") ?? undefined;
  const codeChallenge = query.get("code_challenge") ?? undefined;
  if (method !== undefined && method !== "S256") return refuse("invalid_request", "transform algorithm not supported");
  if ((method === undefined) !== (codeChallenge === undefined)) {
    return refuse("invalid_request", "code_challenge and code_challenge_method belong together");
  }
  const scopes = (query.get("scope") ?? "").split(/[ +]/).filter((scope) => scope !== "");
  const possible = list(client, "AllowedOAuthScopes");
  if (scopes.some((scope) => !possible.includes(scope))) return refuse("invalid_scope");
  return {
    pool,
    client,
    redirectUri,
    responseType,
    scopes: scopes.length === 0 ? possible : scopes,
    state: applicationState,
    nonce: query.get("nonce") ?? undefined,
    codeChallenge,
  };
}

/** Sends the browser back to the application with an error. */
export function refuseAuthorization(authorization: Authorization, error: string, description: string): WireReply {
  const { redirectUri, state } = authorization;
  return redirect(withParameters(redirectUri, { error, error_description: description, state }));
}

/** Sends the browser back to the application with a code or, in the implicit flow, with tokens. */
export async function grantAuthorization(
  state: CognitoState,
  authorization: Authorization,
  user: UserRecord,
  setCookie: string | undefined,
): Promise<WireReply> {
  const { pool, client, redirectUri, scopes, nonce } = authorization;
  const headers = setCookie === undefined ? {} : { "set-cookie": setCookie };
  if (authorization.responseType === "code") {
    const now = state.now();
    dropExpired(state.web.codes, now);
    const code = randomBytes(24).toString("base64url");
    state.web.codes.set(code, { authorization, user, expiresAt: now + 5 * 60_000 });
    return redirect(withParameters(redirectUri, { code, state: authorization.state }), headers);
  }
  const request: TokenRequest = { pool, client, user, scopes, nonce, trigger: "TokenGeneration_HostedAuth" };
  // The implicit flow gives no refresh token; its session only names the sign-in.
  const { token, session } = openSession(state, request);
  pool.auth.sessions.delete(token);
  const { idToken, accessToken, expiresIn } = await issueTokens(state, request, session);
  const fragment = new URLSearchParams({
    ...(scopes.includes("openid") ? { id_token: idToken } : {}),
    access_token: accessToken,
    expires_in: String(expiresIn),
    token_type: "Bearer",
    ...(authorization.state === undefined ? {} : { state: authorization.state }),
  });
  return redirect(`${redirectUri}#${fragment.toString()}`, headers);
}

/** An address with further query parameters. */
export function withParameters(url: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const query = new URLSearchParams(given).toString();
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}
