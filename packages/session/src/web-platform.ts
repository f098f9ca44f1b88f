import type { Algorithm } from "./options.ts";
import type { Platform } from "./platform.ts";

const SUBTLE: Readonly<
  Record<Algorithm, { readonly name: string; readonly hash: string; readonly namedCurve?: string }>
> = {
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  RS384: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-384" },
  RS512: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" },
  ES256: { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" },
  ES384: { name: "ECDSA", hash: "SHA-384", namedCurve: "P-384" },
  ES512: { name: "ECDSA", hash: "SHA-512", namedCurve: "P-521" },
};

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8 = new TextEncoder();

/** A key of WebCrypto; not every set of types has its name. */
type WebKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** WebCrypto, which edge runtimes, browsers and Node have. */
export const webPlatform: Platform<WebKey> = {
  decode,
  encode,
  decodeText: (text) => {
    const bytes = decode(text);
    if (bytes === undefined) return null;
    try {
      return strictUtf8.decode(bytes);
    } catch {
      return undefined;
    }
  },
  importKey: (jwk, algorithm) => crypto.subtle.importKey("jwk", { ...jwk }, SUBTLE[algorithm], false, ["verify"]),
  verify: (algorithm, key, signed, signature) => {
    const bytes = decode(signature);
    return bytes !== undefined && crypto.subtle.verify(SUBTLE[algorithm], key, bytes, utf8.encode(signed));
  },
  sha256: async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(text))),
};

function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  // Bits that belong to no byte must be zero: else one token has several spellings.
  return encode(bytes) === text ? bytes : undefined;
}

function encode(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
