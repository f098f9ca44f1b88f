import type { Algorithm } from "./options.ts";

/** The public members of a key, in the order of its thumbprint. */
export type Jwk =
  | { readonly e: string; readonly kty: "RSA"; readonly n: string }
  | { readonly crv: string; readonly kty: "EC"; readonly x: string; readonly y: string };

/** A key that can verify, with what it may be used for. */
export interface UsableJwk {
  readonly kid: string | undefined;
  readonly jwk: Jwk;
  readonly algorithms: readonly Algorithm[];
}

const CURVES: Readonly<Record<string, { readonly algorithm: Algorithm; readonly bytes: number } | undefined>> = {
  "P-256": { algorithm: "ES256", bytes: 32 },
  "P-384": { algorithm: "ES384", bytes: 48 },
  "P-521": { algorithm: "ES512", bytes: 66 },
};
const RSA_ALGORITHMS: readonly Algorithm[] = ["RS256", "RS384", "RS512"];

const MIN_RSA_BYTES = 256;
/** Verifying takes time by the square of this, and whoever makes a DPoP proof chooses the key. */
const MAX_RSA_BYTES = 1024;
const MAX_EXPONENT_BYTES = 4;

/**
 * Reads a key of a JWKS or of a DPoP proof, its public members only.
 *
 * @returns Undefined for keys that are weak, private, symmetric, for encryption, or of a kind that is not supported.
 */
export function readJwk(value: unknown, decode: (text: string) => Uint8Array | undefined): UsableJwk | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { kty, kid, use, alg, key_ops: operations, d, k } = value as Readonly<Record<string, unknown>>;
  if (d !== undefined || k !== undefined) return undefined;
  if (kid !== undefined && typeof kid !== "string") return undefined;
  if (use !== undefined && use !== "sig") return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify"))) return undefined;
  const found = kty === "RSA" ? readRsa(value, decode) : kty === "EC" ? readEc(value, decode) : undefined;
  if (found === undefined) return undefined;
  const algorithms = alg === undefined ? found.algorithms : found.algorithms.filter((algorithm) => algorithm === alg);
  return algorithms.length === 0 ? undefined : { kid, jwk: found.jwk, algorithms };
}

type Found = Pick<UsableJwk, "jwk" | "algorithms">;

function readRsa(value: object, decode: (text: string) => Uint8Array | undefined): Found | undefined {
  const { n, e } = value as { n?: unknown; e?: unknown };
  if (typeof n !== "string" || typeof e !== "string" || n.length > 2 * MAX_RSA_BYTES || e.length > 16) return undefined;
  const modulus = decode(n);
  const exponent = decode(e);
  if (modulus === undefined || exponent === undefined) return undefined;
  if (modulus.length < MIN_RSA_BYTES || modulus.length > MAX_RSA_BYTES || modulus[0] === 0) return undefined;
  const last = exponent.at(-1) ?? 0;
  const isOdd = last % 2 === 1;
  if (exponent.length > MAX_EXPONENT_BYTES || !isOdd || (exponent.length === 1 && last === 1)) return undefined;
  return { jwk: { e, kty: "RSA", n }, algorithms: RSA_ALGORITHMS };
}

function readEc(value: object, decode: (text: string) => Uint8Array | undefined): Found | undefined {
  const { crv, x, y } = value as { crv?: unknown; x?: unknown; y?: unknown };
  if (typeof crv !== "string" || typeof x !== "string" || typeof y !== "string") return undefined;
  const curve = Object.hasOwn(CURVES, crv) ? CURVES[crv] : undefined;
  if (curve === undefined || x.length > 100 || y.length > 100) return undefined;
  if (decode(x)?.length !== curve.bytes || decode(y)?.length !== curve.bytes) return undefined;
  return { jwk: { crv, kty: "EC", x, y }, algorithms: [curve.algorithm] };
}
