import { SessionError, TokenRefused, withoutStack } from "./errors.ts";
import { type Jwk, readJwk } from "./jwk.ts";
import { chain } from "./maybe-promise.ts";
import type { Algorithm, DpopRequest, MaybePromise } from "./options.ts";
import { readPart, readTime, splitToken, type TokenParts } from "./parse-token.ts";
import type { Platform } from "./platform.ts";
import type { ReplayStore } from "./replay-store.ts";
import type { Binding } from "./source.ts";
import type { JsonObject } from "./strict-json.ts";
import type { Settle } from "./subject.ts";

const provider = "descope";
const MAX_PROOF_LENGTH = 8192;
/** Seconds after which a proof is too old. */
const MAX_PROOF_AGE = 60;

/** What checking a proof needs. */
export interface DpopPorts<Key> {
  readonly platform: Platform<Key>;
  readonly replay: ReplayStore;
  readonly now: () => number;
  readonly toleranceSeconds: number;
  readonly settle: Settle;
}

interface Proof<Key> {
  readonly parts: TokenParts;
  readonly algorithm: Algorithm;
  readonly jwk: Jwk;
  readonly claims: JsonObject;
  readonly key: Key;
}

/**
 * Checks that whoever sent the request holds the key that the token is bound to (RFC 9449): the proof's signature, its
 * method, address, time, nonce and token hash, that its key is the token's, and that it is new.
 *
 * @throws TokenRefused, CheckUnavailable
 */
export function checkDpop<Key>(
  token: string,
  binding: Binding,
  request: DpopRequest | undefined,
  ports: DpopPorts<Key>,
): MaybePromise<void> {
  if (!binding.needsProof) {
    // A client that proves a key expects the token to be bound to it; an unbound one was put in its place.
    if (request !== undefined) throw refused("dpop-unbound");
    return undefined;
  }
  const { jkt } = binding;
  if (jkt === undefined) throw refused("dpop-unbound");
  if (request === undefined) throw refused("dpop-missing");
  const { platform, replay, now, settle } = ports;
  return chain(readProof(request, ports), (proof) =>
    chain(platform.verify(proof.algorithm, proof.key, proof.parts.signed, proof.parts.signature), (isRight) => {
      if (!isRight) throw refused("dpop-invalid");
      return chain(platform.sha256(token), (tokenHash) => {
        if (proof.claims["ath"] !== platform.encode(tokenHash)) throw refused("dpop-invalid");
        return chain(platform.sha256(JSON.stringify(proof.jwk)), (thumbprint) => {
          if (platform.encode(thumbprint) !== jkt) throw refused("dpop-mismatch");
          const expiresAt = now() + (MAX_PROOF_AGE + 2 * ports.toleranceSeconds) * 1000;
          return settle<unknown, void>(
            () => replay.add(`dpop:${jkt}:${String(proof.claims["jti"])}`, expiresAt),
            (isNew) => {
              // Only a clear yes: what else a store may answer, a promise of a foreign kind for one, is none.
              if (isNew !== true) throw refused("dpop-replayed");
            },
          );
        });
      });
    }),
  );
}

function readProof<Key>(request: DpopRequest, ports: DpopPorts<Key>): MaybePromise<Proof<Key>> {
  const { platform, toleranceSeconds } = ports;
  let parts: TokenParts;
  let header: JsonObject;
  let claims: JsonObject;
  let issuedAt: number | undefined;
  try {
    parts = splitToken(request.proof, MAX_PROOF_LENGTH);
    header = readPart(parts.header, platform);
    claims = readPart(parts.payload, platform);
    issuedAt = readTime(claims, "iat");
  } catch (error) {
    if (error instanceof SessionError) throw refused("dpop-invalid");
    throw error;
  }
  const usable = readJwk(header["jwk"], platform.decode);
  const algorithm = usable?.algorithms.find((one) => one === header["alg"]);
  if (usable === undefined || algorithm === undefined) throw refused("dpop-invalid");
  if (String(header["typ"]).toLowerCase() !== "dpop+jwt" || header["crit"] !== undefined) throw refused("dpop-invalid");
  const { htm, htu, jti, nonce } = claims;
  if (htm !== request.method.toUpperCase()) throw refused("dpop-invalid");
  if (typeof htu !== "string" || addressOf(htu) === undefined || addressOf(htu) !== addressOf(request.url)) {
    throw refused("dpop-invalid");
  }
  if (typeof jti !== "string" || jti === "" || jti.length > 256) throw refused("dpop-invalid");
  if (request.nonce !== undefined && nonce !== request.nonce) throw refused("dpop-invalid");
  const age = issuedAt === undefined ? Infinity : ports.now() / 1000 - issuedAt;
  if (age > MAX_PROOF_AGE + toleranceSeconds || age < -toleranceSeconds) throw refused("dpop-invalid");
  const importing = importProofKey(platform, usable.jwk, algorithm);
  return chain(importing, (key) => ({ parts, algorithm, jwk: usable.jwk, claims, key }));
}

function importProofKey<Key>(platform: Platform<Key>, jwk: Jwk, algorithm: Algorithm): MaybePromise<Key> {
  try {
    const importing = platform.importKey(jwk, algorithm);
    return importing instanceof Promise
      ? importing.catch(() => {
          throw refused("dpop-invalid");
        })
      : importing;
  } catch {
    // A point that is not on its curve, for example.
    throw refused("dpop-invalid");
  }
}

/** Address without query and fragment, as RFC 9449 compares it. */
function addressOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, pathname, protocol } = new URL(text);
  return protocol === "https:" || protocol === "http:" ? `${origin}${pathname}` : undefined;
}

function refused(
  reason: "dpop-missing" | "dpop-invalid" | "dpop-mismatch" | "dpop-replayed" | "dpop-unbound",
): TokenRefused {
  return withoutStack(() => new TokenRefused(reason, { provider }));
}
