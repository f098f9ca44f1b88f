import type { StateSealer } from "@cognito-to-descope/core";

/** Characters of a secret that seals are made with, as 32 random bytes have them at least. */
export const MIN_STATE_SECRET = 32;

const IV_BYTES = 12;
const CONTEXT: Uint8Array<ArrayBuffer> = new TextEncoder().encode(
  "cognito-to-descope sso bridge: state of an oidc sign-in",
);

/**
 * Seals by AES-256-GCM of the Web Crypto API, which Node, Lambda and Workers all have. What is sealed can be neither read
 * nor made nor changed without the secret.
 *
 * @param secrets - The one to seal with, then those to open with as well: the one before, while it is being replaced.
 * @throws RangeError when a secret is too short.
 */
export async function createStateSealer(secrets: readonly [string, ...string[]]): Promise<StateSealer> {
  const keys = await Promise.all(secrets.map(deriveKey));
  const [sealing] = keys;
  if (sealing === undefined) throw new RangeError('"secrets" must have at least one');
  return {
    async seal(text) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const parameters = { name: "AES-GCM", iv, additionalData: CONTEXT };
      const sealed = new Uint8Array(await crypto.subtle.encrypt(parameters, sealing, new TextEncoder().encode(text)));
      const all = new Uint8Array(iv.length + sealed.length);
      all.set(iv);
      all.set(sealed, iv.length);
      return toBase64Url(all);
    },
    async open(sealed) {
      const all = fromBase64Url(sealed);
      if (all === undefined || all.length <= IV_BYTES) return undefined;
      const parameters = { name: "AES-GCM", iv: all.subarray(0, IV_BYTES), additionalData: CONTEXT };
      for (const key of keys) {
        try {
          const text = await crypto.subtle.decrypt(parameters, key, all.subarray(IV_BYTES));
          return new TextDecoder("utf-8", { fatal: true }).decode(text);
        } catch {
          // Sealed with another secret, or by somebody else.
        }
      }
      return undefined;
    },
  };
}

/** By way of the function that makes one: runtimes give the type different names. */
type SealingKey = Awaited<ReturnType<typeof crypto.subtle.deriveKey>>;

async function deriveKey(secret: string): Promise<SealingKey> {
  if (secret.length < MIN_STATE_SECRET) {
    throw new RangeError(`the secret of the state must have at least ${MIN_STATE_SECRET} characters`);
  }
  const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: CONTEXT },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    // Base64 has spare bits at the end: of all texts that give the same bytes only one was sealed.
    return toBase64Url(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}
