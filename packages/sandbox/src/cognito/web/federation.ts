/** Sign-in at external providers: the way there, and `/oauth2/idpresponse` and `/saml2/idpresponse` on the way back. */

import { randomBytes } from "node:crypto";

import type { WireReply, WireRequest } from "../../wire/service.ts";
import { AwsError } from "../aws-error.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { IdentityProvider } from "../user-pool.ts";
import { grantAuthorization, readAuthorization, refuseAuthorization } from "./authorization.ts";
import { rememberBrowser } from "./cookies.ts";
import { federatedUser } from "./federated-user.ts";
import type { ProviderProfile } from "./federated-user.ts";
import { oidcLocation, oidcProfile } from "./oidc-federation.ts";
import { errorPage, redirect } from "./page.ts";
import { samlLocation, samlProfile } from "./saml-federation.ts";
import { dropExpired } from "./web-state.ts";
import type { Authorization, PendingFederation } from "./web-state.ts";

const pendingMs = 5 * 60_000;

const oidcRedirect = (state: CognitoState): string => `${state.baseUrl}/oauth2/idpresponse`;

/** Sends the browser to a provider. */
export async function beginFederation(
  state: CognitoState,
  authorization: Authorization,
  providerName: string,
): Promise<WireReply> {
  const provider = authorization.pool.providers.get(providerName);
  if (provider === undefined)
    return refuseAuthorization(authorization, "invalid_request", "Identity provider does not exist");
  const now = state.now();
  dropExpired(state.web.federations, now);
  const relay = randomBytes(48).toString("base64url");
  const nonce = randomBytes(16).toString("base64url");
  const requestId = `_${randomBytes(16).toString("hex")}`;
  const pending: PendingFederation = { authorization, providerName, nonce, requestId, expiresAt: now + pendingMs };
  state.web.federations.set(relay, pending);
  try {
    const location =
      provider.type === "SAML"
        ? await samlLocation(state, authorization.pool, provider, { relay, requestId })
        : await oidcLocation(provider, { redirectUri: oidcRedirect(state), state: relay, nonce });
    return redirect(location);
  } catch (error) {
    state.web.federations.delete(relay);
    return refuseAuthorization(authorization, "server_error", reasonOf(error));
  }
}

/** `GET /oauth2/idpresponse` */
export async function oidcResponse(request: WireRequest, state: CognitoState): Promise<WireReply> {
  const pending = takePending(state, request.query.get("state"));
  if (pending === undefined) return errorPage("Invalid state from identity provider");
  const { authorization, nonce } = pending;
  const provider = authorization.pool.providers.get(pending.providerName);
  if (provider === undefined) return errorPage("Identity provider does not exist");
  const error = request.query.get("error");
  if (error !== null) {
    return refuseAuthorization(authorization, error, request.query.get("error_description") ?? "the provider refused");
  }
  const code = request.query.get("code");
  if (code === null) return refuseAuthorization(authorization, "invalid_request", "the provider gave no code");
  return finish(state, authorization, provider, () =>
    oidcProfile(provider, { code, redirectUri: oidcRedirect(state), nonce }),
  );
}

/** `POST /saml2/idpresponse` */
export async function samlResponse(request: WireRequest, state: CognitoState): Promise<WireReply> {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const response = form.get("SAMLResponse");
  const relay = form.get("RelayState");
  if (response === null) return errorPage("Required String parameter 'SAMLResponse' is not present");
  if (response.length > 100_000) return errorPage("SAML response exceeds the maximum length");
  const pending = takePending(state, relay);
  if (pending !== undefined) {
    const { authorization } = pending;
    const provider = authorization.pool.providers.get(pending.providerName);
    if (provider === undefined) return errorPage("Identity provider does not exist");
    const expected = { response, requestId: pending.requestId };
    return finish(state, authorization, provider, () => samlProfile(state, authorization.pool, provider, expected));
  }
  return unasked(state, response, relay);
}

/** An assertion that nobody asked for: only where the provider allows it, and RelayState says where to go. */
async function unasked(state: CognitoState, response: string, relay: string | null): Promise<WireReply> {
  const query = new URLSearchParams(relay ?? "");
  const name = query.get("identity_provider");
  if (name === null || query.get("client_id") === null) return errorPage("Invalid relayState from identity provider");
  const authorization = readAuthorization(state, query);
  if ("status" in authorization) return authorization;
  const provider = authorization.pool.providers.get(name);
  if (provider?.type !== "SAML" || provider.details["IDPInit"] !== "true") {
    return errorPage("Invalid relayState from identity provider");
  }
  return finish(state, authorization, provider, () =>
    samlProfile(state, authorization.pool, provider, { response, requestId: undefined }),
  );
}

function takePending(state: CognitoState, relay: string | null): PendingFederation | undefined {
  const pending = state.web.federations.get(relay ?? "");
  state.web.federations.delete(relay ?? "");
  return pending === undefined || pending.expiresAt <= state.now() ? undefined : pending;
}

async function finish(
  state: CognitoState,
  authorization: Authorization,
  provider: IdentityProvider,
  read: () => Promise<ProviderProfile>,
): Promise<WireReply> {
  const { pool } = authorization;
  try {
    const user = federatedUser(state, pool, provider, await read());
    return await grantAuthorization(state, authorization, user, rememberBrowser(state, pool, user));
  } catch (error) {
    return refuseAuthorization(authorization, "invalid_request", reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AwsError) return error.message;
  return error instanceof Error ? error.message : "the provider could not be understood";
}
