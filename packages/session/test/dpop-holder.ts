import { Buffer } from "node:buffer";
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { type Claims, encode, NOW } from "./issuer.ts";

export const ORDERS = "https://api.example.com/orders";

/** A client that proves a key. */
export interface Holder {
  readonly jwk: Claims;
  readonly jkt: string;
  readonly privateKey: KeyObject;
  readonly algorithm: "ES256" | "RS256";
}

export function createHolder(algorithm: Holder["algorithm"]): Holder {
  const { privateKey, publicKey } =
    algorithm === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = publicKey.export({ format: "jwk" }) as Claims;
  const { crv, e, kty, n, x, y } = jwk;
  const members = algorithm === "ES256" ? { crv, kty, x, y } : { e, kty, n };
  return { jwk, jkt: hash(JSON.stringify(members)), privateKey, algorithm };
}

export function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

export function proofOf(holder: Holder, token: string, claims: Claims = {}, header: Claims = {}): string {
  const content = { jti: randomUUID(), htm: "GET", htu: ORDERS, iat: NOW, ath: hash(token), ...claims };
  const signed = `${encode({ typ: "dpop+jwt", alg: holder.algorithm, jwk: holder.jwk, ...header })}.${encode(content)}`;
  const key = { key: holder.privateKey, dsaEncoding: "ieee-p1363" as const };
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}
