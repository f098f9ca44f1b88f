/** The service as a client of an OAuth or OIDC provider: the address to send users to, and the exchange of their codes. */

import { createHash } from "node:crypto";

import { createRemoteJWKSet, jwtVerify } from "jose";

import { isJsonObject } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";

/** What the service knows of a provider. */
export interface OidcClientSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authUrl: string;
  readonly tokenUrl: string;
  readonly userDataUrl: string;
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly scopes: readonly string[];
  readonly prompts: readonly string[];
}

/** One sign-in at a provider that has begun. */
export interface OidcAttempt {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly loginHint?: string;
  readonly prompt?: string;
}

const requestTimeoutMs = 10_000;

/** The address to send a user to. What the provider's address has in its query stays. */
export function authorizationUrl(settings: OidcClientSettings, attempt: OidcAttempt): string {
  const url = new URL(settings.authUrl);
  const add = (name: string, value: string): void => url.searchParams.set(name, value);
  add("client_id", settings.clientId);
  add("response_type", "code");
  add("redirect_uri", attempt.redirectUri);
  add("scope", settings.scopes.join(" "));
  add("state", attempt.state);
  add("nonce", attempt.nonce);
  add("code_challenge", createHash("sha256").update(attempt.codeVerifier).digest("base64url"));
  add("code_challenge_method", "S256");
  const prompt = attempt.prompt ?? settings.prompts.join(" ");
  if (prompt !== "") add("prompt", prompt);
  if (attempt.loginHint !== undefined && attempt.loginHint !== "") add("login_hint", attempt.loginHint);
  return url.href;
}

/**
 * Exchanges a code and gives the claims of the verified ID token together with the user data.
 *
 * @param userDataOnly - Whether the ID token is verified and no more, where there are user data.
 * @throws Error with a reason that names no secret and no personal value.
 */
export async function exchangeCode(
  settings: OidcClientSettings,
  attempt: OidcAttempt,
  code: string,
  userDataOnly = false,
): Promise<JsonObject> {
  const tokens = await readJson("token endpoint", settings.tokenUrl, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
    },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: attempt.redirectUri,
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
      code_verifier: attempt.codeVerifier,
    }),
  });
  const claims = await idTokenClaims(settings, attempt, tokens["id_token"]);
  const accessToken = tokens["access_token"];
  if (settings.userDataUrl === "" || typeof accessToken !== "string") {
    if (claims === undefined) throw new Error("the provider gave no ID token and no user data");
    return claims;
  }
  const userData = await readJson("user data endpoint", settings.userDataUrl, {
    headers: { authorization: `Bearer ${accessToken}`, accept: "application/json" },
  });
  if (claims !== undefined && userData["sub"] !== undefined && userData["sub"] !== claims["sub"])
    throw new Error("the user data is of another subject than the ID token");
  return userDataOnly ? userData : { ...claims, ...userData };
}

async function idTokenClaims(
  settings: OidcClientSettings,
  attempt: OidcAttempt,
  idToken: unknown,
): Promise<JsonObject | undefined> {
  if (typeof idToken !== "string" || settings.jwksUrl === "") return undefined;
  const keys = createRemoteJWKSet(new URL(settings.jwksUrl), { timeoutDuration: requestTimeoutMs });
  const { payload } = await jwtVerify(idToken, keys, {
    audience: settings.clientId,
    ...(settings.issuer === "" ? {} : { issuer: settings.issuer }),
  });
  if (payload["nonce"] !== attempt.nonce) throw new Error("the ID token answers another sign-in (nonce)");
  return payload;
}

async function readJson(what: string, url: string, init: RequestInit): Promise<JsonObject> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(requestTimeoutMs) });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const reason = isJsonObject(body) && typeof body["error"] === "string" ? body["error"] : "";
    throw new Error(`the ${what} answered ${response.status} ${reason}`.trim());
  }
  if (!isJsonObject(body)) throw new Error(`the ${what} gave no JSON object`);
  return body;
}
