import type { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/**
 * Whether a request was signed with the secret: `v1=` and the HMAC-SHA256, in hex, of timestamp, dot and body.
 *
 * Takes the same time whatever the signature is: both are hashed first, so that they are of one length.
 */
export function verifySignature(secret: string, timestamp: string, body: string, signature: string): boolean {
  const expected = `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;
  return timingSafeEqual(hash(expected), hash(signature));
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
