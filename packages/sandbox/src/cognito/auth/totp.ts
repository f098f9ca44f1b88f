/** Time-based one-time passwords (RFC 6238): six digits, 30 seconds, SHA-1, as authenticator apps make them. */

import { createHmac, randomBytes } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const stepMs = 30_000;

function decodeBase32(text: string): Buffer {
  let bits = 0;
  let value = 0;
  const bytes: number[] = [];
  for (const char of text.replace(/=+$/, "").toUpperCase()) {
    value = (value << 5) | Math.max(0, alphabet.indexOf(char));
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >>> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}

/** A new secret in Base32. */
export function createTotpSecret(): string {
  return Array.from(randomBytes(52), (byte) => alphabet[byte & 31]).join("");
}

/** The code of a secret at a time in milliseconds. */
export function totpCode(secret: string, at: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / stepMs)));
  const digest = createHmac("sha1", decodeBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0x0f;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Tells whether a code is the one of now, or of one step before or after. */
export function isTotpCode(secret: string, code: string, at: number): boolean {
  return [-1, 0, 1].some((step) => totpCode(secret, at + step * stepMs) === code);
}
