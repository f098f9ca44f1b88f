import type { FederatedApp } from "../ports/federated-apps.ts";
import type { OidcProbe } from "../ports/oidc-probe.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import { checkAuthorization } from "./check-authorization.ts";

/**
 * What the client ID of a federated application may be, the likeliest first. The API does not document it: the default
 * application has the project's ID, others are seen with project and application in base64, or with their own ID.
 */
export function possibleClientIds(app: FederatedApp, projectId: string): readonly string[] {
  if (app.clientId !== undefined) return [app.clientId];
  return [base64url(`${projectId}:${app.id}`), app.id, base64url(`${projectId}:${app.id}`, true)];
}

/** The one that the application's own authorization endpoint takes; the likeliest where it takes none. */
export async function chooseClientId(
  probe: OidcProbe,
  app: FederatedApp,
  projectId: string,
  redirectUri: string,
  options: AbortableOptions,
): Promise<string> {
  const candidates = possibleClientIds(app, projectId);
  const [likeliest = ""] = candidates;
  if (candidates.length === 1) return likeliest;
  const { body } = await probe.readDocument(app.discoveryUrl, options);
  const authorize = (body as { readonly authorization_endpoint?: unknown } | undefined)?.authorization_endpoint;
  if (typeof authorize !== "string" || !URL.canParse(authorize)) return likeliest;
  for (const clientId of candidates) {
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: "code",
      redirect_uri: redirectUri,
      scope: "openid",
      state: "c2d-check",
    });
    const { ok } = await checkAuthorization(probe, `${authorize}?${query.toString()}`, redirectUri, options);
    if (ok) return clientId;
  }
  return likeliest;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Base64 of ASCII for addresses; IDs are ASCII. */
function base64url(text: string, padded = false): string {
  let bits = "";
  for (const char of text) bits += (char.charCodeAt(0) & 0xff).toString(2).padStart(8, "0");
  let encoded = "";
  for (let at = 0; at < bits.length; at += 6)
    encoded += ALPHABET[Number.parseInt(bits.slice(at, at + 6).padEnd(6, "0"), 2)];
  return padded ? encoded.padEnd(Math.ceil(encoded.length / 4) * 4, "=") : encoded;
}
