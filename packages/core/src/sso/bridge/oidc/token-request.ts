import type { BridgeConnection, BridgeHost } from "../bridge-config.ts";
import { hasRepeated, type OidcProblem } from "./authorization.ts";

/** What to do about a token request. */
export type TokenStep =
  | { readonly step: "refuse"; readonly problem: OidcProblem }
  /** To the provider's token endpoint, with this body. */
  | { readonly step: "forward"; readonly body: string };

const GRANTS: ReadonlySet<string | null> = new Set(["authorization_code", "refresh_token"]);

/**
 * Reads a token request that Descope sends to the bridge in place of the provider. The redirect URI becomes the registered
 * one, because the provider compares it with that of the authorization. The client's secret passes through unread.
 *
 * @param authorization - The header, for clients that authenticate by `client_secret_basic`.
 */
export function readTokenRequest(
  body: string,
  authorization: string | undefined,
  connection: BridgeConnection,
  host: BridgeHost,
): TokenStep {
  const parameters = new URLSearchParams(body);
  if (hasRepeated(parameters)) return { step: "refuse", problem: "parameter-repeated" };
  const clients = [parameters.get("client_id") ?? undefined, clientOfHeader(authorization)].filter(
    (client) => client !== undefined,
  );
  const known = clients.length > 0 && clients.every((client) => client === connection.upstream?.clientId);
  if (!known) return { step: "refuse", problem: "client-unknown" };
  const grant = parameters.get("grant_type");
  if (!GRANTS.has(grant)) return { step: "refuse", problem: "grant-unsupported" };
  const redirectUri = parameters.get("redirect_uri");
  if (grant === "authorization_code" || redirectUri !== null) {
    if (!host.oidcRedirectUrls.has(redirectUri ?? "")) return { step: "refuse", problem: "redirect-not-allowed" };
    parameters.set("redirect_uri", connection.upstream?.redirectUrl ?? "");
  }
  return { step: "forward", body: parameters.toString() };
}

function clientOfHeader(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const [, credentials] = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? [];
  try {
    const text = atob(credentials ?? "");
    const [client = ""] = text.split(":");
    return decodeURIComponent(client.replaceAll("+", " "));
  } catch {
    return "";
  }
}
