import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Algorithm } from "./options.ts";
import type { Platform } from "./platform.ts";

const HASHES: Readonly<Record<Algorithm, string>> = {
  RS256: "RSA-SHA256",
  RS384: "RSA-SHA384",
  RS512: "RSA-SHA512",
  ES256: "SHA256",
  ES384: "SHA384",
  ES512: "SHA512",
};

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Where bytes stand while one call looks at them: every call is synchronous, so no two meet. New buffers for each token
 * would cost more than everything else but the signature.
 */
const SCRATCH_BYTES = 32_768;
const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
const signatureScratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
/** Nearly every signature is of an RSA key of 2048 bits. */
const USUAL_SIGNATURE_BYTES = 256;
const usualSignature = signatureScratch.subarray(0, USUAL_SIGNATURE_BYTES);

/** Node's cryptography, which answers at once. */
export const nodePlatform: Platform<KeyObject> = {
  decode: (text) => {
    const bytes = Buffer.from(text, "base64url");
    return isCanonical(text, bytes.length) ? bytes : undefined;
  },
  encode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url"),
  decodeText: (encoded) => {
    const bytes = encoded.length <= SCRATCH_BYTES ? scratch : Buffer.allocUnsafe(encoded.length);
    const length = bytes.write(encoded, "base64url");
    if (!isCanonical(encoded, length)) return null;
    const text = bytes.toString("utf8", 0, length);
    // What is not UTF-8 becomes this character, which may also be meant.
    return text.includes("\ufffd") ? decodeStrictly(bytes.subarray(0, length)) : text;
  },
  importKey: (jwk) => createPublicKey({ key: { ...jwk }, format: "jwk" }),
  verify: (algorithm, key, signed, signature) => {
    if (signature.length > SCRATCH_BYTES) return false;
    const length = signatureScratch.write(signature, "base64url");
    if (!isCanonical(signature, length)) return false;
    const signatureBytes = length === USUAL_SIGNATURE_BYTES ? usualSignature : signatureScratch.subarray(0, length);
    const bytes =
      signed.length <= SCRATCH_BYTES
        ? scratch.subarray(0, scratch.write(signed, "latin1"))
        : Buffer.from(signed, "latin1");
    return algorithm.startsWith("E")
      ? verify(HASHES[algorithm], bytes, { key, dsaEncoding: "ieee-p1363" }, signatureBytes)
      : verify(HASHES[algorithm], bytes, key, signatureBytes);
  },
  sha256: (text) => createHash("sha256").update(text).digest(),
};

function decodeStrictly(bytes: Buffer): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * Whether a text that was decoded to so many bytes is canonical base64url.
 *
 * The decoder skips what it does not know, takes `+` and `/` too, may look at the lower half of a character only, and
 * drops bits that make no byte. Each character skipped is at least one byte less.
 */
function isCanonical(text: string, bytes: number): boolean {
  const { length } = text;
  const rest = length % 4;
  if (rest === 1 || bytes !== Math.floor((length * 3) / 4)) return false;
  if (text.includes("+") || text.includes("/") || Buffer.byteLength(text) !== length) return false;
  if (rest === 0) return true;
  const unused = rest === 2 ? 0b1111 : 0b11;
  return (ALPHABET.indexOf(text.charAt(length - 1)) & unused) === 0;
}
