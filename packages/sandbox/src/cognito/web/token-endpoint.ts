/** `/oauth2/token`, `/oauth2/userInfo` and `/oauth2/revoke`. */

import { createHash } from "node:crypto";

import { json } from "../../wire/control.ts";
import type { WireReply, WireRequest } from "../../wire/service.ts";
import { isSameText } from "../auth/check-password.ts";
import { issueTokens, openSession, tokenLife, userInfoClaims } from "../auth/issue-tokens.ts";
import type { TokenRequest } from "../auth/issue-tokens.ts";
import { readAccessToken } from "../auth/read-access-token.ts";
import { refresh } from "../auth/refresh.ts";
import { AwsError } from "../aws-error.ts";
import { epochSeconds } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { AppClient, UserPool } from "../user-pool.ts";
import { clientById } from "./authorization.ts";

const noStore = { "cache-control": "no-store" };

function refuse(error: string, status = 400): WireReply {
  const reply = json(status, { error });
  return { ...reply, headers: { ...reply.headers, ...noStore } };
}

function answer(body: object): WireReply {
  const reply = json(200, body);
  return { ...reply, headers: { ...reply.headers, ...noStore } };
}

/** The client that a request proves to be, by `client_secret_basic` or `client_secret_post`. */
function authenticateClient(
  request: WireRequest,
  form: URLSearchParams,
  state: CognitoState,
): { pool: UserPool; client: AppClient } | undefined {
  let clientId = form.get("client_id") ?? "";
  let secret = form.get("client_secret") ?? undefined;
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers["authorization"] ?? "")?.[1];
  if (basic !== undefined) {
    const [id = "", ...rest] = Buffer.from(basic, "base64").toString("utf8").split(":");
    const decoded = decodeForm(id);
    if (clientId !== "" && clientId !== decoded) return undefined;
    clientId = decoded;
    secret = decodeForm(rest.join(":"));
  }
  const found = clientById(state, clientId);
  if (found === undefined) return undefined;
  const expected = found.client.secret;
  if (expected === undefined) return found;
  return secret !== undefined && isSameText(expected, secret) ? found : undefined;
}

/** Id and secret are form-encoded within Basic; percent signs that encode nothing stand for themselves. */
function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** `POST /oauth2/token` */
export async function exchangeToken(request: WireRequest, state: CognitoState): Promise<WireReply> {
  if (!(request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")) {
    return refuse("invalid_request");
  }
  const form = new URLSearchParams(request.body.toString("utf8"));
  const grant = form.get("grant_type");
  if (grant === null) return refuse("invalid_request");
  const found = authenticateClient(request, form, state);
  if (found === undefined) return refuse("invalid_client");
  switch (grant) {
    case "authorization_code":
      return exchangeCode(form, state, found.client);
    case "refresh_token":
      return exchangeRefreshToken(form, state, found);
    case "client_credentials":
      return grantToClient(form, state, found);
    default:
      return refuse("unsupported_grant_type");
  }
}

async function exchangeCode(form: URLSearchParams, state: CognitoState, client: AppClient): Promise<WireReply> {
  const key = form.get("code") ?? "";
  const code = state.web.codes.get(key);
  // A code is good for one try, whatever becomes of it.
  state.web.codes.delete(key);
  if (code === undefined || code.expiresAt <= state.now()) return refuse("invalid_grant");
  const { authorization, user } = code;
  if (authorization.client.clientId !== client.clientId) return refuse("invalid_grant");
  if (form.get("redirect_uri") !== authorization.redirectUri) return refuse("invalid_grant");
  if (authorization.codeChallenge !== undefined) {
    const verifier = form.get("code_verifier") ?? "";
    const hash = createHash("sha256").update(verifier).digest("base64url");
    if (!isSameText(hash, authorization.codeChallenge)) return refuse("invalid_grant");
  }
  const request: TokenRequest = {
    pool: authorization.pool,
    client,
    user,
    scopes: authorization.scopes,
    nonce: authorization.nonce,
    trigger: "TokenGeneration_HostedAuth",
  };
  const { token, session } = openSession(state, request);
  const { idToken, accessToken, expiresIn } = await issueTokens(state, request, session);
  return answer({
    ...(authorization.scopes.includes("openid") ? { id_token: idToken } : {}),
    access_token: accessToken,
    refresh_token: token,
    expires_in: expiresIn,
    token_type: "Bearer",
  });
}

async function exchangeRefreshToken(
  form: URLSearchParams,
  state: CognitoState,
  found: { pool: UserPool; client: AppClient },
): Promise<WireReply> {
  const signIn = { state, ...found, admin: false, parameters: {}, clientMetadata: undefined };
  try {
    const token = form.get("refresh_token") ?? "";
    const deviceKey = found.pool.auth.sessions.get(token)?.deviceKey;
    const { AuthenticationResult } = await refresh(signIn, token, { rotate: true, deviceKey });
    const tokens = AuthenticationResult as Readonly<Record<string, string | number>>;
    return answer({
      id_token: tokens["IdToken"],
      access_token: tokens["AccessToken"],
      ...(tokens["RefreshToken"] === undefined ? {} : { refresh_token: tokens["RefreshToken"] }),
      expires_in: tokens["ExpiresIn"],
      token_type: "Bearer",
    });
  } catch (error) {
    if (error instanceof AwsError) return refuse("invalid_grant");
    throw error;
  }
}

function grantToClient(
  form: URLSearchParams,
  state: CognitoState,
  { pool, client }: { pool: UserPool; client: AppClient },
): WireReply {
  const flows = (client.settings["AllowedOAuthFlows"] as readonly string[] | undefined) ?? [];
  if (client.secret === undefined || !flows.includes("client_credentials")) return refuse("unauthorized_client");
  const possible = (client.settings["AllowedOAuthScopes"] as readonly string[] | undefined) ?? [];
  const wanted = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  if (wanted.some((scope) => !possible.includes(scope))) return refuse("invalid_scope");
  const now = Math.floor(epochSeconds(state.now()));
  const expiresIn = tokenLife(client, "AccessToken");
  const accessToken = pool.auth.keys.sign("access", {
    sub: client.clientId,
    token_use: "access",
    scope: (wanted.length === 0 ? possible : wanted).join(" "),
    auth_time: now,
    iss: state.issuerOf(pool.id),
    exp: now + expiresIn,
    iat: now,
    version: 2,
    jti: state.ids.uuid(),
    client_id: client.clientId,
  });
  return answer({ access_token: accessToken, expires_in: expiresIn, token_type: "Bearer" });
}

/** `GET` or `POST /oauth2/userInfo`; needs an access token with the scope `openid`, which API sign-in does not give. */
export function userInfo(request: WireRequest, state: CognitoState): WireReply {
  const token = /^Bearer\s+(\S+)$/i.exec(request.headers["authorization"] ?? "")?.[1];
  const deny = (status: number, error: string, description: string): WireReply => {
    const reply = json(status, { error, error_description: description });
    const challenge = `error="${error}", error_description="${description}"`;
    return { ...reply, headers: { ...reply.headers, "www-authenticate": challenge } };
  };
  if (token === undefined) return deny(400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
  try {
    const { pool, client, user, scopes } = readAccessToken(state, token, "openid");
    return answer(userInfoClaims(pool, client, user, scopes));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const text = error.message.includes("scope")
      ? "Access token does not contain openid scope"
      : "Access token is expired, disabled, or deleted, or the user has globally signed out.";
    return deny(401, "invalid_token", text);
  }
}

/** `POST /oauth2/revoke` */
export function revoke(request: WireRequest, state: CognitoState): WireReply {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const found = authenticateClient(request, form, state);
  if (found === undefined) return refuse("invalid_client", 401);
  const token = form.get("token");
  if (token === null) return refuse("invalid_request");
  const session = found.pool.auth.sessions.get(token);
  if (session !== undefined && session.clientId !== found.client.clientId) return refuse("unauthorized_client");
  if (session !== undefined) {
    found.pool.auth.revokedOrigins.add(session.originJti);
    for (const other of found.pool.auth.sessions.values()) {
      if (other.originJti === session.originJti) other.revoked = true;
    }
  }
  return { status: 200, headers: noStore, body: "" };
}
