import { createHmac } from "node:crypto";

/**
 * What a client that has a secret must send along with a name.
 *
 * @param username - Exactly what is sent as `USERNAME`.
 */
export function secretHash(clientSecret: string, username: string, clientId: string): string {
  return createHmac("sha256", clientSecret)
    .update(username + clientId, "utf8")
    .digest("base64");
}
