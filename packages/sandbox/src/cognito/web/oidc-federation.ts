/** Sign-in at an external OpenID Connect or OAuth provider, with Cognito as the client. */

import { createRemoteJWKSet, jwtVerify } from "jose";

import type { IdentityProvider } from "../user-pool.ts";
import { withParameters } from "./authorization.ts";
import type { ProviderProfile } from "./federated-user.ts";

const timeoutMs = 5000;

interface Endpoints {
  readonly authorize: string;
  readonly token: string;
  readonly attributes: string | undefined;
  readonly jwks: string | undefined;
}

/** Endpoints given by hand, and from the discovery document what was not. */
async function endpointsOf({ details }: IdentityProvider): Promise<Endpoints> {
  let authorize = details["authorize_url"];
  let token = details["token_url"];
  let attributes = details["attributes_url"];
  let jwks = details["jwks_uri"];
  const issuer = details["oidc_issuer"];
  const incomplete = authorize === undefined || token === undefined || jwks === undefined;
  if (incomplete && issuer !== undefined) {
    const document = await getJson(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
    const text = (name: string): string | undefined => {
      const value = document[name];
      return typeof value === "string" ? value : undefined;
    };
    authorize ??= text("authorization_endpoint");
    token ??= text("token_endpoint");
    attributes ??= text("userinfo_endpoint");
    jwks ??= text("jwks_uri");
  }
  if (authorize === undefined || token === undefined) throw new Error("the provider has no authorize_url or token_url");
  return { authorize, token, attributes, jwks };
}

async function getJson(url: string, init: RequestInit = {}): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  if (!answer.ok) throw new Error(`the provider answered ${answer.status}`);
  const body: unknown = await answer.json();
  if (typeof body !== "object" || body === null) throw new Error("the provider answered no JSON object");
  return body as Readonly<Record<string, unknown>>;
}

/** Where the browser goes. */
export async function oidcLocation(
  provider: IdentityProvider,
  request: { readonly redirectUri: string; readonly state: string; readonly nonce: string },
): Promise<string> {
  const { authorize } = await endpointsOf(provider);
  return withParameters(authorize, {
    client_id: provider.details["client_id"],
    redirect_uri: request.redirectUri,
    scope: provider.details["authorize_scopes"],
    response_type: "code",
    state: request.state,
    nonce: request.nonce,
  });
}

/**
 * Exchanges the provider's code and reads who signed in.
 *
 * @throws Error when the provider refuses or its tokens are not right.
 */
export async function oidcProfile(
  provider: IdentityProvider,
  answer: { readonly code: string; readonly redirectUri: string; readonly nonce: string },
): Promise<ProviderProfile> {
  const { details } = provider;
  const endpoints = await endpointsOf(provider);
  const clientId = details["client_id"] ?? "";
  // Cognito authenticates to providers by client_secret_post only.
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code: answer.code,
    redirect_uri: answer.redirectUri,
    client_id: clientId,
    ...(details["client_secret"] === undefined ? {} : { client_secret: details["client_secret"] }),
  });
  const tokens = await getJson(endpoints.token, { method: "POST", body: form });
  const { id_token: idToken, access_token: accessToken } = tokens;
  let claims: Readonly<Record<string, unknown>> = {};
  if (typeof idToken === "string") {
    const issuer = details["oidc_issuer"];
    if (endpoints.jwks === undefined || issuer === undefined) throw new Error("the provider has no jwks_uri");
    const keys = createRemoteJWKSet(new URL(endpoints.jwks), { timeoutDuration: timeoutMs });
    const { payload } = await jwtVerify(idToken, keys, { issuer, audience: clientId });
    if (payload["nonce"] !== undefined && payload["nonce"] !== answer.nonce) throw new Error("the nonce is not ours");
    claims = payload;
  }
  if (endpoints.attributes !== undefined && typeof accessToken === "string" && provider.type !== "Google") {
    const method = details["attributes_request_method"] ?? "GET";
    const info = await getJson(endpoints.attributes, { method, headers: { authorization: `Bearer ${accessToken}` } });
    if (claims["sub"] !== undefined && info["sub"] !== claims["sub"])
      throw new Error("userInfo is about somebody else");
    claims = { ...claims, ...info };
  }
  const subject = claims[provider.attributeMapping["username"] ?? "sub"];
  if (typeof subject !== "string" && typeof subject !== "number") throw new Error("the provider names no subject");
  return { subject: String(subject), issuer: null, claims };
}
