/** SECRET_HASH: Base64(HMAC-SHA256(client secret, username + client id)). */

import { createHmac, timingSafeEqual } from "node:crypto";

import { notAuthorized } from "./aws-error.ts";
import type { AppClient } from "./user-pool.ts";

/** The hash that a client with a secret must send. */
export function secretHash(secret: string, username: string, clientId: string): string {
  return createHmac("sha256", secret)
    .update(username + clientId, "utf8")
    .digest("base64");
}

/**
 * Checks the hash where the client has a secret.
 *
 * @param usernames - Names that the hash may be made with: what was typed, or the real username.
 * @throws AwsError `NotAuthorizedException`
 */
export function checkSecretHash(client: AppClient, usernames: readonly string[], given: string | undefined): void {
  if (client.secret === undefined) return;
  if (given === undefined) {
    throw notAuthorized(`Client ${client.clientId} is configured with secret but SECRET_HASH was not received`);
  }
  const { secret, clientId } = client;
  const received = Buffer.from(given);
  const right = usernames.some((username) => {
    const expected = Buffer.from(secretHash(secret, username, clientId));
    return expected.length === received.length && timingSafeEqual(expected, received);
  });
  if (!right) throw notAuthorized(`Unable to verify secret hash for client ${clientId}`);
}
