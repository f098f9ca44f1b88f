/** The keys of a pool: ID tokens and access tokens are signed by different ones, and old ones stay published after a rotation. */

import { createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A public key as a JWKS lists it. */
export interface PublicJwk extends JsonWebKey {
  readonly kid: string;
  readonly alg: "RS256";
  readonly use: "sig";
}

function createKey(): SigningKey {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { kid: randomBytes(32).toString("base64"), privateKey, publicKey: createPublicKey(privateKey) };
}

/** Signs and checks the JWTs of one pool. Keys are made at first use: making them takes time, and many pools never sign. */
export class SigningKeys {
  #current: { readonly id: SigningKey; readonly access: SigningKey } | undefined;
  #retired: SigningKey[] = [];

  get #pair(): { readonly id: SigningKey; readonly access: SigningKey } {
    return (this.#current ??= { id: createKey(), access: createKey() });
  }

  /** The compact form of a signed token. */
  sign(use: "id" | "access", claims: Readonly<Record<string, unknown>>): string {
    const key = this.#pair[use];
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const content = `${encode({ kid: key.kid, alg: "RS256" })}.${encode(claims)}`;
    return `${content}.${sign("RSA-SHA256", Buffer.from(content), key.privateKey).toString("base64url")}`;
  }

  /** The claims of a token that one of these keys signed; undefined for anything else. Does not look at times. */
  read(token: string): Readonly<Record<string, unknown>> | undefined {
    const [header = "", claims = "", signature = "", more] = token.split(".");
    if (more !== undefined) return undefined;
    try {
      const { kid, alg } = JSON.parse(Buffer.from(header, "base64url").toString()) as Record<string, unknown>;
      const key = this.#published().find((candidate) => candidate.kid === kid);
      if (alg !== "RS256" || key === undefined) return undefined;
      const content = Buffer.from(`${header}.${claims}`);
      if (!verify("RSA-SHA256", content, key.publicKey, Buffer.from(signature, "base64url"))) return undefined;
      return JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
    } catch {
      return undefined;
    }
  }

  /** Signs with new keys from now on. Tokens of the old ones stay valid, and their keys published. */
  rotate(): void {
    const { id, access } = this.#pair;
    this.#retired.push(id, access);
    this.#current = { id: createKey(), access: createKey() };
  }

  /** Takes keys that are no longer used out of the JWKS. */
  dropRetired(): void {
    this.#retired = [];
  }

  jwks(): { readonly keys: readonly PublicJwk[] } {
    const keys = this.#published().map(({ kid, publicKey }) => {
      const { e, n, kty } = publicKey.export({ format: "jwk" });
      return { alg: "RS256", e, kid, kty, n, use: "sig" } as PublicJwk;
    });
    return { keys };
  }

  #published(): readonly SigningKey[] {
    const { id, access } = this.#pair;
    return [id, access, ...this.#retired];
  }
}
