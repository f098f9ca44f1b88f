/**
 * The server's side of Secure Remote Password as Cognito does it: RFC 5054's 3072-bit group, SHA-256, and a key derived with
 * HKDF under the label "Caldera Derived Key".
 */

import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

import type { SrpExchange } from "./auth-state.ts";

// The 3072-bit group of RFC 5054 (appendix A), which is also group 15 of RFC 3526.
const N = BigInt(
  "0x" +
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74" +
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437" +
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05" +
    "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB" +
    "9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718" +
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33" +
    "A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864" +
    "D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2" +
    "08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
);
const g = 2n;

/** A number as hexadecimal with an even count of digits and a clear top bit, as both sides hash it. */
function padHex(value: bigint | string): string {
  let hex = typeof value === "bigint" ? value.toString(16) : value;
  if (hex.length % 2 === 1) hex = `0${hex}`;
  return /^[89a-f]/i.test(hex) ? `00${hex}` : hex;
}

function hashHex(hex: string): string {
  return createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = base % N;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * factor) % N;
    factor = (factor * factor) % N;
  }
  return result;
}

const k = BigInt(`0x${hashHex(padHex(N) + padHex(g))}`);

/**
 * The verifier of a password: `g^x`, with the identity that Cognito mixes in (`<pool name><username>`).
 *
 * The salt is hashed as the number it stands for: clients read it as one, so zeros in front of it are not seen.
 */
export function srpVerifier(identity: string, password: string, salt: string): bigint {
  const inner = createHash("sha256").update(`${identity}:${password}`, "utf8").digest("hex");
  return power(g, BigInt(`0x${hashHex(padHex(BigInt(`0x${salt}`)) + inner)}`));
}

/**
 * Begins an exchange.
 *
 * @returns undefined when the client's public value is none that the protocol allows.
 */
export function beginSrp(publicA: string, verifier: bigint, salt: string): SrpExchange | undefined {
  if (!/^[0-9a-fA-F]+$/.test(publicA)) return undefined;
  const a = BigInt(`0x${publicA}`);
  if (a % N === 0n) return undefined;
  const b = BigInt(`0x${randomBytes(32).toString("hex")}`);
  const publicB = (k * verifier + power(g, b)) % N;
  return { a, b, publicB, salt, secretBlock: randomBytes(384).toString("base64") };
}

/** A random salt in hexadecimal. */
export function createSalt(): string {
  return randomBytes(16).toString("hex");
}

/** Checks the client's signature, which only somebody with the password can make. */
export function checkSrpClaim(
  exchange: SrpExchange,
  verifier: bigint,
  claim: { readonly identity: readonly [string, string]; readonly timestamp: string; readonly signature: string },
): boolean {
  const u = BigInt(`0x${hashHex(padHex(exchange.a) + padHex(exchange.publicB))}`);
  if (u === 0n) return false;
  const secret = power(exchange.a * power(verifier, u), exchange.b);
  const extracted = createHmac("sha256", Buffer.from(padHex(u), "hex"))
    .update(Buffer.from(padHex(secret), "hex"))
    .digest();
  const key = createHmac("sha256", extracted).update("Caldera Derived Key\u0001", "utf8").digest().subarray(0, 16);
  const expected = createHmac("sha256", key)
    .update(claim.identity.join(""), "utf8")
    .update(Buffer.from(exchange.secretBlock, "base64"))
    .update(claim.timestamp, "utf8")
    .digest();
  const given = Buffer.from(claim.signature, "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The public value as it goes over the wire. */
export function srpHex(value: bigint): string {
  return value.toString(16);
}
