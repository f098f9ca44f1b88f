import type { BridgeHost } from "../bridge-config.ts";
import { hasRepeated, type OidcProblem, withQuery } from "./authorization.ts";
import type { StatePayload } from "./state-payload.ts";

/**
 * Where a provider's response goes: to the client's redirect URI, with the client's own state. Code, error, `iss` and
 * whatever else the provider says pass through.
 *
 * @param parameters - Query or body of the response.
 */
export function callBackLocation(
  parameters: string,
  payload: StatePayload,
  host: BridgeHost,
): { readonly location: string } | { readonly problem: OidcProblem } {
  const all = new URLSearchParams(parameters);
  if (hasRepeated(all)) return { problem: "parameter-repeated" };
  // The list may have become shorter since.
  if (!host.oidcRedirectUrls.has(payload.redirectUri)) return { problem: "redirect-not-allowed" };
  if (payload.state === "") all.delete("state");
  else all.set("state", payload.state);
  return { location: withQuery(payload.redirectUri, all) };
}
