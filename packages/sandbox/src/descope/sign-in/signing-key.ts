/** The RSA key that signs a project's tokens (RS256). */

import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";
import { createPrivateKey } from "node:crypto";

import { isJsonObject } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";

/** Signs and verifies. */
export interface SigningKey {
  /** The private key as a JWK, to be passed in again. */
  privateJwk(): JsonWebKey;
  /** The public key as the service publishes it. */
  publicJwk(): Readonly<Record<"alg" | "e" | "kid" | "kty" | "n" | "use", string>>;
  /** A compact JWT with the claims. */
  sign(claims: JsonObject): string;
  /** The claims of a JWT that this key signed; undefined for any other. Does not look at times. */
  verify(jwt: string): JsonObject | undefined;
}

/**
 * Creates a signing key. Without a JWK one is generated when first needed.
 *
 * @param jwk - An RSA private key.
 */
export function createSigningKey(jwk?: JsonWebKey): SigningKey {
  let made: { readonly privateKey: KeyObject; readonly publicKey: KeyObject; kid: string } | undefined;
  const keys = (): { readonly privateKey: KeyObject; readonly publicKey: KeyObject; kid: string } => {
    if (made === undefined) {
      const privateKey =
        jwk === undefined
          ? generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey
          : createPrivateKey({ key: jwk, format: "jwk" });
      const publicKey = createPublicKey(privateKey);
      const { e, n } = publicKey.export({ format: "jwk" });
      const thumbprint = createHash("sha256")
        .update(JSON.stringify({ e, kty: "RSA", n }))
        .digest("base64url");
      made = { privateKey, publicKey, kid: `SK2${thumbprint.replaceAll(/[-_]/g, "0").slice(0, 26)}` };
    }
    return made;
  };
  return {
    privateJwk: () => keys().privateKey.export({ format: "jwk" }),
    publicJwk: () => {
      const { publicKey, kid } = keys();
      const { e, n } = publicKey.export({ format: "jwk" });
      return { alg: "RS256", e: String(e), kid, kty: "RSA", n: String(n), use: "sig" };
    },
    sign: (claims) => {
      const { privateKey, kid } = keys();
      const input = `${encode({ alg: "RS256", kid, typ: "JWT" })}.${encode(claims)}`;
      return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
    },
    verify: (jwt) => {
      const [header, payload, signature, ...rest] = jwt.split(".");
      if (header === undefined || payload === undefined || signature === undefined) return undefined;
      if (rest.length > 0 || decode(header)?.["alg"] !== "RS256") return undefined;
      const good = verify(
        "sha256",
        Buffer.from(`${header}.${payload}`),
        keys().publicKey,
        Buffer.from(signature, "base64url"),
      );
      return good ? decode(payload) : undefined;
    },
  };
}

function encode(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decode(part: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
