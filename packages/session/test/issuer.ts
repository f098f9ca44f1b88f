import { Buffer } from "node:buffer";
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  type CognitoIssuer,
  createVerifier,
  type DescopeIssuer,
  type Verifier,
  type VerifierOptions,
} from "@cognito-to-descope/session";

export const NOW = 1_790_000_000;
export const POOL = "us-east-1_AbCdEf123";
export const POOL_ISSUER: string = `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`;
export const CLIENT = "1example23456789exampleabcd";
export const PROJECT = "P2abcdefghijklmnopqrstuvwxyz";
export const SUB = "1f6c2e0a-5b7d-4c39-9e8f-0a1b2c3d4e5f";
export const USER = "U2abcdefghijklmnopqrstuvwxyz";

export type Claims = Readonly<Record<string, unknown>>;

/** A key that signs, as an issuer has it. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>>;
  /** A token with the claims; the header may be changed. */
  sign(claims: Claims | string, header?: Claims): string;
}

let made = 0;

/** Makes a key; RSA of 2048 bits unless told otherwise. */
export function createKey(kid = `key-${(made += 1)}`, bits = 2048): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  return {
    kid,
    privateKey,
    publicKey,
    jwk: { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" },
    sign: (claims, header = {}) => {
      const signed = `${encode({ alg: "RS256", kid, ...header })}.${encode(claims)}`;
      return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
    },
  };
}

/** Base64url of JSON, or of a text as it is. */
export function encode(value: Claims | string): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

export const poolKey: SigningKey = createKey("pool-key");
export const projectKey: SigningKey = createKey("project-key");

export function accessClaims(change: Claims = {}): Claims {
  return {
    sub: SUB,
    iss: POOL_ISSUER,
    client_id: CLIENT,
    origin_jti: "5a1f9d0e-2b3c-4d5e-8f60-718293a4b5c6",
    token_use: "access",
    scope: "aws.cognito.signin.user.admin",
    auth_time: NOW - 10,
    iat: NOW - 10,
    exp: NOW + 3600,
    jti: "9f8e7d6c-5b4a-4938-a726-150493827160",
    username: "ada",
    ...change,
  };
}

export function idClaims(change: Claims = {}): Claims {
  const { client_id: _clientId, scope: _scope, username: _username, ...common } = accessClaims();
  return {
    ...common,
    aud: CLIENT,
    token_use: "id",
    "cognito:username": "ada",
    email: "ada@example.com",
    email_verified: true,
    ...change,
  };
}

export function sessionClaims(change: Claims = {}): Claims {
  return {
    amr: ["pwd"],
    drn: "DS",
    iss: PROJECT,
    sub: USER,
    iat: NOW - 10,
    exp: NOW + 600,
    rexp: "2027-01-01T00:00:00Z",
    roles: ["writers", "readers"],
    permissions: ["read"],
    ...change,
  };
}

/** A clock that tests move. */
export interface Clock {
  now(): number;
  advance(seconds: number): void;
}

export function createClock(): Clock {
  let at = NOW * 1000;
  return { now: () => at, advance: (seconds) => void (at += seconds * 1000) };
}

/** Options for the pool and project above, whose keys come without a network. */
export function verifierOptions(
  change: Partial<VerifierOptions> = {},
  pool: Partial<CognitoIssuer> = {},
  project: Partial<DescopeIssuer> = {},
): VerifierOptions {
  return {
    cognito: [{ userPoolId: POOL, clientId: CLIENT, tokenUse: null, roles: "group-names", ...pool }],
    descope: [{ projectId: PROJECT, audience: null, ...project }],
    mode: "dual",
    subject: { use: "cognito", unmapped: "keep" },
    now: () => NOW * 1000,
    random: () => 0,
    fetch: (url) => Promise.resolve(Response.json({ keys: [url.includes("descope") ? projectKey.jwk : poolKey.jwk] })),
    ...change,
  };
}

/** A verifier for the pool and project above, with its keys. */
export async function openVerifier(...parts: Parameters<typeof verifierOptions>): Promise<Verifier> {
  const verifier = createVerifier(verifierOptions(...parts));
  await verifier.hydrate();
  return verifier;
}
