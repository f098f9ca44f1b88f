import { SEALED_STATE_PREFIX } from "../decide-oidc-response.ts";
import type { BridgeConnection, BridgeHost } from "../bridge-config.ts";
import { MAX_CLIENT_STATE } from "./state-payload.ts";

/** What to do about a request for authorization. */
export type AuthorizationStep =
  /** To nowhere: the client or its address is not known, so nobody can be told but the browser. */
  | { readonly step: "refuse"; readonly problem: OidcProblem }
  /** Back to the client, with an error. */
  | { readonly step: "return"; readonly location: string }
  /** On to the provider, once the state is sealed. */
  | {
      readonly step: "continue";
      readonly state: string;
      readonly redirectUri: string;
      readonly parameters: URLSearchParams;
    };

/** Why a request to the bridge's own endpoints is refused, without anybody to return to. */
export type OidcProblem =
  | "connection-unknown"
  | "parameter-repeated"
  | "client-unknown"
  | "redirect-not-allowed"
  | "state-refused"
  | "grant-unsupported";

/**
 * Reads a request for authorization that Descope sends to the bridge in place of the provider.
 *
 * It must come from the client that the pool has at the provider, and return to an address of Descope: the bridge redirects
 * to no other. What else it holds – scope, nonce, `code_challenge`, `prompt`, `login_hint` – is the provider's business.
 */
export function readAuthorization(query: string, connection: BridgeConnection, host: BridgeHost): AuthorizationStep {
  const parameters = new URLSearchParams(query);
  if (hasRepeated(parameters)) return { step: "refuse", problem: "parameter-repeated" };
  if (parameters.get("client_id") !== connection.upstream?.clientId)
    return { step: "refuse", problem: "client-unknown" };
  const redirectUri = parameters.get("redirect_uri") ?? "";
  if (!host.oidcRedirectUrls.has(redirectUri)) return { step: "refuse", problem: "redirect-not-allowed" };
  const state = parameters.get("state") ?? "";
  const giveBack = (error: string): AuthorizationStep => ({
    step: "return",
    location: withQuery(redirectUri, { error, ...(state === "" ? {} : { state }) }),
  });
  if (state.length > MAX_CLIENT_STATE) return { step: "refuse", problem: "state-refused" };
  // Anything but a code comes back in a fragment, which no server sees; a request object holds a redirect URI of its own.
  if (parameters.get("response_type") !== "code") return giveBack("unsupported_response_type");
  if (parameters.has("request")) return giveBack("request_not_supported");
  if (parameters.has("request_uri")) return giveBack("request_uri_not_supported");
  parameters.delete("redirect_uri");
  parameters.delete("state");
  return { step: "continue", state, redirectUri, parameters };
}

/**
 * Where the browser goes when Cognito stays upstream: to the pool's own authorization endpoint, with the provider named and
 * nothing else changed.
 */
export function cognitoLocation(
  query: string,
  connection: BridgeConnection,
  host: BridgeHost,
): Exclude<AuthorizationStep, { readonly step: "continue" }> {
  const parameters = new URLSearchParams(query);
  if (hasRepeated(parameters)) return { step: "refuse", problem: "parameter-repeated" };
  if (parameters.get("client_id") !== host.upstreamClient) return { step: "refuse", problem: "client-unknown" };
  const redirectUri = parameters.get("redirect_uri") ?? "";
  if (!host.oidcRedirectUrls.has(redirectUri)) return { step: "refuse", problem: "redirect-not-allowed" };
  parameters.set("identity_provider", connection.name);
  return { step: "return", location: withQuery(`${host.upstream}/oauth2/authorize`, parameters) };
}

/** Where the browser goes: the provider's own address, as the pool knows it, with the redirect URI that is registered there. */
export function upstreamLocation(
  { upstream }: BridgeConnection,
  parameters: URLSearchParams,
  sealedState: string,
): string {
  const all = new URLSearchParams(parameters);
  all.set("redirect_uri", upstream?.redirectUrl ?? "");
  all.set("state", SEALED_STATE_PREFIX + sealedState);
  return withQuery(upstream?.authorizeUrl ?? "", all);
}

export function hasRepeated(parameters: URLSearchParams): boolean {
  const names = [...parameters.keys()];
  return new Set(names).size !== names.length;
}

/** Adds parameters to a URL that may have some already. */
export function withQuery(url: string, parameters: Readonly<Record<string, string>> | URLSearchParams): string {
  return `${url}${url.includes("?") ? "&" : "?"}${new URLSearchParams(parameters).toString()}`;
}
