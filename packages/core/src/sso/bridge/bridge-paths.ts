import type { BridgeConnection, BridgeHost } from "./bridge-config.ts";
import { hasEndpoints } from "./make-config.ts";

/** How the bridge's own paths begin. Cognito has none that do. */
export const BRIDGE_PREFIX = "/_bridge/";

/** One of the bridge's own endpoints: see `bridge-addresses.ts` for the addresses that Descope is given. */
export type BridgeEndpoint =
  | { readonly endpoint: "health" }
  | { readonly endpoint: "oidc-authorize" | "oidc-token"; readonly connection: BridgeConnection | undefined }
  /** Cognito's own authorization, with the provider named. */
  | { readonly endpoint: "cognito-authorize"; readonly connection: BridgeConnection | undefined };

const OIDC = /^\/_bridge\/oidc\/([\w%.~!'()*-]{1,300})\/(authorize|token)$/;

/** The endpoint of a path under {@link BRIDGE_PREFIX}; undefined when there is none. Such a path never goes to Cognito. */
export function bridgeEndpoint(path: string, host: BridgeHost): BridgeEndpoint | undefined {
  if (path === "/_bridge/health") return { endpoint: "health" };
  const [, encoded = "", what] = OIDC.exec(path) ?? [];
  if (what === undefined) return undefined;
  let name: string;
  try {
    name = decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
  const connection = host.byName.get(name);
  if (host.upstreamClient !== undefined) {
    // Descope redeems the code at Cognito itself.
    return what === "authorize" ? { endpoint: "cognito-authorize", connection } : undefined;
  }
  const usable = connection?.protocol === "oidc" && hasEndpoints(connection.upstream);
  return {
    endpoint: what === "authorize" ? "oidc-authorize" : "oidc-token",
    connection: usable ? connection : undefined,
  };
}
